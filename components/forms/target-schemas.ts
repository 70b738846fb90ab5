import { z } from 'zod'
import { newTargetSchema, rotateTargetSchema } from '#lib/jwt-sso-targets/target-input.ts'
import { toLines } from './connection-schemas.ts'
import { refuseProblems } from './refuse-problems.ts'

/** A JWT SSO target as its forms hold it: lists one entry a line, what may be absent as empty text. */
export type TargetValues = {
  name: string
  baseUrl: string
  audience: string
  tenant: string
  product: string
  claims: string
  tags: string
}

export type NewTargetValues = TargetValues & { secret: string }

const text = z.string().trim()
const fields = { name: text, baseUrl: text, audience: text, tenant: text, product: text, claims: z.string(), tags: z.string() } // biome-ignore format: a list of fields

export const newTargetForm = z
  .object({ ...fields, secret: text })
  .superRefine((values, context) => refuseProblems(newTargetSchema.safeParse(toNewTarget(values)), context))

export const targetSettingsForm = z
  .object(fields)
  .superRefine((values, context) =>
    refuseProblems(newTargetSchema.safeParse(toTargetSettings(values)), context),
  )

/** The secret a product gave out; empty: one is made. */
export const rotateTargetForm = z
  .object({ secret: text })
  .superRefine((values, context) => refuseProblems(rotateTargetSchema.safeParse(toRotation(values)), context))

/** What a form holds, as the API takes it. */
export function toTargetSettings(values: TargetValues) {
  const { name, baseUrl, audience, tenant, product, claims, tags } = values
  return {
    name,
    baseUrl,
    audience,
    tenant: tenant || null,
    product: product || null,
    claims: toLines(claims),
    tags: toLines(tags),
  }
}

export function toNewTarget(values: NewTargetValues) {
  return { ...toTargetSettings(values), ...toRotation(values) }
}

export function toRotation({ secret }: { secret: string }) {
  return secret ? { secret } : {}
}
