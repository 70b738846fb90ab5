import type { Actor } from '#lib/base/actor.ts'

/** Whether to offer buttons that change something. The use cases decide for themselves. */
export function mayChange(actor: Actor): boolean {
  return actor.role !== 'viewer'
}
