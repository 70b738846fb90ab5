import { z } from 'zod'
import { newInvitationSchema } from '#lib/accounts/invitation-input.ts'
import { toLines } from './connection-schemas.ts'
import { refuseProblems } from './refuse-problems.ts'

/** An invitation as its form holds it: namespaces one a line. */
export type InvitationValues = {
  tenant: string
  email: string
  firstName: string
  lastName: string
  namespaces: string
}

const text = z.string().trim()

export const invitationForm = z
  .object({ tenant: text, email: text, firstName: text, lastName: text, namespaces: z.string() })
  .superRefine((values, context) =>
    refuseProblems(newInvitationSchema.safeParse(toInvitation(values)), context),
  )

/** What the form holds, as the API takes it. */
export function toInvitation(values: InvitationValues) {
  return { ...values, namespaces: toLines(values.namespaces) }
}
