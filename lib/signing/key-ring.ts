import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { exportJWK, type JWK } from 'jose'
import type { Clock } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import type { Random } from '../base/ids.ts'
import type { Sealer } from '../sealing/sealer.ts'
import type { Db } from '../store/db.ts'
import { insertSigningKey, listSigningKeyRecords, type SigningKeyRecord } from '../store/signing-keys.ts'
import { mintSigningKey } from './mint-signing-key.ts'

/**
 * The signing room: key pairs of an organization, made when first needed, sealed at rest, held in memory as key
 * objects. Owns which key is current; must not know what is signed with it.
 */
export type KeyRing = {
  /** The key pairs for a purpose, the current one first. There is always a current one. */
  load(organizationId: string, purpose: KeyPurpose, scope?: string): Promise<KeyPair[]>
  /** The same as the database has them at this moment: after a change, and where none of those at hand fits. */
  reload(organizationId: string, purpose: KeyPurpose, scope?: string): Promise<KeyPair[]>
  /** Public keys that verify our ID tokens, as a JWK set (RFC 7517 §5). Nothing private is in it. */
  loadJwks(organizationId: string): Promise<{ keys: JWK[] }>
}

/** `test-idp` and `test-idp-stranger` belong to the built-in identity provider of the tenant named by the scope. */
export type KeyPurpose = 'id-token' | 'saml' | 'test-idp' | 'test-idp-stranger' | 'test-idp-expired'

export type KeyPair = {
  /** Key id; also the `kid` of a JWS. */
  id: string
  state: 'next' | 'current' | 'retired'
  privateKey: KeyObject
  publicKey: KeyObject
  /** Self-signed X.509 certificate, base64 DER; for every purpose but `id-token`. */
  certificate: string | null
}

type Parts = { db: Db; sealer: Sealer; clock: Clock; random: Random }

/**
 * Key pairs are read again after this time, so that a rotation reaches every instance. A key is published for longer
 * than that before it signs, and after it has signed: see key-schedule.ts.
 */
export const cacheSeconds = 60

export function createKeyRing(parts: Parts): KeyRing {
  const cache = new Map<string, { at: number; keys: Promise<KeyPair[]> }>()
  const load: KeyRing['load'] = (organizationId, purpose, scope = '') => {
    const name = [organizationId, purpose, scope].join('\n')
    const now = parts.clock.now().getTime()
    const hit = cache.get(name)
    if (hit && now - hit.at < cacheSeconds * 1000) return hit.keys
    const keys = readKeyPairs(parts, organizationId, purpose, scope)
    cache.set(name, { at: now, keys })
    keys.catch(() => cache.delete(name))
    return keys
  }
  return {
    load,
    reload(organizationId, purpose, scope = '') {
      cache.delete([organizationId, purpose, scope].join('\n'))
      return load(organizationId, purpose, scope)
    },
    async loadJwks(organizationId) {
      const pairs = await load(organizationId, 'id-token')
      return { keys: await Promise.all(pairs.map(toPublicJwk)) }
    },
  }
}

async function toPublicJwk(pair: KeyPair): Promise<JWK> {
  return { ...(await exportJWK(pair.publicKey)), kid: pair.id, use: 'sig', alg: 'RS256' }
}

async function readKeyPairs(
  parts: Parts,
  organizationId: string,
  purpose: KeyPurpose,
  scope: string,
): Promise<KeyPair[]> {
  let rows = await listSigningKeyRecords(parts.db, organizationId, purpose, scope)
  if (!rows.some((row) => row.state === 'current')) {
    await mintFirstKeyPair(parts, organizationId, purpose, scope)
    rows = await listSigningKeyRecords(parts.db, organizationId, purpose, scope)
  }
  const order = { current: 0, next: 1, retired: 2 }
  return rows.map((row) => openKeyPair(parts.sealer, row)).sort((a, b) => order[a.state] - order[b.state])
}

/** The first key has an id that follows from what it is for: when two instances make it at once, one of them wins. */
async function mintFirstKeyPair(
  parts: Parts,
  organizationId: string,
  purpose: KeyPurpose,
  scope: string,
): Promise<void> {
  const id = `sig_${sha256([organizationId, purpose, scope, 'first'].join('\n')).slice(0, 22)}`
  const row = await mintSigningKey(parts, { id, organizationId, purpose, scope, state: 'current' })
  await insertSigningKey(parts.db, row)
}

function openKeyPair(sealer: Sealer, row: SigningKeyRecord): KeyPair {
  const owner = { organizationId: row.organizationId, field: 'signing-key', recordId: row.id }
  return {
    id: row.id,
    state: row.state as KeyPair['state'],
    privateKey: createPrivateKey(sealer.open(row.privateKeySealed, owner)),
    publicKey: createPublicKey(row.publicKey),
    certificate: row.certificate,
  }
}
