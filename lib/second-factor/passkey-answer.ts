import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'

/** What browsers send back, as the JSON of Web Authentication §5.1; members beyond these are left alone. */

const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/)

const credential = {
  id: base64url.min(1).max(1400),
  rawId: base64url.min(1).max(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
}

const registrationSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,32}$/))
      .max(10)
      .optional(),
  }),
})

const authenticationSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish().transform((handle) => handle ?? undefined),
  }),
})

/** Null for what is none. */
export function parseRegistrationAnswer(text: string): RegistrationResponseJSON | null {
  return parse(registrationSchema, text) as RegistrationResponseJSON | null
}

/** Null for what is none. */
export function parseAuthenticationAnswer(text: string): AuthenticationResponseJSON | null {
  return parse(authenticationSchema, text)
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
