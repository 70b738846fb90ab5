import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { hashPassword } from '../passwords/password.ts'
import { isUniqueViolation } from '../store/db.ts'
import { countMembers, insertMember } from '../store/members.ts'

/**
 * Makes the first owner of an organization that has no member. Returns the address and, only when the
 * configuration names no password, the generated one, to be shown once; null when there are members already.
 */
export async function ensureFirstOwner(
  house: Pick<House, 'db' | 'clock' | 'random' | 'config'>,
  organizationId: string,
): Promise<{ email: string; generatedPassword: string | null } | null> {
  if ((await countMembers(house.db, organizationId)) > 0) return null
  const email = house.config.adminEmail ?? 'owner@vestibule.local'
  const generatedPassword = house.config.adminPassword ? null : house.random.bytes(15).toString('base64url')
  const passwordHash = await hashPassword(house.config.adminPassword ?? generatedPassword!)
  const id = mintId('mem', house.clock.now(), house.random)
  try {
    await insertMember(house.db, { id, organizationId, email, name: 'Owner', role: 'owner', passwordHash })
  } catch (thrown) {
    if (isUniqueViolation(thrown)) return null
    throw thrown
  }
  return { email, generatedPassword }
}
