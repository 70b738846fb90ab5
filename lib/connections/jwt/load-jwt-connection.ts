import { VestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import type { ConnectionRecord } from '../../store/connections.ts'
import { loadConnectionRecord } from '../load-connection.ts'

/** The JWT connection with that clientID or id. Throws `not_found`; `conflict` for one of another kind. */
export async function loadJwtConnection(
  house: Pick<House, 'db'>,
  organizationId: string,
  clientID: string,
): Promise<ConnectionRecord> {
  const row = await loadConnectionRecord(house, organizationId, clientID)
  if (row.kind !== 'jwt')
    throw new VestibuleError(
      'conflict',
      'This connection does not sign people in by JWT, and has no such secrets.',
    )
  return row
}
