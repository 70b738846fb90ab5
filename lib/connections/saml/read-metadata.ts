import { isDeepStrictEqual } from 'node:util'
import { recordAuditEvent } from '../../audit/record-audit-event.ts'
import { systemActor } from '../../base/actor.ts'
import { secondsAfter } from '../../base/clock.ts'
import { isVestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import { describeCertificate, type IdpMetadata, parseIdpMetadata } from '../../saml/metadata.ts'
import {
  type MetadataPollRecord,
  type MetadataReading,
  recordMetadataReading,
} from '../../store/metadata-polls.ts'
import { certificatesEnd, type KeptMetadata, listedMetadata, mergeMetadata } from './merge-metadata.ts'

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'fetch' | 'log'>

/** What an address of metadata answered. */
type Answer =
  | { kind: 'unchanged' }
  | { kind: 'read'; metadata: IdpMetadata; etag: string | null }
  | { kind: 'failed'; problem: string }

const dailySeconds = 86_400
const firstRetrySeconds = 900

/**
 * Reads the metadata of a connection from its address and takes over what has changed: certificates with overlap (see
 * `mergeMetadata`), addresses as they are. Another entityID is another identity provider: it is reported and never taken.
 * How it went is recorded with the connection, unless that was given other metadata meanwhile.
 */
export async function readMetadata(
  house: Parts,
  row: MetadataPollRecord,
  options: { timeoutSeconds?: number } = {},
): Promise<void> {
  const answer = await fetchAnswer(house, row, options.timeoutSeconds)
  const { reading, kept } = judge(house, row, answer)
  if (await recordMetadataReading(house.db, row, reading)) await audit(house, row, reading, kept)
}

async function fetchAnswer(
  house: Parts,
  row: MetadataPollRecord,
  timeoutSeconds: number | undefined,
): Promise<Answer> {
  try {
    const { status, text, headers, url } = await house.fetch(row.metadataUrl!, {
      maxBytes: 2_097_152,
      timeoutSeconds,
      headers: {
        accept: 'application/samlmetadata+xml, application/xml, text/xml',
        ...(row.metadataEtag && { 'if-none-match': row.metadataEtag }),
      },
    })
    if (status === 304 && row.metadataEtag) return { kind: 'unchanged' }
    if (status !== 200) return failed(`${new URL(url).host} answered with status ${status}.`)
    return { kind: 'read', metadata: parseIdpMetadata(text), etag: usableEtag(headers.etag) }
  } catch (thrown) {
    if (!isVestibuleError(thrown)) throw thrown
    return failed(thrown.message)
  }
}

function failed(reason: string): Answer {
  return { kind: 'failed', problem: `The metadata could not be read: ${reason}` }
}

/** RFC 9110 §8.8.3. One that is no such tag is not sent back. */
function usableEtag(etag: string | undefined): string | null {
  return etag && /^(W\/)?"[\x21\x23-\x7e]*"$/.test(etag) && etag.length <= 500 ? etag : null
}

function judge(
  house: Parts,
  row: MetadataPollRecord,
  answer: Answer,
): { reading: MetadataReading; kept: KeptMetadata } {
  const now = house.clock.now()
  const before = row.upstream as KeptMetadata
  const tomorrow = secondsAfter(now, spread(house, dailySeconds))
  if (answer.kind === 'failed') {
    const failures = row.metadataFailures + 1
    const nextAt = secondsAfter(now, spread(house, retryAfterSeconds(failures)))
    return { reading: { checkedAt: now, nextAt, failures, problem: answer.problem }, kept: before }
  }
  if (answer.kind === 'read' && answer.metadata.entityId !== row.upstreamId) {
    const problem = `The metadata now has another entityID, ${answer.metadata.entityId}, and was not taken over.`
    return { reading: { checkedAt: now, nextAt: tomorrow, failures: 0, problem }, kept: before }
  }
  const read = answer.kind === 'read' ? answer.metadata : listedMetadata(before)
  const kept = mergeMetadata(before, read, now)
  const taken = {
    upstream: kept,
    etag: answer.kind === 'read' ? answer.etag : row.metadataEtag,
    changed: !isDeepStrictEqual(kept, before),
    renewed: certificatesEnd(kept)?.getTime() !== certificatesEnd(before)?.getTime(),
  }
  return { reading: { checkedAt: now, nextAt: tomorrow, failures: 0, problem: null, taken }, kept }
}

/** Seconds until the next try, after so many failures in a row: a quarter of an hour, then twice as long, up to a day. */
export function retryAfterSeconds(failures: number): number {
  return Math.min(firstRetrySeconds * 2 ** (failures - 1), dailySeconds)
}

/** A fifth more or less, so that what began together does not come together. */
function spread({ random }: Pick<House, 'random'>, seconds: number): number {
  return seconds * (0.8 + (0.4 * random.bytes(1)[0]!) / 255)
}

async function audit(
  house: Parts,
  row: MetadataPollRecord,
  { problem, taken }: MetadataReading,
  kept: KeptMetadata,
): Promise<void> {
  const actor = systemActor(row.organizationId)
  const event = {
    target: { type: 'connection', id: row.id, name: row.name ?? row.upstreamId },
    tenant: row.tenant,
  }
  if (taken?.changed) {
    const [before, after] = [auditable(row.upstream as KeptMetadata), auditable(kept)]
    await recordAuditEvent(house, actor, {
      ...event,
      action: 'connection.metadata-taken-over',
      before,
      after,
    })
  }
  if (problem === row.metadataProblem) return
  if (problem === null) {
    await recordAuditEvent(house, actor, { ...event, action: 'connection.metadata-readable' })
    return
  }
  const action = 'connection.metadata-refused'
  await recordAuditEvent(house, actor, { ...event, action, result: 'failure', reason: problem })
}

/** Metadata as the audit log keeps it: certificates by the beginning of their fingerprints. */
function auditable(kept: KeptMetadata) {
  const fingerprints = (certificates: string[]) =>
    certificates.map((one) => describeCertificate(one).sha256Fingerprint.slice(0, 16))
  return {
    ssoUrl: kept.ssoRedirectUrl ?? kept.ssoPostUrl ?? null,
    sloUrl: kept.sloRedirectUrl ?? kept.sloPostUrl ?? null,
    certificates: fingerprints(listedMetadata(kept).certificates),
    'no longer listed': fingerprints((kept.unlisted ?? []).map(({ certificate }) => certificate)),
  }
}
