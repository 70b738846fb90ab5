import type { KeyObject } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/base/actor.ts'
import { createConnection } from '#lib/connections/create-connection.ts'
import { mintLogoutRequest, mintLogoutResponse } from '#lib/saml/logout-message.ts'
import { type MessageField, sendByPost, sendByRedirect } from '#lib/saml/send-message.ts'
import { inflateSamlMessage } from '#lib/saml/xml.ts'
import { insertOrganization } from '#lib/store/organizations.ts'
import { furnishSession } from '#lib/testing/signed-in.ts'
import { removeExpired } from '#server/jobs.ts'
import { describeOnEachServer, type TestServer } from '#server/testing/describe-on-each-server.ts'
import { type Answer, createBrowser, createClient } from '#server/testing/http-client.ts'
import { createIdentityProvider, type IdentityProvider } from '#server/testing/identity-provider.ts'
import { type MadeConnection, makeConnection, newestTrace, redirectUrl } from '#server/testing/sign-in.ts'

const nameId = 'engineer@acme.example'

/** Its metadata with an address for single logout. */
function withLogout(idp: IdentityProvider): string {
  const places = ['HTTP-Redirect', 'HTTP-POST'].map(
    (binding) =>
      `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="https://idp.acme.example/slo"/>`,
  )
  return idp.metadata().replace('<md:SingleSignOnService', `${places.join('')}<md:SingleSignOnService`)
}

const secondOwner: Actor = {
  type: 'system',
  id: 'test',
  name: 'Test',
  role: 'owner',
  organizationId: 'org_second',
  address: '',
  requestId: '',
}

type Made = MadeConnection & { id: string; tenantId: string; organizationId: string }

async function connect(
  server: TestServer,
  tenant: string,
  idp = createIdentityProvider(tenant),
): Promise<Made> {
  const made = await makeConnection(server, tenant, { rawMetadata: withLogout(idp) }, idp)
  const row = await server.house.db.connection.findUniqueOrThrow({ where: { clientId: made.clientID } })
  return { ...made, id: row.id, tenantId: row.tenantId, organizationId: row.organizationId }
}

describeOnEachServer('security 9: logout messages', (server) => {
  let acme: Made
  let globex: Made
  let callback: string

  beforeAll(async () => {
    acme = await connect(server, 'acme')
    globex = await connect(server, 'globex')
    callback = `${server.url}/api/logout/callback`
  })
  beforeEach(async () => {
    await server.house.db.session.deleteMany()
    await server.house.db.logoutRequest.deleteMany()
  })

  const signedIn = (of: Made = acme, more: { sessionIndex?: string } = {}) =>
    furnishSession(
      { db: server.house.db, clock: server.clock },
      {
        organizationId: of.organizationId,
        tenantId: of.tenantId,
        connectionId: of.id,
        upstreamSubject: nameId,
        upstream: { sessionIndex: more.sessionIndex ?? '_session-1', format: 'urn:x', nameQualifier: 'q' },
      },
    )
  const isOver = async ({ id }: { id: string }) =>
    (await server.house.db.session.findUniqueOrThrow({ where: { id } })).revokedAt !== null

  type Forge = {
    issuer?: string
    key?: KeyObject
    destination?: string
    name?: string
    id?: string
    issuedAt?: Date
  }
  const newId = () => `_${crypto.randomUUID()}`
  const requestXml = (from: Made, forge: Forge = {}) =>
    mintLogoutRequest({
      id: forge.id ?? newId(),
      issuer: forge.issuer ?? from.idp.entityId,
      destination: forge.destination ?? callback,
      issuedAt: forge.issuedAt ?? server.clock.now(),
      nameId: { value: forge.name ?? nameId },
      sessionIndexes: [],
    })
  const deliver = (
    xml: string,
    from: Made,
    binding: 'redirect' | 'post',
    field: MessageField,
    forge: Forge = {},
  ) => {
    const { key: signingKey, certificate } = { ...from.idp.idp, ...(forge.key && { key: forge.key }) }
    const sending = { xml, field, destination: '/', relayState: 'relay', signingKey }
    return binding === 'redirect'
      ? sendByRedirect(sending).split('?')[1]!
      : (sendByPost({ ...sending, certificate }).fields as Record<string, string>)
  }
  const send = (message: string | Record<string, string>, path = '/api/logout/callback'): Promise<Answer> =>
    typeof message === 'string'
      ? createClient(server.port).get(`${path}?${message}`)
      : createClient(server.port).post(path, { form: message })

  const refused = async (answer: Answer, cause: string) => {
    expect([answer.status, (await newestTrace(server)).cause]).toEqual([400, cause])
    expect(answer.headers.location).toBeUndefined()
    expect(answer.text).toContain('Sign-out did not work')
    expect(await newestTrace(server)).toMatchObject({ outcome: 'failure', purpose: 'sign-out' })
  }

  describe('a request of the identity provider', () => {
    test.each(['redirect', 'post'] as const)(
      'by %s ends the session, and is answered with a signature',
      async (binding) => {
        const session = await signedIn()
        const answer = await send(deliver(requestXml(acme), acme, binding, 'SAMLRequest'))
        expect(answer.status).toBe(303)
        expect(answer.location().origin + answer.location().pathname).toBe('https://idp.acme.example/slo')
        expect([...answer.location().searchParams.keys()]).toEqual([
          'SAMLResponse',
          'RelayState',
          'SigAlg',
          'Signature',
        ])
        expect(answer.location().searchParams.get('RelayState')).toBe('relay')
        expect(await isOver(session)).toBe(true)
      },
    )

    test('with its signature stripped is refused, in both bindings', async () => {
      const session = await signedIn()
      const xml = requestXml(acme)
      const bare = encodeURIComponent(deflateRawSync(Buffer.from(xml)).toString('base64'))
      await refused(await send(`SAMLRequest=${bare}&RelayState=relay`), 'saml_signature_missing')
      await refused(
        await send({ SAMLRequest: Buffer.from(xml).toString('base64') }),
        'saml_signature_missing',
      )
      const signed = deliver(xml, acme, 'redirect', 'SAMLRequest') as string
      await refused(await send(signed.replace(/&Signature=.*/, '')), 'saml_signature_missing')
      await refused(await send(signed.replace(/&SigAlg=.*/, '')), 'saml_signature_missing')
      expect(await isOver(session)).toBe(false)
    })

    test('signed by somebody else is refused, in both bindings', async () => {
      const session = await signedIn()
      const key = acme.idp.idp.otherKey
      for (const binding of ['redirect', 'post'] as const) {
        const answer = await send(deliver(requestXml(acme), acme, binding, 'SAMLRequest', { key }))
        await refused(answer, 'saml_signature_invalid')
      }
      expect(await isOver(session)).toBe(false)
    })

    test('works once: of ten at the same time one is obeyed, and none later', async () => {
      const session = await signedIn()
      const message = deliver(requestXml(acme), acme, 'redirect', 'SAMLRequest')
      const answers = await Promise.all(Array.from({ length: 10 }, () => send(message)))
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
      expect(await isOver(session)).toBe(true)
      const next = await signedIn()
      await refused(await send(message), 'saml_replayed')
      expect(await isOver(next)).toBe(false)
    })

    test('is remembered until it would be too old, and refused for that afterwards', async () => {
      const message = deliver(
        requestXml(acme, { issuedAt: server.clock.now() }),
        acme,
        'redirect',
        'SAMLRequest',
      )
      expect((await send(message)).status).toBe(303)
      server.clock.advance(415)
      await removeExpired(server.house)
      await refused(await send(message), 'saml_replayed')
      server.clock.advance(10)
      await removeExpired(server.house)
      const scope = `saml-logout:${acme.id}`
      expect(
        await server.house.db.seenValue.count({ where: { scope, expiresAt: { lt: server.clock.now() } } }),
      ).toBe(0)
      await refused(await send(message), 'saml_stale_response')
    })

    test('of one tenant ends nothing of another, though both sign with one key', async () => {
      const theirs = await signedIn(globex)
      expect((await send(deliver(requestXml(acme), acme, 'redirect', 'SAMLRequest'))).status).toBe(303)
      expect(await isOver(theirs)).toBe(false)
      const own = `/api/logout/callback/${acme.clientID}`
      const forged = requestXml(acme, { issuer: globex.idp.entityId, destination: `${server.url}${own}` })
      await refused(await send(deliver(forged, acme, 'redirect', 'SAMLRequest'), own), 'saml_wrong_issuer')
      expect(await isOver(theirs)).toBe(false)
    })

    test('for another address, or from nobody we know, is refused', async () => {
      const elsewhere = requestXml(acme, { destination: 'https://sso.other.example/api/logout/callback' })
      await refused(await send(deliver(elsewhere, acme, 'redirect', 'SAMLRequest')), 'saml_wrong_destination')
      const unknown = requestXml(acme, { issuer: 'https://idp.nobody.example/metadata' })
      await refused(await send(deliver(unknown, acme, 'redirect', 'SAMLRequest')), 'logout_issuer_unknown')
    })

    test('with two messages in its query, or a bomb in it, is refused at once', async () => {
      const session = await signedIn()
      const message = deliver(requestXml(acme), acme, 'redirect', 'SAMLRequest') as string
      await refused(await send(`${message}&SAMLRequest=x`), 'saml_logout_parameters')
      await refused(await send(`SAMLResponse=x&${message}`), 'saml_logout_parameters')
      const bomb = deflateRawSync(Buffer.alloc(8_000_000, 0x20)).toString('base64')
      await refused(await send(`SAMLRequest=${encodeURIComponent(bomb)}`), 'saml_too_large')
      expect((await send({ SAMLRequest: 'A'.repeat(70_000) })).status).toBe(413)
      expect(await isOver(session)).toBe(false)
    })

    test('ends the sessions of every connection it fits, once each: one identity provider, two products', async () => {
      const idp = createIdentityProvider('initech')
      const one = await connect(server, 'initech', idp)
      const metadata = withLogout(idp)
      const other = await makeConnection(server, 'initech', { rawMetadata: metadata, product: 'erp' }, idp)
      const row = await server.house.db.connection.findUniqueOrThrow({ where: { clientId: other.clientID } })
      const sessions = [await signedIn(one), await signedIn({ ...one, ...other, id: row.id })]
      expect((await send(deliver(requestXml(one), one, 'redirect', 'SAMLRequest'))).status).toBe(303)
      expect(await Promise.all(sessions.map(isOver))).toEqual([true, true])
    })

    test('to the host of one organization ends nothing of another, which has the same identity provider', async () => {
      const host = 'second.example'
      await insertOrganization(server.house.db, { id: 'org_second', name: 'Second', host })
      await createConnection(server.house, secondOwner, {
        kind: 'saml',
        tenant: 'acme',
        product: 'crm',
        metadata: { xml: withLogout(acme.idp) },
        fields: { defaultRedirectUrl: redirectUrl, redirectUrls: [redirectUrl] },
      })
      const session = await signedIn()
      const xml = requestXml(acme, { destination: `http://${host}/api/logout/callback` })
      const message = deliver(xml, acme, 'redirect', 'SAMLRequest')
      const answer = await createClient(server.port, { host }).get(`/api/logout/callback?${message}`)
      expect(answer.status).toBe(303)
      expect(await isOver(session)).toBe(false)
      await refused(await send(message), 'saml_wrong_destination')
    })
  })

  /** A logout begun here, and what the identity provider was sent. */
  async function begin(parameters: Record<string, string> = {}, browser = createBrowser(server.port)) {
    const query = new URLSearchParams({ nameId, tenant: 'acme', product: 'crm', redirectUrl, ...parameters })
    const answer = await browser.get(`/api/logout?${query}`)
    const sent = answer.headers.location ? answer.location().searchParams : new URLSearchParams()
    const xml = sent.has('SAMLRequest') ? inflateSamlMessage(sent.get('SAMLRequest')!) : ''
    return {
      answer,
      xml,
      id: /ID="([^"]+)"/.exec(xml)?.[1] ?? '',
      relayState: sent.get('RelayState') ?? '',
    }
  }

  const answerTo = (
    id: string,
    relayState: string,
    from = acme,
    binding: 'redirect' | 'post' = 'redirect',
  ) => {
    const xml = mintLogoutResponse({
      id: newId(),
      issuer: from.idp.entityId,
      destination: callback,
      issuedAt: server.clock.now(),
      inResponseTo: id,
      status: 'Success',
    })
    const { key: signingKey, certificate } = from.idp.idp
    const sending = { xml, field: 'SAMLResponse' as const, destination: '/', relayState, signingKey }
    return binding === 'redirect'
      ? sendByRedirect(sending).split('?')[1]!
      : (sendByPost({ ...sending, certificate }).fields as Record<string, string>)
  }

  describe('a logout begun at the application', () => {
    test('repeats the name identifier as the assertion had it, with the session', async () => {
      await signedIn(acme, { sessionIndex: '_newer' })
      const { xml } = await begin()
      expect(xml).toContain(`<saml:NameID Format="urn:x" NameQualifier="q">${nameId}</saml:NameID>`)
      expect(xml).toContain('<samlp:SessionIndex>_newer</samlp:SessionIndex>')
    })

    test('ends nothing before the identity provider has confirmed it: anybody can ask', async () => {
      const session = await signedIn()
      const { id, relayState } = await begin()
      expect(await isOver(session)).toBe(false)
      const end = await send(answerTo(id, relayState))
      expect([end.status, end.headers.location]).toEqual([303, redirectUrl])
      expect(await isOver(session)).toBe(true)
    })

    test('ends at once what the cookie of this browser names, and only asks for that one', async () => {
      const [mine, other] = [await signedIn(), await signedIn(acme, { sessionIndex: '_session-2' })]
      const browser = createBrowser(server.port)
      browser.cookies.set('vestibule-session', mine.cookie)
      const { xml, id, relayState, answer } = await begin({}, browser)
      expect(answer.headers['set-cookie']?.join()).toMatch(/vestibule-session=;.*Max-Age=0/)
      expect([await isOver(mine), await isOver(other)]).toEqual([true, false])
      expect(xml).toContain('_session-1')
      expect(xml).not.toContain('_session-2')
      await send(answerTo(id, relayState))
      expect(await isOver(other)).toBe(false)
    })

    test('an address nobody registered is refused on a page, and nobody is asked', async () => {
      const session = await signedIn()
      for (const url of [
        'https://evil.example/',
        `${redirectUrl}/more`,
        '//evil.example',
        'javascript:alert(1)',
      ]) {
        const { answer } = await begin({ redirectUrl: url })
        await refused(answer, 'logout_redirect_not_registered')
      }
      expect(await server.house.db.logoutRequest.count()).toBe(0)
      expect(await isOver(session)).toBe(false)
    })

    test('an unknown company, or a request that does not say whom, is refused on a page', async () => {
      await refused((await begin({ tenant: 'nobody' })).answer, 'logout_connection_unknown')
      await refused((await begin({ nameId: '' })).answer, 'logout_parameters')
      await refused((await begin({ nameId: 'a\u0000b' })).answer, 'logout_parameters')
      const twice = await createClient(server.port).get(
        `/api/logout?${new URLSearchParams({ nameId, tenant: 'acme', product: 'crm' })}&tenant=globex`,
      )
      await refused(twice, 'logout_parameters')
    })

    test('its answer works once: of ten at the same time one', async () => {
      await signedIn()
      const { id, relayState } = await begin()
      const message = answerTo(id, relayState, acme, 'post')
      const answers = await Promise.all(Array.from({ length: 10 }, () => send(message)))
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
      await refused(await send(message), 'logout_unknown')
    })

    test('an answer without signature, to another logout, or of another tenant ends nothing', async () => {
      const session = await signedIn()
      const incomplete = async (message: string | Record<string, string>, cause: string) => {
        const answer = await send(message)
        expect([answer.status, (await newestTrace(server)).cause]).toEqual([400, cause])
        expect(answer.text).toContain('You may still be signed in')
        expect(answer.text).toContain(`href="${redirectUrl}"`)
        expect(answer.headers.location).toBeUndefined()
        expect(await isOver(session)).toBe(false)
      }
      const first = await begin()
      const signed = answerTo(first.id, first.relayState) as string
      await incomplete(signed.replace(/&SigAlg=.*/, ''), 'saml_signature_missing')
      const [second, third] = [await begin(), await begin()]
      await incomplete(answerTo(third.id, second.relayState), 'saml_wrong_in_response_to')
      await incomplete(answerTo(third.id, third.relayState, globex), 'saml_wrong_issuer')
      const fourth = await begin()
      const wrong = await send(
        answerTo(fourth.id, fourth.relayState),
        `/api/logout/callback/${globex.clientID}`,
      )
      await refused(wrong, 'logout_wrong_address')
      expect(await isOver(session)).toBe(false)
    })

    test('an answer after 15 minutes is over, and the logout left a trace', async () => {
      const session = await signedIn()
      const { id, relayState } = await begin()
      server.clock.advance(15 * 60 + 1)
      await refused(await send(answerTo(id, relayState)), 'logout_unknown')
      await removeExpired(server.house)
      expect(await newestTrace(server)).toMatchObject({ cause: 'logout_abandoned', tenant: 'acme' })
      expect(await isOver(session)).toBe(false)
    })
  })
})
