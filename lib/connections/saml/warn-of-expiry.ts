import { daysUntil, dueWarning } from '../../base/expiry-warning.ts'
import type { House } from '../../house.ts'
import { notifyAdmins } from '../../mail/notify-admins.ts'
import { describeCertificate } from '../../saml/metadata.ts'
import {
  listActiveMetadata,
  type MetadataPollRecord,
  noteCertificateWarning,
} from '../../store/metadata-polls.ts'
import { loadOrganization } from '../../store/organizations.ts'
import { providerName } from '../provider-name.ts'
import { certificatesEnd, type KeptMetadata, listedMetadata } from './merge-metadata.ts'

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>

const pageSize = 200

/**
 * Tells owners and admins 60, 30, 14, 7 and 1 days before the last signing certificate of an active connection expires,
 * each once; new certificates begin anew. Any number of instances may do it at once: mails are told apart by what they
 * are about, so each arrives once.
 */
export async function warnOfExpiry(house: Parts): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await listActiveMetadata(house.db, after, pageSize)
    for (const row of rows) await warn(house, row)
    if (rows.length < pageSize) return
    after = rows.at(-1)!.id
  }
}

async function warn(house: Parts, row: MetadataPollRecord): Promise<void> {
  const kept = row.upstream as KeptMetadata
  const endsAt = certificatesEnd(kept)
  const days = endsAt && dueWarning(endsAt, row.warnedDays, house.clock.now())
  if (!days) return
  const { sha256Fingerprint } = describeCertificate(lastCertificate(kept))
  await notifyAdmins(house, row.organizationId, {
    onceKey: `certificate ${row.id} ${sha256Fingerprint} ${days}`,
    ...(await describeWarning(house, row, endsAt)),
  })
  await noteCertificateWarning(house.db, row, days)
}

/** The listed one that expires last. */
function lastCertificate(kept: KeptMetadata): string {
  const end = (certificate: string) => describeCertificate(certificate).notAfter.getTime()
  return listedMetadata(kept).certificates.reduce((last, one) => (end(one) > end(last) ? one : last))
}

async function describeWarning(house: Parts, row: MetadataPollRecord, endsAt: Date) {
  const { host } = await loadOrganization(house.db, row.organizationId)
  const issuer = `${house.config.secure ? 'https' : 'http'}://${host}`
  const provider = providerName(row.upstreamId)
  const when = daysUntil(endsAt, house.clock.now())
  const title = `The certificate of ${row.tenantName}’s identity provider expires ${when}`
  return {
    subject: title,
    body: {
      title,
      paragraphs: [
        `People of ${row.tenantName} sign in through ${provider}. Once ${provider} signs with a certificate that is not known here, they cannot.`,
        row.metadataUrl && !row.metadataProblem
          ? `Its metadata is read every day, so a new certificate is taken over by itself as soon as ${provider} publishes one. If none has come a week before the end, ask ${row.tenantName}.`
          : `Ask ${row.tenantName} for the metadata with the new certificate, and replace it in the portal before they change over.`,
      ],
      facts: [
        { label: 'Connection', value: row.name ?? row.upstreamId },
        { label: 'Expires on', value: endsAt.toISOString().slice(0, 10) },
        {
          label: 'Certificate',
          value: describeCertificate(lastCertificate(row.upstream as KeptMetadata)).subject,
        },
      ],
      action: {
        label: 'Open the connection',
        url: `${issuer}/connections/${encodeURIComponent(row.clientId)}`,
      },
    },
  }
}
