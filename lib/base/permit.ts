import type { Actor, Role } from './actor.ts'
import { VestibuleError } from './errors.ts'

const rank: Record<Role, number> = { viewer: 0, admin: 1, owner: 2 }

/** Throws `forbidden` unless the actor's role is at least `role`. Every use case that changes something begins with it. */
export function checkRole(actor: Actor, role: Role): void {
  if (rank[actor.role] >= rank[role]) return
  throw new VestibuleError(
    'forbidden',
    `This takes the role "${role}"; ${actor.name} has the role "${actor.role}".`,
  )
}
