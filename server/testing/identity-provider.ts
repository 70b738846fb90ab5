import { generateKeyPairSync } from 'node:crypto'
import { secondsAfter } from '#lib/base/clock.ts'
import { systemRandom } from '#lib/base/ids.ts'
import { mintSelfSignedCertificate } from '#lib/signing/self-signed-certificate.ts'
import {
  composeTestIdp,
  type MintInput,
  mintTestResponse,
  type Person,
  people,
  renderTestIdpMetadata,
  type TestIdp,
} from '#lib/testing/idp/test-idp.ts'

/** An identity provider somewhere else in the world, as far as the service provider can tell. */
export type IdentityProvider = {
  entityId: string
  idp: TestIdp
  person: Person
  /** Its metadata. `certificates` (base64 DER) replace its own. */
  metadata(certificates?: string[]): string
  /** The SAMLResponse field that answers `request` at `now`. */
  answer(request: MintInput['request'], now: Date, more?: Partial<Omit<MintInput, 'idp' | 'request'>>): string
}

let pairs: ReturnType<typeof mintPair>[] | undefined

/**
 * Identity providers of different names. All of one process sign with the same key: making keys is slow, and a
 * certificate that two customers share is a case of its own that must hold everywhere.
 */
export function createIdentityProvider(
  name: string,
  host = 'idp.acme.example',
  now = anyTime,
): IdentityProvider {
  pairs ??= [mintPair(now), mintPair(now)]
  const [own, stranger] = pairs as [ReturnType<typeof mintPair>, ReturnType<typeof mintPair>]
  const idp = composeTestIdp(`https://${host}`, name, {
    ...own,
    otherKey: stranger.key,
    otherCertificate: stranger.certificate,
    expiredKey: stranger.key,
    expiredCertificate: stranger.certificate,
  })
  const person = people(name)[0]!
  return {
    idp,
    person,
    entityId: idp.entityId,
    metadata: (certificates) => withCertificates(renderTestIdpMetadata(idp), certificates),
    answer: (request, at, more = {}) =>
      mintTestResponse({ idp, request, person, now: at, random: systemRandom, ...more }),
  }
}

const anyTime = new Date('2026-01-01T00:00:00Z')

function mintPair(now: Date) {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const validity = { notBefore: now, notAfter: secondsAfter(now, 3650 * 86_400) }
  const certificate = mintSelfSignedCertificate({
    key,
    commonName: 'identity provider',
    random: systemRandom,
    ...validity,
  })
  return { key, certificate }
}

function withCertificates(metadata: string, certificates: string[] | undefined): string {
  if (!certificates) return metadata
  const [descriptor] = /<md:KeyDescriptor[\s\S]*?<\/md:KeyDescriptor>/.exec(metadata) ?? ['']
  const written = certificates.map((one) =>
    descriptor.replace(/(<ds:X509Certificate>)[^<]*/, (_whole: string, tag: string) => `${tag}${one}`),
  )
  return metadata.replace(descriptor, written.join(''))
}
