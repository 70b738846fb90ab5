import { SAML, type SamlConfig } from '@node-saml/node-saml'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type MintInput, mintTestResponse } from './mint-test-response.ts'
import { nameIdFormat } from './namespaces.ts'
import { people } from './people.ts'
import {
  decode,
  idp,
  now,
  random,
  request,
  serviceProviderCertificate,
  serviceProviderKey,
} from './response-fixture.ts'
import type { Signing } from './response-plan.ts'

const [engineer, administrator] = people('acme')

function mint(overrides: Partial<MintInput> = {}): string {
  return mintTestResponse({ idp, request, person: engineer!, now, random, ...overrides })
}

/** The profile node-saml reads, a different verifier than ours. */
async function readByNodeSaml(samlResponse: string, overrides: Partial<SamlConfig> = {}) {
  const verifier = new SAML({
    idpCert: idp.certificate,
    issuer: request.issuer,
    callbackUrl: request.acsUrl,
    audience: request.issuer,
    idpIssuer: idp.entityId,
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    acceptedClockSkewMs: 0,
    maxAssertionAgeMs: 300_000,
    decryptionPvk: serviceProviderKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ...overrides,
  })
  const { profile } = await verifier.validatePostResponseAsync({ SAMLResponse: samlResponse })
  return profile
}

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a good response is accepted by node-saml', () => {
  const variants: [Signing, boolean][] = [
    ['assertion', false],
    ['response', false],
    ['both', false],
    ['assertion', true],
    ['response', true],
    ['both', true],
  ]
  it.each(variants)('signed: %s, encrypted: %s', async (signing, isEncrypted) => {
    const encryptFor = isEncrypted ? serviceProviderCertificate : undefined
    const samlResponse = mint({ signing, encryptFor })
    const profile = await readByNodeSaml(samlResponse, {
      wantAssertionsSigned: signing !== 'response',
      wantAuthnResponseSigned: signing !== 'assertion',
    })
    expect(profile).toMatchObject({
      issuer: idp.entityId,
      nameID: engineer!.email,
      nameIDFormat: nameIdFormat.email,
      attributes: {
        id: engineer!.id,
        email: engineer!.email,
        firstName: 'Demo',
        lastName: 'Engineer',
        groups: ['everyone', 'engineering'],
        roles: 'developer',
      },
    })
    expect(decode(samlResponse).includes(engineer!.email)).toBe(!isEncrypted)
  })

  it('whatever characters the attributes hold', async () => {
    // The parser below node-saml turns U+0085 and U+2028 into line ends, as XML 1.1 would; XML 1.0 leaves them alone.
    const value = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => text.trim() !== '' && !/[\u0085\u2028]/.test(text))
    await fc.assert(
      fc.asyncProperty(value, value, async (name, text) => {
        fc.pre(!['email', '__proto__', 'constructor'].includes(name))
        const attributes = { [name]: [text], email: [`${text}@acme.example`] }
        const profile = await readByNodeSaml(mint({ attributes, signing: 'both' }), {
          wantAssertionsSigned: true,
          wantAuthnResponseSigned: true,
        })
        expect(profile?.attributes).toHaveProperty([name], text)
      }),
      { numRuns: 60 },
    )
  })

  it('with markup, quotes, line ends and tabs in every place a caller can fill', async () => {
    const odd = 'a<b>&"\'\r\n\t]]>ü😀'
    const oddRequest = { ...request, issuer: `${request.issuer}?${odd}`, acsUrl: `${request.acsUrl}?${odd}` }
    const samlResponse = mint({
      request: oddRequest,
      attributes: { [odd]: [odd, odd] },
      signing: 'both',
    })
    const profile = await readByNodeSaml(samlResponse, { audience: oddRequest.issuer })
    expect(profile?.attributes).toHaveProperty([odd], [odd, odd])
  })
})

describe('what a response says', () => {
  it('is addressed to the requester and good for five minutes', () => {
    const xml = decode(mint())
    expect(xml).toContain(`Destination="${request.acsUrl}"`)
    expect(xml.match(/InResponseTo="_request-1"/g)).toHaveLength(2)
    expect(xml).toContain(`<saml:Audience>${request.issuer}</saml:Audience>`)
    expect(xml).toContain(`NotOnOrAfter="2026-06-01T10:05:00.000Z" Recipient="${request.acsUrl}"`)
  })

  it('has no InResponseTo when nobody asked', async () => {
    const samlResponse = mint({ request: { ...request, id: null } })
    expect(decode(samlResponse)).not.toContain('InResponseTo')
    expect((await readByNodeSaml(samlResponse))?.nameID).toBe(engineer!.email)
  })

  it('names the person by the format the request asks for', () => {
    const wishes = [null, nameIdFormat.email, nameIdFormat.persistent, 'urn:example:other']
    const found = wishes.map((wish) => {
      const xml = decode(mint({ request: { ...request, nameIdFormat: wish } }))
      return /<saml:NameID[^>]*>([^<]*)</.exec(xml)?.[1]
    })
    expect(found).toEqual([engineer!.email, engineer!.email, engineer!.id, engineer!.email])
  })

  it('takes edited attributes instead of the person’s, and leaves out those edited to nothing', async () => {
    const attributes = { email: ['new@acme.example'], groups: [], department: ['a', 'b'] }
    const profile = await readByNodeSaml(mint({ attributes }))
    expect(profile?.nameID).toBe('new@acme.example')
    expect(profile?.attributes).toMatchObject({ email: 'new@acme.example', department: ['a', 'b'] })
    expect(profile?.attributes).not.toHaveProperty('groups')
  })

  it('carries an attribute called __proto__ like any other', () => {
    const attributes: Record<string, string[]> = JSON.parse('{"__proto__": ["polluted"]}')
    expect(decode(mint({ attributes }))).toContain('Name="__proto__"')
  })

  it('has new IDs every time', () => {
    const ids = [mint(), mint()].flatMap((one) => decode(one).match(/ ID="[^"]+"/g) ?? [])
    expect(new Set(ids).size).toBe(4)
  })
})

describe('it refuses', () => {
  it.each(['\u0000', '\u001b', '\ud800', '\uffff'])(
    'the character %j, which XML cannot carry',
    (character) => {
      expect(() => mint({ attributes: { note: [character] } })).toThrow('control character')
      expect(() => mint({ attributes: { [character]: ['note'] } })).toThrow('control character')
    },
  )

  it('a certificate to encrypt for that cannot be read', () => {
    expect(() => mint({ encryptFor: 'AAAA' })).toThrow('cannot be read')
  })
})

describe('node-saml refuses', () => {
  it('a response of the same provider made with another key', async () => {
    await expect(readByNodeSaml(mint({ fault: 'unknown-cert' }))).rejects.toThrow('signature')
  })

  it('a response about another person once its text is exchanged', async () => {
    const xml = decode(mint()).replaceAll(engineer!.email, administrator!.email)
    await expect(readByNodeSaml(Buffer.from(xml).toString('base64'))).rejects.toThrow('signature')
  })
})
