import { VestibuleError } from '../base/errors.ts'

/** What an application asks for (OpenID Connect RP-Initiated Logout 1.0 §2). Text that is absent is `null`. */
export type LogoutRequest = {
  idTokenHint: string | null
  clientId: string | null
  postLogoutRedirectUri: string | null
  state: string | null
  /** What the person answered to our question, `everywhere` meaning at the identity provider too; null before it was put. */
  answer: 'leave' | 'everywhere' | 'stay' | null
  /** The value that shows our own question was answered. */
  confirmation: string | null
}

const known = [
  'id_token_hint', 'logout_hint', 'client_id', 'post_logout_redirect_uri', 'state', 'ui_locales',
  'answer', 'confirmation',
] // biome-ignore format: a list of wire names

const answers = ['leave', 'everywhere', 'stay'] as const

/** All parameters together: they have to fit into an address on the way. */
const maxLength = 12_000

/** Throws `logout_refused` for a parameter that comes twice, or that nothing could keep. */
export function parseLogoutRequest(parameters: URLSearchParams): LogoutRequest {
  const one = (name: string) => parameters.get(name) || null
  const repeated = known.filter((name) => parameters.getAll(name).length > 1)
  if (repeated.length > 0)
    throw new VestibuleError('logout_refused', `The application sent ${repeated.join(', ')} more than once.`)
  const values = known.map((name) => parameters.get(name) ?? '')
  if (values.some(isUnreadable) || values.join('').length > maxLength)
    throw new VestibuleError('logout_refused', 'What the application sent is too long, or holds no text.')
  const answer = one('answer')
  return {
    idTokenHint: one('id_token_hint'),
    clientId: one('client_id'),
    postLogoutRedirectUri: one('post_logout_redirect_uri'),
    state: parameters.get('state'),
    answer: answers.find((one) => one === answer) ?? null,
    confirmation: one('confirmation'),
  }
}

/** The request as parameters again, without what answered our question. */
export function writeLogoutRequest(request: LogoutRequest): Record<string, string> {
  const all = {
    id_token_hint: request.idTokenHint,
    client_id: request.clientId,
    post_logout_redirect_uri: request.postLogoutRedirectUri,
    state: request.state,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as Record<
    string,
    string
  >
}

function isUnreadable(text: string): boolean {
  return text.includes('\u0000') || !text.isWellFormed()
}
