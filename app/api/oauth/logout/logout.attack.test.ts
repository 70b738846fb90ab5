import { createHmac, generateKeyPairSync } from 'node:crypto'
import { exportSPKI, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { epochSeconds } from '#lib/base/clock.ts'
import { sha256 } from '#lib/base/encoding.ts'
import { insertOrganization } from '#lib/store/organizations.ts'
import { furnishApplication, furnishSession, furnishTenant } from '#lib/testing/signed-in.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { type Browser, createBrowser } from '#server/testing/http-client.ts'

const path = '/api/oauth/logout'
const back = 'https://mail.acme.example/bye'

describeOnEachServer('nobody signs a person out, or sends them anywhere, but', (server) => {
  let home: string
  let tenantId: string

  beforeAll(async () => {
    const { house } = server
    home = (await house.db.organization.findFirstOrThrow()).id
    const acme = await furnishTenant(house, home, 'acme')
    tenantId = acme.tenantId
    const mail = { organizationId: home, productId: acme.productId, clientId: 'mail' }
    await furnishApplication(house, { ...mail, postLogoutRedirectUrls: [back] })
    await insertOrganization(house.db, { id: 'org_abroad', name: 'Abroad', host: 'abroad.example' })
    const abroad = await furnishTenant(house, 'org_abroad', 'abroad')
    await furnishApplication(house, {
      organizationId: 'org_abroad',
      productId: abroad.productId,
      clientId: 'abroad-mail',
      postLogoutRedirectUrls: ['https://evil.example/'],
    })
  })

  async function signedIn(): Promise<{ id: string; browser: Browser; cookie: string }> {
    const { id, cookie } = await furnishSession(server.house, { organizationId: home, tenantId })
    const browser = createBrowser(server.port)
    browser.cookies.set('vestibule-session', cookie)
    return { id, browser, cookie }
  }
  const isOver = async (id: string) =>
    (await server.house.db.session.findUniqueOrThrow({ where: { id } })).revokedAt !== null
  const claimsOf = (id: string, more: JWTPayload = {}): JWTPayload => {
    const now = epochSeconds(server.clock.now())
    return { iss: server.url, aud: 'mail', sub: 'subject-of-ada', sid: id, iat: now, exp: now + 300, ...more }
  }
  const keyOf = async (organizationId: string) =>
    (await server.house.keys.load(organizationId, 'id-token'))[0]!
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

  describe('by an ID token of ours: not', () => {
    type Forge = (id: string) => Promise<string>
    const forgeries: Record<string, Forge> = {
      'one without a signature': async (id) =>
        `${base64({ alg: 'none', typ: 'JWT' })}.${base64(claimsOf(id))}.`,
      'one without a signature that names our key': async (id) =>
        `${base64({ alg: 'none', kid: (await keyOf(home)).id })}.${base64(claimsOf(id))}.`,
      'one signed with our public key as a secret': async (id) => {
        const { id: kid, publicKey } = await keyOf(home)
        const signed = `${base64({ alg: 'HS256', kid, typ: 'JWT' })}.${base64(claimsOf(id))}`
        return `${signed}.${createHmac('sha256', await exportSPKI(publicKey))
          .update(signed)
          .digest('base64url')}`
      },
      'one signed by a stranger under our kid': async (id) => {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
        const header = { alg: 'RS256', kid: (await keyOf(home)).id, typ: 'JWT' }
        return new SignJWT(claimsOf(id)).setProtectedHeader(header).sign(privateKey)
      },
      'one that brings its own key along': async (id) => {
        const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
        const jwk = publicKey.export({ format: 'jwk' }) as Record<string, string>
        const header = { alg: 'RS256', kid: 'mine', jwk, typ: 'JWT' }
        return new SignJWT(claimsOf(id)).setProtectedHeader(header as never).sign(privateKey)
      },
      'one under a kid that leads elsewhere': async (id) => {
        const header = { alg: 'RS256', kid: `../${(await keyOf(home)).id}`, typ: 'JWT' }
        return new SignJWT(claimsOf(id)).setProtectedHeader(header).sign((await keyOf(home)).privateKey)
      },
      'one of another algorithm of our key': async (id) => {
        const header = { alg: 'PS256', kid: (await keyOf(home)).id, typ: 'JWT' }
        return new SignJWT(claimsOf(id)).setProtectedHeader(header).sign((await keyOf(home)).privateKey)
      },
      'one another organization signed in our name': async (id) => {
        const { id: kid, privateKey } = await keyOf('org_abroad')
        return new SignJWT(claimsOf(id))
          .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
          .sign(privateKey)
      },
      'one another organization issued': async (id) => {
        const { id: kid, privateKey } = await keyOf('org_abroad')
        const claims = claimsOf(id, { iss: 'http://abroad.example', aud: 'abroad-mail' })
        return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(privateKey)
      },
      'one of another issuer under our key': (id) => ours(claimsOf(id, { iss: 'http://abroad.example' })),
      'one whose payload was exchanged': async (id) => {
        const [header, , signature] = (await ours(claimsOf('sid_other', { sub: 'eve' }))).split('.')
        return `${header}.${base64(claimsOf(id))}.${signature}`
      },
      'a logout token': (id) => ours(claimsOf(id), 'logout+jwt'),
      'an access token': (id) => ours(claimsOf(id), 'at+jwt'),
      'one for several clients': (id) => ours(claimsOf(id, { aud: ['mail', 'evil'] })),
      'one another client is authorized for': (id) => ours(claimsOf(id, { azp: 'evil' })),
      'an encrypted one': async (id) =>
        `${base64({ alg: 'dir', enc: 'A256GCM' })}..${base64({})}.${base64(claimsOf(id))}.x`,
      'one that is JSON': async (id) => JSON.stringify(claimsOf(id)),
    }
    const ours = async (claims: JWTPayload, typ = 'JWT') => {
      const { id: kid, privateKey } = await keyOf(home)
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ }).sign(privateKey)
    }

    test.each(Object.keys(forgeries))('%s', async (name) => {
      const { id, browser } = await signedIn()
      const hint = await forgeries[name]!(id)
      for (const answer of [
        await browser.get(
          `${path}?${new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: back })}`,
        ),
        await browser.post(path, { form: { id_token_hint: hint } }),
      ]) {
        expect(answer.status).toBe(400)
        expect(answer.headers.location).toBeUndefined()
        expect(answer.text).toContain('was not issued here')
      }
      expect(await isOver(id)).toBe(false)
    })

    test('and the same claims, signed as we sign them, do it', async () => {
      const { id, browser } = await signedIn()
      await browser.get(`${path}?${new URLSearchParams({ id_token_hint: await ours(claimsOf(id)) })}`)
      expect(await isOver(id)).toBe(true)
    })

    test('not one of a connection that is its own client, whose identity provider named our subject', async () => {
      const { id, browser } = await signedIn()
      const hint = await ours(claimsOf(id, { aud: `client-acme-${home}`, sid: undefined }))
      const { text } = await browser.get(`${path}?${new URLSearchParams({ id_token_hint: hint })}`)
      expect(text).toContain('Do you want to sign out')
      expect(await isOver(id)).toBe(false)
    })

    test('not of a session of another organization, at its own host or at ours', async () => {
      const { id } = await signedIn()
      await server.house.db.session.update({ where: { id }, data: { cookieHash: null } })
      const { id: kid, privateKey } = await keyOf('org_abroad')
      const hint = await new SignJWT(claimsOf(id, { iss: 'http://abroad.example', aud: 'abroad-mail' }))
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .sign(privateKey)
      const query = `${path}?${new URLSearchParams({ id_token_hint: hint })}`
      const there = await createBrowser(server.port, { host: 'abroad.example' }).get(query)
      expect(there.text).toContain('You are signed out')
      expect((await createBrowser(server.port).get(query)).status).toBe(400)
      expect(await isOver(id)).toBe(false)
    })
  })

  describe('by the person’s own answer to our question: not', () => {
    const ask = async (browser: Browser) => {
      const { text } = await browser.get(path)
      return /name="confirmation" value="([^"]+)"/.exec(text)![1]!
    }

    test('a link, an image or a form of another site: they show the question', async () => {
      const { id, browser } = await signedIn()
      const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
      const answers = [
        await browser.get(path, { headers }),
        await browser.get(`${path}?answer=leave`, { headers }),
        await browser.get(`${path}?client_id=mail&post_logout_redirect_uri=${encodeURIComponent(back)}`, {
          headers,
        }),
        await browser.post(path, { headers, form: { answer: 'leave' } }),
        await browser.post(path, { headers, form: { answer: 'leave', confirmation: '' } }),
        await browser.post(path, { headers, form: { answer: 'leave', confirmation: sha256('sign out\n') } }),
      ]
      for (const answer of answers) {
        expect(answer.status).toBe(200)
        expect(answer.text).toContain('Do you want to sign out')
      }
      expect(await isOver(id)).toBe(false)
    })

    test('the answer of another person', async () => {
      const [ada, eve] = [await signedIn(), await signedIn()]
      const confirmation = await ask(eve.browser)
      await ada.browser.post(path, { form: { answer: 'leave', confirmation } })
      expect(await isOver(ada.id)).toBe(false)
      expect(await isOver(eve.id)).toBe(false)
    })

    test('an answer in an address, which others could have written', async () => {
      const { id, browser } = await signedIn()
      const confirmation = await ask(browser)
      await browser.get(`${path}?${new URLSearchParams({ answer: 'leave', confirmation })}`)
      expect(await isOver(id)).toBe(false)
    })

    test('a value that the page or the database would give away', async () => {
      const { id, browser, cookie } = await signedIn()
      const { text } = await browser.get(path)
      expect(text).not.toContain(cookie)
      expect(text).not.toContain(sha256(cookie))
      await browser.post(path, { form: { answer: 'leave', confirmation: sha256(cookie) } })
      expect(await isOver(id)).toBe(false)
    })

    test('a question inside of somebody else’s page', async () => {
      const { browser } = await signedIn()
      const { headers } = await browser.get(path)
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['x-frame-options']).toBe('DENY')
    })
  })

  describe('to where its application has registered: not', () => {
    test.each([
      'https://evil.example/',
      `${back}/../evil`,
      `${back}.evil.example`,
      `${back}#`,
      `${back}?`,
      `${back} `,
      'https://mail.acme.example@evil.example/bye',
      'https://mail.acme.example\\@evil.example/bye',
      '//evil.example/bye',
      'javascript:alert(1)',
      'HTTPS://mail.acme.example/bye',
      'https://mail.acme.example:443/bye',
      'https://mail.acme.example/%62ye',
    ])('%s', async (url) => {
      const { id, browser } = await signedIn()
      for (const who of [browser, createBrowser(server.port)]) {
        const query = new URLSearchParams({ client_id: 'mail', post_logout_redirect_uri: url })
        const answer = await who.get(`${path}?${query}`)
        expect(answer.status).toBe(400)
        expect(answer.headers.location).toBeUndefined()
        expect(answer.text).not.toContain('evil')
      }
      expect(await isOver(id)).toBe(false)
    })

    test('an application of another organization, though it has registered the address', async () => {
      const query = new URLSearchParams({
        client_id: 'abroad-mail',
        post_logout_redirect_uri: 'https://evil.example/',
      })
      const answer = await createBrowser(server.port).get(`${path}?${query}`)
      expect(answer.status).toBe(400)
      expect(answer.headers.location).toBeUndefined()
    })
  })

  test('what the application sent stands in the question as text', async () => {
    const { browser } = await signedIn()
    const state = '"><script>alert(1)</script>'
    const { text } = await browser.get(`${path}?${new URLSearchParams({ state })}`)
    expect(text).not.toContain('<script>alert')
    expect(text).toContain('&quot;&gt;&lt;script&gt;alert(1)')
  })
})
