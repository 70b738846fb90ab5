import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { isBeneath } from '../jwt-sso-targets/return-address.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import { type ApplicationRecord, findApplicationByAnyId } from '../store/applications.ts'
import { findJwtSsoTarget, type JwtSsoTargetRecord } from '../store/jwt-sso-targets.ts'
import { checkStillRegistered, type Site } from './attempt.ts'

/** Who waits for a person to be signed in: an application, or a product that takes JWT SSO. */
export type Party = {
  id: string
  /** What people call it. */
  name: string
  /** Whose connections count; null: those for any product. */
  product: string | null
} & (
  | { kind: 'application'; application: ApplicationRecord }
  | { kind: 'jwt-sso-target'; target: JwtSsoTargetRecord }
)

export function applicationParty(application: ApplicationRecord): Party {
  const { id, name, product } = application
  return { kind: 'application', id, name, product, application }
}

export function targetParty(target: JwtSsoTargetRecord): Party {
  const { id, name, product } = target
  return { kind: 'jwt-sso-target', id, name, product, target }
}

/** The party as it is now; null when it was deleted. */
export async function findParty(
  house: Pick<House, 'db'>,
  site: Site,
  { kind, id }: Pick<Party, 'kind' | 'id'>,
): Promise<Party | null> {
  if (kind === 'jwt-sso-target') {
    const target = await findJwtSsoTarget(house.db, site.id, id)
    return target && targetParty(target)
  }
  const application = await findApplicationByAnyId(house.db, site.id, id)
  return application && applicationParty(application)
}

/** While somebody was on the way, where they wanted to go may have been closed. Throws `invalid_request`, for a page. */
export function checkStillOpen(party: Party, request: AuthorizeRequest): void {
  if (party.kind === 'application') checkStillRegistered(party.application, request)
  else if (!isBeneath(party.target.baseUrl, request.redirectUri))
    throw new VestibuleError(
      'invalid_request',
      `${party.name} no longer receives people at the address you came from. Start again from there.`,
    )
}
