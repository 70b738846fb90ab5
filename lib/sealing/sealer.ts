import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Random } from '../base/ids.ts'

/**
 * The sealing room: encryption at rest. Owns the envelope (root secret → data keys → records);
 * must not know what it seals. Every sealed value names its data key and is bound, as additional
 * authenticated data, to the record it belongs to, so that it opens nowhere else.
 *
 * Format: `v1.<data key id>.<base64url of 12-byte nonce | ciphertext | 16-byte tag>`, AES-256-GCM (NIST SP 800-38D).
 */
export type Sealer = {
  /** Seals text for its owner; see `owner`. */
  seal(plain: string, owner: SealOwner): string
  /** Opens what `seal` made for the same owner. Throws when it was altered, moved, or its key is unknown. */
  open(sealed: string, owner: SealOwner): string
  /** Whether the value was sealed with the current data key; if not, the rotation job seals it anew. */
  isCurrent(sealed: string): boolean
}

/** Whose secret it is: organization, kind of field, and record id. */
export type SealOwner = { organizationId: string; field: string; recordId: string }

/** A data key as it is stored: wrapped by the root secret. */
export type WrappedDataKey = { id: string; wrapped: string }

export type DataKey = { id: string; key: Buffer }

/** A sealer whose data keys can be exchanged while it is in use. */
export type RotatingSealer = Sealer & {
  /** Opens with any of these keys from now on, and seals with the one named. */
  hold(dataKeys: DataKey[], currentId: string): void
}

/** A sealer over the given data keys; the last one is the current until `hold` says otherwise. */
export function createSealer(dataKeys: DataKey[], random: Random): RotatingSealer {
  let byId = new Map<string, Buffer>()
  let current: DataKey
  const hold = (keys: DataKey[], currentId: string | undefined) => {
    byId = new Map(keys.map((dataKey) => [dataKey.id, dataKey.key]))
    const named = keys.find((dataKey) => dataKey.id === currentId)
    if (!named) throw new Error('a sealer needs its current data key')
    current = named
  }
  hold(dataKeys, dataKeys.at(-1)?.id)
  return {
    hold,
    seal: (plain, owner) =>
      `v1.${current.id}.${encrypt(current.key, Buffer.from(plain, 'utf8'), additionalData(owner), random).toString('base64url')}`,
    open(sealed, owner) {
      const [version, keyId, body] = sealed.split('.')
      const key = byId.get(keyId ?? '')
      if (version !== 'v1' || !key || !body) throw new Error('this value was not sealed with a key we hold')
      return decrypt(key, Buffer.from(body, 'base64url'), additionalData(owner)).toString('utf8')
    },
    isCurrent: (sealed) => sealed.startsWith(`v1.${current.id}.`),
  }
}

/** A new data key of 256 bits, with its wrapped form for the database. */
export function mintDataKey(
  id: string,
  rootSecret: string,
  random: Random,
): { dataKey: DataKey; wrapped: string } {
  const key = random.bytes(32)
  const wrapped = encrypt(wrappingKey(rootSecret), key, Buffer.from(`data-key:${id}`), random).toString(
    'base64url',
  )
  return { dataKey: { id, key }, wrapped }
}

/**
 * Unwraps a data key with the first root secret that fits.
 * `needsRewrap` is true when that was not the first of the list, the current one.
 */
export function unwrapDataKey(
  stored: WrappedDataKey,
  rootSecrets: string[],
): { dataKey: DataKey; needsRewrap: boolean } | null {
  for (const [index, rootSecret] of rootSecrets.entries()) {
    try {
      const body = Buffer.from(stored.wrapped, 'base64url')
      const key = decrypt(wrappingKey(rootSecret), body, Buffer.from(`data-key:${stored.id}`))
      return { dataKey: { id: stored.id, key }, needsRewrap: index > 0 }
    } catch {
      // not wrapped by this root: try the next
    }
  }
  return null
}

/** The wrapped form of a data key under another root secret. */
export function wrapDataKey(dataKey: DataKey, rootSecret: string, random: Random): string {
  return encrypt(
    wrappingKey(rootSecret),
    dataKey.key,
    Buffer.from(`data-key:${dataKey.id}`),
    random,
  ).toString('base64url')
}

/** A 256-bit key derived from the root secret for one purpose (RFC 5869), hex. */
export function derivePurposeKey(rootSecret: string, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', rootSecret, 'vestibule', purpose, 32)).toString('hex')
}

function wrappingKey(rootSecret: string): Buffer {
  return Buffer.from(derivePurposeKey(rootSecret, 'data-key-wrapping'), 'hex')
}

function additionalData(owner: SealOwner): Buffer {
  return Buffer.from(JSON.stringify([owner.organizationId, owner.field, owner.recordId]), 'utf8')
}

function encrypt(key: Buffer, plain: Buffer, additional: Buffer, random: Random): Buffer {
  const nonce = random.bytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(additional)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Buffer, body: Buffer, additional: Buffer): Buffer {
  if (body.length < 28) throw new Error('sealed value is too short')
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, 12))
  decipher.setAAD(additional)
  decipher.setAuthTag(body.subarray(-16))
  return Buffer.concat([decipher.update(body.subarray(12, -16)), decipher.final()])
}
