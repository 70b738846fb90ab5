import type { Actor } from '#lib/base/actor.ts'

/** Whether to offer buttons that change something. The use cases decide for themselves. */
export function mayChange(actor: Actor): boolean {
  return actor.role !== 'viewer'
}

/** Whether to offer what owners alone may do, such as vouching for a domain. */
export function isOwner(actor: Actor): boolean {
  return actor.role === 'owner'
}
