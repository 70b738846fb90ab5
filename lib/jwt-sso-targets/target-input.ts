import { z } from 'zod'
import { isHttpsOrLoopbackUrl } from '../base/redirect-url.ts'
import { slugSchema } from '../base/slug.ts'
import { minSecretBytes } from '../jwt-sso/hmac-key.ts'

/** What callers may say about a target. Shared with the browser's forms: imports nothing a browser cannot load. */

const longestSecretBytes = 1024

const line = (longest: number) =>
  z
    .string({ error: 'must be text' })
    .trim()
    .min(1, 'must not be empty')
    .max(longest, `must not be longer than ${longest} characters`)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must not have control characters')

const baseUrlSchema = z
  .string({ error: 'must be text' })
  .refine(isBaseUrl, 'must be a whole https address without ? and # (http only to the machine itself)')
  .transform(withoutSlash)

const targetSecretSchema = z.string({ error: 'must be text' }).superRefine((secret, context) => {
  const bytes = new TextEncoder().encode(secret).length
  if (!secret.isWellFormed() || secret !== secret.trim())
    context.addIssue({
      code: 'custom',
      message: 'must not begin or end with a space, and must be whole text',
    })
  else if (bytes < minSecretBytes)
    context.addIssue({
      code: 'custom',
      message: `must have at least ${minSecretBytes} bytes, which HS512 asks for; this one has ${bytes}`,
    })
  else if (bytes > longestSecretBytes)
    context.addIssue({ code: 'custom', message: `must not have more than ${longestSecretBytes} bytes` })
})

const names = (reserved: string[]) =>
  z
    .array(line(128), { error: 'must be a list of names' })
    .max(50, 'must not hold more than 50 names')
    .transform((list) => [...new Set(list)])
    .refine((list) => !list.some((name) => reserved.includes(name)), `cannot hold ${reserved.join(', ')}`)

/** Everything that can be set, as the API names it. What may be absent is null. */
const members = {
  name: line(128),
  baseUrl: baseUrlSchema,
  audience: line(512),
  tenant: slugSchema.nullable(),
  product: slugSchema.nullable(),
  claims: names(['email', 'tags', '__proto__']),
  tags: names(['__proto__']),
}

export const newTargetSchema = z.strictObject({
  name: members.name,
  baseUrl: members.baseUrl,
  audience: members.audience,
  tenant: members.tenant.default(null),
  product: members.product.default(null),
  claims: members.claims.default([]),
  tags: members.tags.default([]),
  /** Where the product gives one out; else one is made. */
  secret: targetSecretSchema.optional(),
})
export type NewTargetInput = z.output<typeof newTargetSchema>

/** The secret is exchanged by `rotate`, and nowhere else. */
export const targetChangeSchema = z
  .strictObject(z.object(members).partial().shape)
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')
export type TargetChangeInput = z.output<typeof targetChangeSchema>

export const rotateTargetSchema = z.strictObject({ secret: targetSecretSchema.optional() })

function isBaseUrl(text: string): boolean {
  return isHttpsOrLoopbackUrl(text) && !text.includes('?')
}

/** As an address is compared: dot segments resolved, without the slash at its end. */
function withoutSlash(text: string): string {
  return new URL(text).href.replace(/\/+$/, '')
}
