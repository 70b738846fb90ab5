import { deflateRawSync } from 'node:zlib'
import { SAML } from '@node-saml/node-saml'
import { describe, expect, it } from 'vitest'
import { nameIdFormat } from './namespaces.ts'
import { type Binding, guessBinding, readAuthnRequest } from './read-authn-request.ts'
import { idp, request } from './response-fixture.ts'

const post = (xml: string | Buffer) => Buffer.from(xml).toString('base64')
const redirect = (xml: string | Buffer) => deflateRawSync(xml).toString('base64')

function write(
  overrides: { attributes?: string; content?: string; prolog?: string; end?: string } = {},
): string {
  const {
    attributes = `ID="_1" Version="2.0" AssertionConsumerServiceURL="${request.acsUrl}"`,
    content = '<a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">urn:sp</a:Issuer>',
    prolog = '',
    end = '',
  } = overrides
  return `${prolog}<p:AuthnRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ${attributes}>${content}</p:AuthnRequest>${end}`
}

describe('an AuthnRequest is read', () => {
  it.each(['redirect', 'post'] as const)('as node-saml writes it, by %s', async (binding) => {
    const serviceProvider = new SAML({
      idpCert: idp.certificate,
      issuer: 'urn:sp?a=1&b="2"',
      callbackUrl: `${request.acsUrl}?x=1&y='2'`,
      entryPoint: `${idp.baseUrl}/sso`,
      forceAuthn: true,
      identifierFormat: nameIdFormat.persistent,
      privateKey: idp.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      signatureAlgorithm: 'sha256',
      authnRequestBinding: binding === 'post' ? 'HTTP-POST' : 'HTTP-Redirect',
      skipRequestCompression: binding === 'post',
    })
    const message = (await serviceProvider.getAuthorizeMessageAsync('state')) as { SAMLRequest: string }
    expect(readAuthnRequest(message.SAMLRequest, binding)).toEqual({
      id: expect.stringMatching(/^_[0-9a-f]+$/),
      issuer: 'urn:sp?a=1&b="2"',
      acsUrl: `${request.acsUrl}?x=1&y='2'`,
      forceAuthn: true,
      destination: `${idp.baseUrl}/sso`,
      nameIdFormat: nameIdFormat.persistent,
    })
    expect(guessBinding(message.SAMLRequest)).toBe(binding)
  })

  it('with any prefixes, a declaration, white space and character references', () => {
    const xml = write({
      prolog: '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n ',
      content: `\n <Issuer xmlns='urn:oasis:names:tc:SAML:2.0:assertion'>\n urn:&#115;&#x70;&amp;co </Issuer>\n`,
      end: '\n',
    })
    for (const [binding, field] of [
      ['post', post(xml)],
      ['redirect', redirect(xml)],
    ] as const) {
      expect(readAuthnRequest(field, binding)).toEqual({
        id: '_1',
        issuer: 'urn:sp&co',
        acsUrl: request.acsUrl,
        forceAuthn: false,
        destination: null,
        nameIdFormat: null,
      })
    }
  })
})

describe('a message is refused', () => {
  const good = write()
  const cases: [string, string, Binding, RegExp][] = [
    ['that is empty', '', 'post', /base64/],
    ['that is not base64', 'a*b', 'post', /base64/],
    ['that is not UTF-8', post(Buffer.from([0x3c, 0xff, 0xfe])), 'post', /UTF-8/],
    ['that is not deflated', post(good), 'redirect', /cannot be inflated/],
    ['that is deflated where it should not be', redirect(good), 'post', /cannot be answered/],
    ['that is cut short', post(good.slice(0, -3)), 'post', /well-formed/],
    ['with text behind its end', post(`${good}more`), 'post', /well-formed/],
    ['with a second root', post(`${good}<x/>`), 'post', /well-formed/],
    ['with a DOCTYPE', post(write({ prolog: '<!DOCTYPE x>' })), 'post', /well-formed/],
    ['with a comment', post(write({ content: '<!-- -->' })), 'post', /well-formed/],
    ['with a processing instruction', post(write({ content: '<?x y?>' })), 'post', /well-formed/],
    ['with an unknown entity', post(write({ content: '<x>&nbsp;</x>' })), 'post', /well-formed/],
    ['with a bare ampersand', post(write({ content: '<x>a & b</x>' })), 'post', /well-formed/],
    ['with an unbound prefix', post(write({ content: '<q:x/>' })), 'post', /well-formed/],
    ['with an attribute twice', post(write({ attributes: 'ID="a" ID="b"' })), 'post', /well-formed/],
    [
      'nested too deep',
      post(write({ content: `${'<x>'.repeat(50)}${'</x>'.repeat(50)}` })),
      'post',
      /well-formed/,
    ],
    ['that is something else', post('<LogoutRequest/>'), 'post', /not a SAML 2.0 AuthnRequest/],
    [
      'of another namespace',
      post(good.replace('2.0:protocol', '9:protocol')),
      'post',
      /not a SAML 2.0 AuthnRequest/,
    ],
    ['of another version', post(good.replace('2.0" A', '1.1" A')), 'post', /Version/],
    ['without an ID', post(good.replace('ID="_1"', '')), 'post', /no ID/],
    [
      'without an ACS',
      post(write({ attributes: 'ID="_1" Version="2.0"' })),
      'post',
      /AssertionConsumerServiceURL/,
    ],
    ['without an issuer', post(write({ content: '' })), 'post', /no Issuer/],
    [
      'that wants its answer elsewhere',
      post(good.replace('ID=', 'ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:PAOS" ID=')),
      'post',
      /HTTP-POST/,
    ],
  ]
  it.each(cases)('%s', (_what, field, binding, sentence) => {
    expect(() => readAuthnRequest(field, binding)).toThrow(sentence)
  })

  it('that inflates to more than 64 KB, before it is inflated whole', () => {
    const bomb = deflateRawSync(Buffer.alloc(32 * 1024 * 1024, 0x20), { level: 9 }).toString('base64')
    const before = process.memoryUsage().arrayBuffers
    expect(() => readAuthnRequest(bomb, 'redirect')).toThrow('more than 64 KB')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5 * 1024 * 1024)
  })

  it('that is larger than 64 KB as it comes', () => {
    expect(() => readAuthnRequest(post(write({ content: ' '.repeat(70_000) })), 'post')).toThrow('64 KB')
  })

  it('without taking long over text made to be slow', () => {
    const slow = [
      `<a ${' '.repeat(60_000)}`,
      `<a${' b="c"'.repeat(10_000)}`,
      '<a>'.repeat(20_000),
      `<${'a'.repeat(60_000)}`,
      `<?xml ${'?'.repeat(60_000)}`,
      `<a>${'&'.repeat(60_000)}</a>`,
    ]
    const before = performance.now()
    for (const xml of slow) expect(() => readAuthnRequest(post(xml), 'post')).toThrow('cannot be answered')
    expect(performance.now() - before).toBeLessThan(1000)
  })
})
