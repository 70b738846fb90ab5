import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/**
 * An authenticator in software, with the browser that talks to it: makes and uses passkeys as Web Authentication
 * Level 3 says, for tests without a browser. What it signs can be bent in every way an attacker could.
 */
export type SoftwareAuthenticator = {
  /** Answers creation options with the JSON a browser sends. */
  create(options: CreationOptions, bent?: Bent): string
  /** Answers request options, with the passkey made last. */
  get(options: RequestOptions, bent?: Bent): string
  credentialId(): string
}

type CreationOptions = { challenge: string; rp: { id?: string }; user: { id: string } }
type RequestOptions = { challenge: string; rpId?: string }

export type Bent = Partial<{
  origin: string
  rpId: string
  challenge: string
  /** Whether the device has verified the person. */
  userVerified: boolean
  counter: number
  userHandle: string | null
  type: string
  /** Creation: the passkey made before, offered once more. */
  again: boolean
}>

type Passkey = { id: Buffer; key: KeyObject; publicKey: Buffer; rpId: string; userHandle: string }

/** `synced`: its passkeys are copied between devices, and do not count. */
export function createSoftwareAuthenticator(
  origin: string,
  { synced = false }: { synced?: boolean } = {},
): SoftwareAuthenticator {
  let passkey: Passkey | undefined
  let counter = 0
  const loaded = () => {
    if (!passkey) throw new Error('this authenticator has no passkey yet')
    return passkey
  }
  const clientData = (type: string, challenge: string, bent: Bent) =>
    Buffer.from(
      JSON.stringify({
        type: bent.type ?? type,
        challenge: bent.challenge ?? challenge,
        origin: bent.origin ?? origin,
        crossOrigin: false,
      }),
    )
  const header = (rpId: string, bent: Bent, attested: boolean) => {
    if (!synced) counter++
    const flags = 1 | ((bent.userVerified ?? true) ? 4 : 0) | (synced ? 0x18 : 0) | (attested ? 0x40 : 0)
    const bytes = Buffer.alloc(37)
    createHash('sha256')
      .update(bent.rpId ?? rpId)
      .digest()
      .copy(bytes)
    bytes.writeUInt8(flags, 32)
    bytes.writeUInt32BE(bent.counter ?? counter, 33)
    return bytes
  }
  return {
    create(options, bent = {}) {
      const rpId = options.rp.id ?? new URL(origin).hostname
      passkey = bent.again ? loaded() : makePasskey(rpId, options.user.id)
      const { id, publicKey } = passkey
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const attested = Buffer.concat([Buffer.alloc(16), length, id, publicKey])
      const authData = Buffer.concat([header(rpId, bent, true), attested])
      return toJson(id, {
        clientDataJSON: clientData('webauthn.create', options.challenge, bent),
        attestationObject: cbor(
          new Map<string, CborValue>([
            ['fmt', 'none'],
            ['attStmt', new Map()],
            ['authData', authData],
          ]),
        ),
      })
    },
    get(options, bent = {}) {
      const { id, key, rpId, userHandle } = loaded()
      const clientDataJSON = clientData('webauthn.get', options.challenge, bent)
      const authenticatorData = header(rpId, bent, false)
      const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientDataJSON).digest()])
      const handle = bent.userHandle === undefined ? userHandle : bent.userHandle
      return toJson(id, {
        clientDataJSON,
        authenticatorData,
        signature: sign('sha256', signed, key),
        ...(handle !== null && { userHandle: Buffer.from(handle, 'base64url') }),
      })
    },
    credentialId: () => loaded().id.toString('base64url'),
  }
}

function makePasskey(rpId: string, userHandle: string): Passkey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  // COSE_Key of ES256 on P-256 (RFC 9053 §7.1).
  const cose = new Map<number, CborValue>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ])
  return { id: randomBytes(32), key: privateKey, publicKey: cbor(cose), rpId, userHandle }
}

function toJson(id: Buffer, response: Record<string, Buffer>): string {
  const name = id.toString('base64url')
  const encoded = Object.fromEntries(
    Object.entries(response).map(([key, bytes]) => [key, bytes.toString('base64url')]),
  )
  return JSON.stringify({
    id: name,
    rawId: name,
    type: 'public-key',
    clientExtensionResults: {},
    response: { ...encoded, ...('attestationObject' in response && { transports: ['internal'] }) },
  })
}

type CborValue = number | string | Buffer | Map<string | number, CborValue>

/** The little of CBOR (RFC 8949) that authenticators write. */
function cbor(value: CborValue): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  const entries = [...value].flatMap(([key, inner]) => [cbor(key), cbor(inner)])
  return Buffer.concat([head(5, value.size), ...entries])
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length])
  return length < 256
    ? Buffer.from([(major << 5) | 24, length])
    : Buffer.from([(major << 5) | 25, length >> 8, length & 255])
}
