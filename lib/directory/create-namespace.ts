import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { isUniqueViolation } from '../store/db.ts'
import { insertNamespace } from '../store/namespaces.ts'
import { type NamespaceView, viewNamespace } from './namespace.ts'
import type { NewNamespace } from './namespace-input.ts'

/** Makes a namespace without users. Throws `conflict` when the name is taken. */
export async function createNamespace(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: NewNamespace,
): Promise<NamespaceView> {
  checkRole(actor, 'admin')
  const createdAt = house.clock.now()
  const id = mintId('nsp', createdAt, house.random)
  const { organizationId } = actor
  const row = await insertNamespace(house.db, { id, organizationId, name: input.name, createdAt }).catch(
    (thrown) => {
      if (!isUniqueViolation(thrown)) throw thrown
      const fields = [{ path: 'name', message: 'belongs to another namespace' }]
      throw new VestibuleError('conflict', `There is already a namespace "${input.name}".`, { fields })
    },
  )
  await recordAuditEvent(house, actor, {
    action: 'namespace.created',
    target: { type: 'namespace', id, name: row.name },
    after: { name: row.name },
  })
  return viewNamespace(row, 0)
}
