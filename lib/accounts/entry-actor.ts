import type { Actor } from '../base/actor.ts'

/** A person who acts for themselves, with a link from their mail or on their account page, as the audit log names them. */
export function personActor(
  organizationId: string,
  person: { id: string; email: string },
  { address, requestId }: { address: string; requestId: string },
): Actor {
  return {
    type: 'user',
    id: person.id,
    name: person.email,
    role: 'viewer',
    organizationId,
    address,
    requestId,
  }
}
