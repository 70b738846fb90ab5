import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { findLogo } from '../store/organizations.ts'

export type Logo = {
  bytes: Uint8Array<ArrayBuffer>
  /** One of the media types of logo-image.ts. */
  type: string
  /** Whether these are the bytes the version names, so that they may be kept for ever. */
  lasting: boolean
}

/**
 * The logo of the organization this host is of. A version that is not the current one, such as that of a page rendered
 * before a change, gets the current logo. Throws `not_found` where there is none.
 */
export async function loadLogo(
  house: Pick<House, 'db'>,
  site: { id: string },
  version: string | null,
): Promise<Logo> {
  const found = await findLogo(house.db, site.id)
  if (!found) throw new VestibuleError('not_found', 'This organization has no logo.')
  return { bytes: found.logo, type: found.logoType, lasting: version === found.logoVersion }
}

/** Where the logo of this version is served, on the organization's own host. */
export function logoPath(version: string): string {
  return `/brand/logo?v=${version}`
}
