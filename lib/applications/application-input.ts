import { z } from 'zod'
import type { FieldError } from '../base/errors.ts'
import {
  isHttpsOrLoopbackUrl,
  isRegistrableNativeRedirectUrl,
  isRegistrableWebRedirectUrl,
} from '../base/redirect-url.ts'
import { slugSchema } from '../base/slug.ts'
import { jwksSchema } from './jwks-schema.ts'

/** What callers may say about an application. Shared with the browser's forms: imports nothing a browser cannot load. */

export const applicationTypes = ['confidential', 'public', 'native'] as const
export type ApplicationType = (typeof applicationTypes)[number]

export const clientAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const
export type ClientAuthMethod = (typeof clientAuthMethods)[number]

const applicationNameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(128, 'must not be longer than 128 characters')

const urls = z
  .array(z.string({ error: 'must be text' }), { error: 'must be a list of addresses' })
  .max(100, 'must not hold more than 100 addresses')
  .transform((list) => [...new Set(list)])

const serverUrl = z
  .string()
  .refine(
    isHttpsOrLoopbackUrl,
    'must be an https address without a fragment (http only to the machine itself)',
  )

/** Everything that can be set, as the API names it. What may be absent is null. */
const members = {
  name: applicationNameSchema,
  product: slugSchema,
  redirectUrls: urls,
  postLogoutRedirectUrls: urls,
  backchannelLogoutUrl: serverUrl.nullable(),
  backchannelLogoutSessionRequired: z.boolean(),
  initiateLoginUrl: serverUrl.nullable(),
  requirePkce: z.boolean(),
  tokenEndpointAuthMethod: z.enum(clientAuthMethods),
  jwks: jwksSchema.nullable(),
  jwksUrl: serverUrl.nullable(),
  accessTokenFormat: z.enum(['opaque', 'jwt']),
  requireDpop: z.boolean(),
  requirePar: z.boolean(),
}

const settings = z.object({ ...members, type: z.enum(applicationTypes) })

/** All settings of an application, complete. */
export type ApplicationSettings = z.output<typeof settings>

/** A new application; what was not said takes its default. */
export const newApplicationSchema = z
  .strictObject({
    ...settings.partial().shape,
    name: members.name,
    product: members.product,
    type: settings.shape.type,
    redirectUrls: members.redirectUrls,
  })
  .transform((input): ApplicationSettings => ({ ...defaultsOf(input.type), ...withoutUndefined(input) }))
  .superRefine(refuseProblems)

/** What is to be different. The type stays: what a client can keep secret does not change. */
export const applicationChangeSchema = z
  .strictObject(settings.partial().shape)
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')
export type ApplicationChange = z.output<typeof applicationChangeSchema>

/** A change with what follows from it: new keys replace the address of keys, and the other way round. */
export function completeChange(change: ApplicationChange): ApplicationChange {
  if (change.jwks && change.jwksUrl === undefined) return { ...change, jwksUrl: null }
  if (change.jwksUrl && change.jwks === undefined) return { ...change, jwks: null }
  return change
}

/** What does not fit together, by path. Empty when the application can be as it is described. */
export function findProblems(application: ApplicationSettings): FieldError[] {
  return [
    ...findUrlProblems('redirectUrls', application),
    ...findUrlProblems('postLogoutRedirectUrls', application),
    ...findMethodProblems(application),
    ...findKeyProblems(application),
  ]
}

/** Whether the application proves itself with a secret we made. */
export function usesSecret({
  tokenEndpointAuthMethod: method,
}: {
  tokenEndpointAuthMethod: string
}): boolean {
  return method === 'client_secret_basic' || method === 'client_secret_post'
}

function defaultsOf(type: ApplicationType) {
  return {
    postLogoutRedirectUrls: [],
    backchannelLogoutUrl: null,
    backchannelLogoutSessionRequired: false,
    initiateLoginUrl: null,
    requirePkce: true,
    tokenEndpointAuthMethod: type === 'confidential' ? ('client_secret_basic' as const) : ('none' as const),
    jwks: null,
    jwksUrl: null,
    accessTokenFormat: 'opaque' as const,
    requireDpop: false,
    requirePar: false,
  }
}

function findUrlProblems(
  path: 'redirectUrls' | 'postLogoutRedirectUrls',
  application: ApplicationSettings,
): FieldError[] {
  const native = application.type === 'native'
  const fits = native ? isRegistrableNativeRedirectUrl : isRegistrableWebRedirectUrl
  const message = native
    ? 'must be an https address, http to 127.0.0.1, [::1] or localhost, or a scheme of a domain in reverse such as com.acme.app:/callback; without * and #'
    : 'must be a whole https address without # (http only to the machine itself); * may stand for the first label of the host and at the end of the path'
  return application[path].flatMap((url, index) => (fits(url) ? [] : [{ path: `${path}.${index}`, message }]))
}

function findMethodProblems(application: ApplicationSettings): FieldError[] {
  const { type, requirePkce, tokenEndpointAuthMethod: method } = application
  const problems: FieldError[] = []
  if (type === 'confidential' && method === 'none')
    problems.push({
      path: 'tokenEndpointAuthMethod',
      message: 'cannot be "none" for a confidential application, which proves who it is',
    })
  if (type !== 'confidential' && method !== 'none')
    problems.push({
      path: 'tokenEndpointAuthMethod',
      message: `must be "none" for a ${type} application, which can keep no secret`,
    })
  if (type !== 'confidential' && !requirePkce)
    problems.push({
      path: 'requirePkce',
      message: `must be true for a ${type} application, which nothing else protects`,
    })
  return problems
}

function findKeyProblems({
  tokenEndpointAuthMethod: method,
  jwks,
  jwksUrl,
}: ApplicationSettings): FieldError[] {
  if (jwks && jwksUrl) return [{ path: 'jwksUrl', message: 'cannot be set together with jwks' }]
  if (method === 'private_key_jwt' && !jwks && !jwksUrl)
    return [{ path: 'jwks', message: 'or jwksUrl must be given for private_key_jwt' }]
  return []
}

function refuseProblems(application: ApplicationSettings, context: z.RefinementCtx): void {
  for (const { path, message } of findProblems(application))
    context.addIssue({ code: 'custom', path: toPath(path), message })
}

function toPath(path: string): (string | number)[] {
  return path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}

function withoutUndefined<T extends object>(given: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never
}
