import { z } from 'zod'
import { newUserSchema, userChangeSchema } from '#lib/directory/user-input.ts'
import { toLines } from './connection-schemas.ts'
import { refuseProblems } from './refuse-problems.ts'
import { tagsToText, textToTags } from './tag-lines.ts'

/** A user as forms hold one: what may be absent as empty text, lists one entry a line, further claims as JSON. */
export type UserValues = {
  email: string
  emailVerified: boolean
  username: string
  firstName: string
  lastName: string
  ssoUsername: string
  namespaces: string
  tags: string
  attributes: string
}

export type NewUserValues = Omit<UserValues, 'emailVerified'> & { tenant: string; password: string }

const text = z.string().trim()
const shared = {
  email: text,
  username: text,
  firstName: text,
  lastName: text,
  ssoUsername: text,
  namespaces: z.string(),
  tags: z.string(),
  attributes: text,
}

/** Somebody new. */
export const newUserForm = z
  .object({ ...shared, tenant: text, password: z.string() })
  .superRefine((values, context) => {
    refuseUnreadable(values, context)
    refuseProblems(newUserSchema.safeParse(toNewUser(values)), context)
  })

/** Everything that can be changed about somebody at once. */
export const userSettingsForm = z
  .object({ ...shared, emailVerified: z.boolean() })
  .superRefine((values, context) => {
    refuseUnreadable(values, context)
    refuseProblems(userChangeSchema.safeParse(toUserChange(values)), context)
  })

/** What a form holds, as the API takes it. */
export function toNewUser({ tenant, password, ...values }: NewUserValues) {
  return { ...toMembers(values), tenant, password: password || null }
}

/** What a form holds, as the API takes it: all of it, with whether the address is proven among the further claims. */
export function toUserChange({ emailVerified, ...values }: UserValues) {
  const members = toMembers(values)
  return { ...members, attributes: { ...members.attributes, email_verified: emailVerified } }
}

/** What the API answers, as a form holds it. */
export function toUserValues(user: {
  email: string
  emailVerified: boolean
  username: string | null
  firstName: string | null
  lastName: string | null
  ssoUsername: string | null
  namespaces: string[]
  tags: Record<string, string | string[]>
  attributes: Record<string, unknown>
}): UserValues {
  const { email_verified: _, ...attributes } = user.attributes
  return {
    email: user.email,
    emailVerified: user.emailVerified,
    username: user.username ?? '',
    firstName: user.firstName ?? '',
    lastName: user.lastName ?? '',
    ssoUsername: user.ssoUsername ?? '',
    namespaces: user.namespaces.join('\n'),
    tags: tagsToText(user.tags),
    attributes: Object.keys(attributes).length > 0 ? JSON.stringify(attributes, null, 2) : '',
  }
}

function toMembers(values: Omit<UserValues, 'emailVerified'>) {
  return {
    email: values.email,
    username: values.username || null,
    firstName: values.firstName || null,
    lastName: values.lastName || null,
    ssoUsername: values.ssoUsername || null,
    namespaces: toLines(values.namespaces),
    tags: textToTags(values.tags).tags,
    attributes: parseAttributes(values.attributes) ?? {},
  }
}

/** What cannot be read as what it should be, which the API would never see. */
function refuseUnreadable(
  values: Pick<UserValues, 'tags' | 'attributes'>,
  context: Pick<z.RefinementCtx, 'addIssue'>,
): void {
  const { faultyLine } = textToTags(values.tags)
  if (faultyLine !== null)
    context.addIssue({
      code: 'custom',
      path: ['tags'],
      message: `line ${faultyLine} must be written category: value`,
    })
  if (parseAttributes(values.attributes) === null)
    context.addIssue({
      code: 'custom',
      path: ['attributes'],
      message: 'must be an object in JSON, such as {"locale": "fr"}',
    })
}

/** Null for what is no object in JSON. */
function parseAttributes(json: string): Record<string, unknown> | null {
  if (json.trim() === '') return {}
  try {
    const parsed: unknown = JSON.parse(json)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
