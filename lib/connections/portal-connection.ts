import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { loadOrganization } from '../store/organizations.ts'
import type { ConnectionFields } from './connection-request.ts'

/**
 * The connection through which members sign in to the portal is changed by owners alone: whoever says which key its
 * identity provider signs with could come in as any of them. Throws `forbidden`, and `conflict` for deactivating it while
 * members must use it.
 */
export async function checkMayChangeConnection(
  house: Pick<House, 'db'>,
  actor: Actor,
  connection: { id: string },
  fields: Pick<ConnectionFields, 'deactivated'>,
): Promise<void> {
  const { portalConnectionId, requirePortalSso } = await loadOrganization(house.db, actor.organizationId)
  if (portalConnectionId !== connection.id) return
  checkRole(actor, 'owner')
  if (requirePortalSso && fields.deactivated)
    throw new VestibuleError(
      'conflict',
      'Members must sign in to the portal through this connection. Allow passwords first (Settings → Members).',
    )
}

/** Throws `conflict` for it: another one must be chosen first, or none. */
export async function checkMayDeleteConnection(
  house: Pick<House, 'db'>,
  actor: Actor,
  connection: { id: string },
): Promise<void> {
  const { portalConnectionId } = await loadOrganization(house.db, actor.organizationId)
  if (portalConnectionId === connection.id)
    throw new VestibuleError(
      'conflict',
      'Members sign in to the portal through this connection. Change that first (Settings → Members).',
    )
}
