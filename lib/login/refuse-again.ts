import { type ErrorCode, VestibuleError } from '../base/errors.ts'

/**
 * A refusal told at another address than the one it happened at: throws the error of the code `reason` with what people read,
 * and `reference` for their administrator. What is not made by us becomes `invalid_request` without a reference.
 */
export function refuseAgain(parameters: URLSearchParams): never {
  const code = parameters.get('reason') ?? ''
  const reference = parameters.get('reference') ?? ''
  const known = Object.hasOwn(sentences, code) ? (code as keyof typeof sentences) : 'invalid_request'
  const traceId = /^[\w.:-]{8,100}$/.test(reference) ? reference : undefined
  throw new VestibuleError(known, sentences[known]!, { traceId })
}

/** The codes a page shows that ends a sign-in. */
const sentences: Partial<Record<ErrorCode, string>> = {
  invalid_request: 'This sign-in is over, or was begun in another browser. Start again from the application.',
  access_denied:
    'Your company’s sign-in sent you here in a way that was not accepted. Start at the application instead.',
  rate_limited:
    'Too many sign-ins came from your network. Wait a minute, then start again from the application.',
  temporarily_unavailable: 'Sign-in is not available for a moment. Start again from the application.',
  internal: 'Something went wrong on our side. It has been recorded.',
}
