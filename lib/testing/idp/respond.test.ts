import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { faults } from './faults.ts'
import { people } from './people.ts'
import { type RespondOptions, respondTestIdp } from './respond.ts'
import { decode, idp, issuer, now, random, request, serviceProviderCertificate } from './response-fixture.ts'
import { composeTestIdp } from './test-idp-identity.ts'

const [engineer, administrator] = people('acme')
const authnRequest = (acsUrl = request.acsUrl, more = '') =>
  `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${request.id}" Version="2.0" AssertionConsumerServiceURL="${acsUrl}"${more}><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${request.issuer}</saml:Issuer></samlp:AuthnRequest>`
const byRedirect = (xml = authnRequest()) => deflateRawSync(xml).toString('base64')
const byPost = (xml = authnRequest()) => Buffer.from(xml).toString('base64')

function send(
  path: string,
  init: RequestInit = {},
  options: Partial<RespondOptions> = {},
): Promise<Response> {
  const [pathname = ''] = path.split('?')
  return respondTestIdp(new Request(`${idp.baseUrl}/${path}`, init), idp, {
    path: pathname,
    now,
    random,
    tenantName: 'Acme',
    spCertificate: serviceProviderCertificate,
    ...options,
  })
}

const postForm = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
  headers,
})
const postJson = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', accept: 'application/json' },
})
const json = { accept: 'application/json' }

/** Names and values of the hidden fields of a page, unescaped. */
function hiddenFields(page: string): Record<string, string> {
  const found = page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, unescapeHtml(value)]))
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

describe('metadata', () => {
  it('is served as SAML metadata and not kept by caches', async () => {
    const response = await send('metadata')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/samlmetadata+xml')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.text()).toContain(idp.certificate)
  })

  it('names the expired certificate on request', async () => {
    const text = await (await send('metadata?certificate=expired')).text()
    expect(text).toContain(idp.expiredCertificate)
    expect(text).not.toContain(idp.certificate)
  })
})

describe('a sign-in in a browser without scripts', () => {
  it.each([
    [
      'redirect',
      () => send(`sso?${new URLSearchParams({ SAMLRequest: byRedirect(), RelayState: 'r/1+2=' })}`),
    ],
    ['post', () => send('sso', postForm({ SAMLRequest: byPost(), RelayState: 'r/1+2=' }))],
  ])('by %s: page, choice of a person, form to the ACS', async (binding, open) => {
    const response = await open()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const page = await response.text()
    expect(page).toContain('anyone can sign in as anyone')
    expect(page).toContain('<form method="post" action="/test-idp/acme/login">')
    const carried = hiddenFields(page)
    expect(carried).toMatchObject({ binding, RelayState: 'r/1+2=' })
    for (const { id, email } of people('acme')) {
      expect(page).toContain(`name="person" value="${id}"`)
      expect(page).toContain(email)
    }

    const answer = await send('login', postForm({ ...carried, person: administrator!.id, fault: '' }))
    expect(answer.status).toBe(200)
    const form = await answer.text()
    expect(form).toContain(`<form method="post" action="${request.acsUrl}">`)
    expect(form).toContain('type="submit"')
    expect(form).toContain('<script src="/auto-submit.js"></script>')
    const { SAMLResponse = '', RelayState } = hiddenFields(form)
    expect(RelayState).toBe('r/1+2=')
    expect(decode(SAMLResponse)).toContain(`InResponseTo="${request.id}"`)
    expect(decode(SAMLResponse)).toContain(administrator!.email)
  })

  it('has no RelayState in the answer when there was none', async () => {
    const page = await (
      await send('login', postForm({ SAMLRequest: byRedirect(), person: 'engineer' }))
    ).text()
    expect(Object.keys(hiddenFields(page))).toEqual(['SAMLResponse'])
  })

  it('explains every fault on the page, and sends the chosen one', async () => {
    const page = await (await send(`sso?SAMLRequest=${encodeURIComponent(byRedirect())}`)).text()
    for (const [name, { title, sentence }] of Object.entries(faults)) {
      expect(page).toContain(`name="fault" value="${name}"`)
      expect(unescapeHtml(page)).toContain(title)
      expect(unescapeHtml(page)).toContain(sentence)
    }
    const answer = await send(
      'login',
      postForm({ ...hiddenFields(page), person: 'engineer', fault: 'unsigned' }),
    )
    const { SAMLResponse = '' } = hiddenFields(await answer.text())
    expect(decode(SAMLResponse)).not.toContain('ds:Signature')
  })

  it('takes edited attributes: blank keeps, lines are values, name= leaves out', async () => {
    const fields = {
      SAMLRequest: byRedirect(),
      person: 'engineer',
      'attribute.email': ' new@acme.example ',
      'attribute.firstName': '',
      'attribute.groups': 'one\r\ntwo\r\n',
      furtherAttributes: 'department=R&D\ncity = Bern\ncity = Thun\nroles=\n',
    }
    const { SAMLResponse } = await (await send('login', postForm(fields, json))).json()
    const xml = decode(SAMLResponse)
    const values = (name: string) => {
      const found = new RegExp(`Name="${name}".*?</saml:Attribute>`).exec(xml)?.[0] ?? ''
      return [...found.matchAll(/<saml:AttributeValue>(.*?)</g)].map(([, value]) => value)
    }
    expect(values('email')).toEqual(['new@acme.example'])
    expect(values('firstName')).toEqual(['Demo'])
    expect(values('groups')).toEqual(['one', 'two'])
    expect(values('department')).toEqual(['R&amp;D'])
    expect(values('city')).toEqual(['Bern', 'Thun'])
    expect(values('roles')).toEqual([])
  })

  it('says that the application wants a fresh sign-in, only when it does', async () => {
    const fresh = byRedirect(authnRequest(request.acsUrl, ' ForceAuthn="true"'))
    expect(await (await send(`sso?SAMLRequest=${encodeURIComponent(fresh)}`)).text()).toContain('ForceAuthn')
    expect(await (await send(`sso?SAMLRequest=${encodeURIComponent(byRedirect())}`)).text()).not.toContain(
      'ForceAuthn',
    )
  })

  it('offers encryption only where there is a certificate for it', async () => {
    const path = `sso?SAMLRequest=${encodeURIComponent(byRedirect())}`
    expect(await (await send(path)).text()).toContain('name="encrypt"')
    expect(await (await send(path, {}, { spCertificate: undefined })).text()).not.toContain('name="encrypt"')
  })
})

describe('a sign-in that starts at the identity provider', () => {
  it('goes to the shared ACS of the issuer without InResponseTo', async () => {
    const page = await (await send('sso')).text()
    expect(page).toContain('Nobody asked for this sign-in')
    const carried = hiddenFields(page)
    expect(carried).toEqual({ acsUrl: `${issuer}/api/oauth/saml`, issuer: `${issuer}/saml` })
    const { SAMLResponse, acsUrl } = await (
      await send('login', postForm({ ...carried, person: 'analyst' }, json))
    ).json()
    expect(acsUrl).toBe(`${issuer}/api/oauth/saml`)
    expect(decode(SAMLResponse)).not.toContain('InResponseTo')
    expect(decode(SAMLResponse)).toContain(`<saml:Audience>${issuer}/saml</saml:Audience>`)
  })

  it('goes to another ACS and audience when told', async () => {
    const query = new URLSearchParams({ acsUrl: request.acsUrl, issuer: 'urn:other' })
    const carried = hiddenFields(await (await send(`sso?${query}`)).text())
    expect(carried).toEqual({ acsUrl: request.acsUrl, issuer: 'urn:other' })
  })
})

describe('a sign-in by a script', () => {
  it.each([
    ['form', postForm({ SAMLRequest: byRedirect(), RelayState: 'state', email: engineer!.email }, json)],
    ['JSON', postJson({ SAMLRequest: byPost(), RelayState: 'state', person: 'engineer', binding: 'post' })],
    ['JSON, binding not said', postJson({ SAMLRequest: byPost(), RelayState: 'state', person: 'engineer' })],
  ])('sent as %s answers as JSON', async (_how, init) => {
    const response = await send('login', init)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const answer = await response.json()
    expect(answer).toEqual({
      acsUrl: request.acsUrl,
      SAMLResponse: expect.any(String),
      RelayState: 'state',
      person: engineer,
    })
    expect(decode(answer.SAMLResponse)).toContain(engineer!.email)
  })

  it('may give the fields of the request instead of the message, edit attributes, sign and encrypt', async () => {
    const { SAMLResponse } = await (
      await send(
        'login',
        postJson({
          acsUrl: request.acsUrl,
          issuer: request.issuer,
          requestId: '_given',
          person: 'engineer',
          attributes: { groups: [], department: 'R&D' },
          signing: 'response',
        }),
      )
    ).json()
    const xml = decode(SAMLResponse)
    expect(xml).toContain('InResponseTo="_given"')
    expect(xml).not.toContain('Name="groups"')
    expect(xml).toContain('<saml:AttributeValue>R&amp;D</saml:AttributeValue>')
    expect(xml.indexOf('<ds:Signature')).toBeLessThan(xml.indexOf('<saml:Assertion'))

    const encrypted = await send(
      'login',
      postJson({ SAMLRequest: byPost(), person: 'engineer', encrypt: true }),
    )
    expect(decode((await encrypted.json()).SAMLResponse)).toContain('saml:EncryptedAssertion')
  })

  it.each([
    ['an unknown person', { person: 'nobody' }],
    ['no person', {}],
    ['an unknown fault', { person: 'engineer', fault: 'constructor' }],
  ])('with %s is refused with what there is to choose from', async (_what, fields) => {
    const response = await send('login', postJson({ SAMLRequest: byRedirect(), ...fields }))
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: { message: expect.stringMatching(/^There is no such/) },
      people: people('acme'),
      faults: Object.keys(faults),
    })
  })

  it.each([
    ['no request', { SAMLRequest: undefined }],
    ['a broken request', { SAMLRequest: '%%%' }],
    ['an unknown binding', { binding: 'soap' }],
    ['an unknown signing', { signing: 'none' }],
    ['attributes that are a list', { attributes: ['a'] }],
    ['attributes that are numbers', { attributes: { age: 7 } }],
    ['an attribute without name', { attributes: { '': 'x' } }],
    ['a control character', { attributes: { note: '\u0000' } }],
    ['a RelayState that is no text', { RelayState: { a: 1 } }],
    ['further attributes without a sign', { furtherAttributes: 'department' }],
  ])('with %s is refused', async (_what, fields) => {
    const response = await send(
      'login',
      postJson({ SAMLRequest: byRedirect(), person: 'engineer', ...fields }),
    )
    expect(response.status).toBe(400)
    expect((await response.json()).error.message).toMatch(/^[A-Z].*\.$/)
  })

  it('is refused encryption where there is no certificate', async () => {
    const body = { SAMLRequest: byRedirect(), person: 'engineer', encrypt: true }
    expect((await send('login', postJson(body), { spCertificate: undefined })).status).toBe(400)
  })
})

describe('an answer goes to our own SAML address only', () => {
  const strangers = [
    'https://attacker.example/api/oauth/saml',
    'https://login.vendor.example.attacker.example/api/oauth/saml',
    'https://login.vendor.example@attacker.example/api/oauth/saml',
    'https://user:secret@login.vendor.example/api/oauth/saml',
    'http://login.vendor.example/api/oauth/saml',
    'https://login.vendor.example:8443/api/oauth/saml',
    'https://login.vendor.example/api/v1/tenants',
    'https://login.vendor.example/api/oauth/saml/../token',
    'https://login.vendor.example/api/oauth/saml\\..\\token',
    'javascript:alert(1)',
    '/api/oauth/saml',
    'data:text/html,x',
  ]
  it.each(strangers)('not to %s', async (acsUrl) => {
    const message = byRedirect(authnRequest(acsUrl))
    const asked = await send(`sso?SAMLRequest=${encodeURIComponent(message)}`)
    expect(asked.status).toBe(400)
    expect(await asked.text()).not.toContain('<form')
    const answered = await send('login', postForm({ SAMLRequest: message, person: 'engineer' }))
    expect(answered.status).toBe(400)
    expect(await answered.text()).not.toContain('<form')
    const direct = await send('login', postForm({ acsUrl, issuer: 'x', person: 'engineer' }))
    expect(direct.status).toBe(400)
    const started = await send(`sso?${new URLSearchParams({ acsUrl })}`)
    expect(started.status).toBe(400)
  })
})

describe('nothing that came in becomes markup', () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`
  const isClean = (page: string) => {
    expect(page).not.toMatch(/<script(?! src="\/auto-submit\.js"><\/script>)/)
    expect(page).not.toContain('<img')
    expect(page).toContain('&lt;script&gt;')
  }

  it('RelayState, tenant name and issuer on the login page', async () => {
    const message = byPost(authnRequest().replace(request.issuer, hostile.replaceAll('<', '&lt;')))
    const init = postForm({ SAMLRequest: message, RelayState: hostile })
    const page = await (await send('sso', init, { tenantName: hostile })).text()
    isClean(page)
    expect(hiddenFields(page).RelayState).toBe(hostile)
  })

  it('RelayState and tenant name on the page that goes on', async () => {
    const init = postForm({ SAMLRequest: byRedirect(), RelayState: hostile, person: 'engineer' })
    isClean(await (await send('login', init, { tenantName: hostile })).text())
  })

  it('the tenant name on an error page', async () => {
    isClean(await (await send('nowhere', {}, { tenantName: hostile })).text())
  })

  it('a slug made of markup', async () => {
    const odd = composeTestIdp(issuer, hostile, idp)
    const response = await respondTestIdp(new Request(`${odd.baseUrl}/sso`), odd, {
      path: 'sso',
      now,
      random,
      tenantName: 'Acme',
    })
    const page = await response.text()
    expect(page).not.toMatch(/<script|<img/)
    expect(page).toContain('%22%3E%3Cscript%3E')
  })

  it('attributes in the response', async () => {
    const attributes = { [hostile]: [hostile, ']]>', '<!-- -->', '</saml:AttributeValue>'] }
    const init = postJson({ SAMLRequest: byRedirect(), person: 'engineer', attributes })
    const { SAMLResponse } = await (await send('login', init)).json()
    expect(decode(SAMLResponse)).not.toMatch(/<script|<img|<!--|\]\]>/)
  })
})

describe('what is not served', () => {
  it.each(['', 'nowhere', 'metadata/', 'constructor', '__proto__', 'toString'])(
    'path %j is 404',
    async (path) => {
      expect((await send(path)).status).toBe(404)
      expect((await (await send(path, { headers: json })).json()).error.message).toMatch(/^There is nothing/)
    },
  )

  it.each([
    ['metadata', 'POST', 'GET, HEAD'],
    ['sso', 'PUT', 'GET, HEAD, POST'],
    ['login', 'GET', 'POST'],
    ['login', 'DELETE', 'POST'],
  ])('%s by %s is 405 with Allow: %s', async (path, method, allow) => {
    const response = await send(path, { method, headers: json })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
  })

  it.each(['sso', 'login'])('a body of more than 350 KB to %s is 413', async (path) => {
    const response = await send(path, postForm({ SAMLRequest: 'A'.repeat(350 * 1024) }))
    expect(response.status).toBe(413)
  })

  it.each(['sso', 'login'])('a body of another type to %s is 415', async (path) => {
    const response = await send(path, {
      method: 'POST',
      body: '<x/>',
      headers: { 'content-type': 'text/xml' },
    })
    expect(response.status).toBe(415)
  })

  it('what is not the fault of the caller is thrown on', async () => {
    const broken = {
      bytes: () => {
        throw new TypeError('no randomness left')
      },
    }
    const init = postJson({ SAMLRequest: byRedirect(), person: 'engineer' })
    await expect(send('login', init, { random: broken })).rejects.toThrow('no randomness left')
  })
})
