import { z } from 'zod'
import { type ApplicationType, newApplicationSchema } from '#lib/applications/application-input.ts'
import { toLines } from './connection-schemas.ts'

/** An application as its forms hold it: lists one entry a line, what may be absent as empty text. */
export type ApplicationValues = {
  type: ApplicationType
  name: string
  product: string
  redirectUrls: string
  postLogoutRedirectUrls: string
  backchannelLogoutUrl: string
  backchannelLogoutSessionRequired: boolean
  initiateLoginUrl: string
  requirePkce: boolean
  tokenEndpointAuthMethod: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
  jwks: string
  jwksUrl: string
  accessTokenFormat: 'opaque' | 'jwt'
  requireDpop: boolean
  requirePar: boolean
}

const text = z.string().trim()
const type = z.enum(['confidential', 'public', 'native'])

/** A new application: the rest takes its defaults. */
export const newApplicationForm = z
  .object({ type, name: text, product: text, redirectUrls: z.string() })
  .superRefine((values, context) => refuseProblems(toNewApplication(values), context))

/** Everything that can be changed about an application. */
export const applicationSettingsForm = z
  .object({
    type,
    name: text,
    product: text,
    redirectUrls: z.string(),
    postLogoutRedirectUrls: z.string(),
    backchannelLogoutUrl: text,
    backchannelLogoutSessionRequired: z.boolean(),
    initiateLoginUrl: text,
    requirePkce: z.boolean(),
    tokenEndpointAuthMethod: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']),
    jwks: text,
    jwksUrl: text,
    accessTokenFormat: z.enum(['opaque', 'jwt']),
    requireDpop: z.boolean(),
    requirePar: z.boolean(),
  })
  .superRefine((values, context) => refuseProblems(toSettings(values), context))

/** What a form holds, as the API takes it. */
export function toNewApplication(
  values: Pick<ApplicationValues, 'type' | 'name' | 'product' | 'redirectUrls'>,
) {
  return { ...values, redirectUrls: toLines(values.redirectUrls) }
}

/** What a form holds, as the API takes it. Keys that are not needed are left out. */
export function toSettings(values: ApplicationValues) {
  const byKey = values.tokenEndpointAuthMethod === 'private_key_jwt'
  return {
    ...values,
    redirectUrls: toLines(values.redirectUrls),
    postLogoutRedirectUrls: toLines(values.postLogoutRedirectUrls),
    backchannelLogoutUrl: values.backchannelLogoutUrl || null,
    initiateLoginUrl: values.initiateLoginUrl || null,
    jwks: byKey && values.jwks ? parseJson(values.jwks) : null,
    jwksUrl: byKey && values.jwksUrl ? values.jwksUrl : null,
  }
}

/** The form's own check is that of the API, told under the field it is about. */
function refuseProblems(application: unknown, context: z.RefinementCtx): void {
  const parsed = newApplicationSchema.safeParse(application)
  for (const { path, message } of parsed.error?.issues ?? []) {
    const [field, line] = path
    const place = typeof line === 'number' ? `line ${line + 1} ` : path.length > 1 ? `${path.join('.')} ` : ''
    context.addIssue({ code: 'custom', path: field === undefined ? [] : [field], message: place + message })
  }
}

/** What is no JSON stays text, which is no set of keys. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}
