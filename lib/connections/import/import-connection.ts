import type { Actor } from '../../base/actor.ts'
import type { FieldError } from '../../base/errors.ts'
import { daysUntil, warningDays } from '../../base/expiry-warning.ts'
import { checkRole } from '../../base/permit.ts'
import type { House } from '../../house.ts'
import { effectivePolicies, type UserPolicies } from '../../matching/user-policies.ts'
import { describeCertificate, type IdpMetadata } from '../../saml/metadata.ts'
import { createConnection, type OwnAddress } from '../create-connection.ts'
import { type MetadataPreview, viewCertificate } from '../preview-metadata.ts'
import { friendlyProviderName } from '../provider-name.ts'
import { updateConnection } from '../update-connection.ts'
import type { ConnectionView } from '../view-connection.ts'
import { type ConnectionImport, type ReadImport, readImport } from './read-import.ts'

/** What is worth knowing and does not stand in the way, at the path of what it is about. */
type Warnings = { warnings: FieldError[] }

/** What importing would make, to be looked at first. Instants in RFC 3339. */
export type ImportPreview = Warnings & {
  /** The clientID of the connection it would bring up to date, or null for a new one. */
  clientID: string | null
  tenant: string
  product: string
  /** Null: not known, and learnt at the first sign-in. */
  idpEntityId: string | null
  provider: string | null
  loginUrl: string
  /** What the identity provider knows us as; null: our own entity ID. */
  samlAudienceOverride: string | null
  deactivated: boolean
  provisioning: 'existing'
  userPolicies: UserPolicies
  certificates: MetadataPreview['certificates']
}

/**
 * Makes a SAML connection of settings written for the JumpCloud connector, with its tenant and product where they do not
 * exist yet. Settings with the sign-on address of a connection that is there update it. Throws `validation_failed`, and
 * `conflict` where another connection turned out to be of the same identity provider.
 */
export async function importConnection(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'fetch'>,
  actor: Actor,
  input: ConnectionImport,
  own?: OwnAddress,
): Promise<ConnectionView & Warnings> {
  checkRole(actor, 'admin')
  const read = await readImport(house, actor.organizationId, input)
  const { existing, request } = read
  const made = existing
    ? await updateConnection(house, actor, { ...request, clientID: existing.clientId })
    : await createConnection(house, actor, request, own)
  return { ...made, warnings: warningsOf(read, house.clock.now()) }
}

/** What `importConnection` would do with the same input. Throws what that would. */
export async function previewImport(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
  input: ConnectionImport,
): Promise<ImportPreview> {
  checkRole(actor, 'admin')
  const read = await readImport(house, actor.organizationId, input)
  const { request, settings, existing } = read
  const { described } = request.metadata
  const now = house.clock.now()
  return {
    clientID: existing?.clientId ?? null,
    tenant: request.tenant!,
    product: request.product!,
    idpEntityId: described.entityIdOpen ? null : described.entityId,
    provider: friendlyProviderName(described.entityId),
    loginUrl: settings.loginUrl,
    samlAudienceOverride: settings.spEntityId,
    deactivated: !settings.enabled,
    provisioning: 'existing',
    userPolicies: effectivePolicies(settings.userPolicies),
    certificates: settings.certificates.map((one) => viewCertificate(one, now)),
    warnings: warningsOf(read, now),
  }
}

function warningsOf({ request, settings }: ReadImport, now: Date): FieldError[] {
  const warnings: (FieldError | null)[] = [
    ...settings.certificates.map((certificate) => certificateWarning(certificate, now)),
    settings.spEntityId === null
      ? warning(
          'config.SPEntityId',
          'is not given: the identity provider has to know us by our own entity ID',
        )
      : null,
    settings.enabled ? null : warning('config.Enabled', 'is false: the connection comes in deactivated'),
    openWarning(request.metadata.described),
  ]
  return warnings.filter((one) => one !== null)
}

function openWarning({ entityIdOpen }: IdpMetadata): FieldError | null {
  if (!entityIdOpen) return null
  const message =
    'is not known: the first sign-in that a certificate of these has signed settles it, so make one yourself'
  return warning('idpEntityId', message)
}

function certificateWarning(certificate: string, now: Date): FieldError | null {
  const { notBefore, notAfter, keyType } = describeCertificate(certificate)
  const path = 'config.X509SigningCertificate'
  const day = (at: Date) => at.toISOString().slice(0, 10)
  if (notAfter <= now) return warning(path, `expired on ${day(notAfter)}: nobody can sign in with it`)
  if (notBefore > now) return warning(path, `is valid from ${day(notBefore)} on: nobody can sign in before`)
  const daysLeft = (notAfter.getTime() - now.getTime()) / 86_400_000
  if (daysLeft <= warningDays[0]) return warning(path, `expires ${daysUntil(notAfter, now)}`)
  const [, bits] = /^RSA (\d+)$/.exec(keyType) ?? []
  return bits && Number(bits) < 2048 ? warning(path, `has a key of ${bits} bits, which is short`) : null
}

function warning(path: string, message: string): FieldError {
  return { path, message }
}
