import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey, jwtVerify } from 'jose'
import * as samlify from 'samlify'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { systemActor } from '#lib/base/actor.ts'
import { createKeyRing } from '#lib/signing/key-ring.ts'
import type { RotatedPurpose } from '#lib/signing/key-schedule.ts'
import { makeNextKey } from '#lib/signing-keys/make-next-key.ts'
import { switchKey } from '#lib/signing-keys/switch-key.ts'
import { tendSigningKeys } from '#lib/signing-keys/tend-signing-keys.ts'
import { describeOnEachServer } from './testing/describe-on-each-server.ts'
import { createClient } from './testing/http-client.ts'
import { authorizeParameters, type Begun, begin, finish, makeConnection, redeem } from './testing/sign-in.ts'

const hour = 3600
const day = 24 * hour

samlify.setSchemaValidator({ validate: async () => 'no schema is at hand' })

describeOnEachServer('sign-ins while keys are exchanged', (server) => {
  // Time only goes forward: the embedded database has timers of its own.
  beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }))
  afterAll(() => void vi.useRealTimers())
  const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

  /** Another instance over the same database, with keys of its own in memory: it does what admins press. */
  const elsewhere = () => ({ ...server.house, keys: createKeyRing(server.house) })

  async function organizationId(): Promise<string> {
    return (await server.house.organizations(`localhost:${server.port}`)).id
  }

  /** An identity provider that reads our metadata, and from then on goes by what it has read. */
  function createReader() {
    let certificates: { signing: string[]; encryption: string[] } = { signing: [], encryption: [] }
    return {
      async read() {
        const { text } = await createClient(server.port).get('/.well-known/sp-metadata')
        const of = (use: string) =>
          Array.from(
            text.matchAll(new RegExp(`use="${use}">[\\s\\S]*?<ds:X509Certificate>([^<]+)<`, 'g')),
            ([, certificate]) => certificate!,
          )
        certificates = { signing: of('signing'), encryption: of('encryption') }
      },
      /** Whether samlify finds the request signed with one of the certificates. */
      async verifies(begun: Begun): Promise<boolean> {
        const query = begun.answer.location().search.slice(1)
        const outcomes = await Promise.all(certificates.signing.map((one) => verifyWithSamlify(query, one)))
        return outcomes.includes(true)
      },
      get encryptFor() {
        return certificates.encryption[0]!
      },
      get count() {
        return certificates.signing.length
      },
    }
  }

  async function verifyWithSamlify(query: string, certificate: string): Promise<boolean> {
    const provider = samlify.IdentityProvider({
      entityID: 'https://idp.acme.example',
      wantAuthnRequestsSigned: true,
      // Named only because samlify complains of its absence.
      singleLogoutService: [
        {
          Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
          Location: 'https://idp.acme.example/slo',
        },
      ],
      singleSignOnService: [
        {
          Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
          Location: 'https://idp.acme.example/sso',
        },
      ],
    } as never)
    const us = samlify.ServiceProvider({
      entityID: `${server.url}/saml`,
      authnRequestsSigned: true,
      signingCert: certificate,
    } as never)
    const parsed = {
      query: Object.fromEntries(new URLSearchParams(query)),
      octetString: query.replace(/&Signature=.*$/, ''),
    }
    return provider.parseLoginRequest(us, 'redirect', parsed as never).then(
      () => true,
      () => false,
    )
  }

  /** An application's keys, and how often it has read them. */
  function createKeyReader(options: Parameters<typeof createRemoteJWKSet>[1] = {}) {
    let reads = 0
    const keys = createRemoteJWKSet(new URL(`${server.url}/api/oauth/jwks`), {
      ...options,
      [customFetch]: async (url: string) => {
        reads++
        const { status, text } = await createClient(server.port).get(new URL(url).pathname)
        return new Response(text, { status })
      },
    })
    return { keys: keys as JWTVerifyGetKey, reads: () => reads }
  }

  async function verifyIdToken(idToken: string, audience: string, keys: JWTVerifyGetKey) {
    const { protectedHeader } = await jwtVerify(idToken, keys, {
      issuer: server.url,
      audience,
      algorithms: ['RS256'],
    })
    return protectedHeader.kid!
  }

  test('two hundred, over a year’s end and two changes by hand: none is lost', {
    timeout: 180_000,
  }, async () => {
    const connection = await makeConnection(server, 'rollover')
    const actor = systemActor(await organizationId())
    for (const purpose of ['id-token', 'saml'] as const)
      await server.house.keys.load(actor.organizationId, purpose)
    pass(360 * day)
    const daily = createReader()
    const [eager, lazy] = [
      createKeyReader(),
      createKeyReader({ cacheMaxAge: day * 1000, cooldownDuration: day * 1000 }),
    ]
    const audience = authorizeParameters(connection).client_id!
    const used = { kids: new Set<string>(), signers: new Set<string>(), encryptedFor: new Set<string>() }
    const sameAtBoth = async (purpose: RotatedPurpose) =>
      (await elsewhere().keys.load(actor.organizationId, purpose))[0]!.id

    for (let place = 0; place < 200; place++) {
      if (place % 12 === 0) await daily.read()
      const begun = await begin(server, authorizeParameters(connection, { scope: 'openid' }))
      expect(await daily.verifies(begun), `request ${place}`).toBe(true)
      // In the middle of a sign-in, where this instance has just looked at its keys.
      if (place === 30 || place === 120) await makeNextKey(elsewhere(), actor, { purpose: 'saml' })
      if (place === 70 || place === 160) {
        const next = (await server.house.db.signingKey.findFirst({
          where: { purpose: 'saml', state: 'next' },
        }))!
        await switchKey(elsewhere(), actor, { purpose: 'saml', id: next.id })
      }
      await tendSigningKeys(elsewhere())
      const answer = await finish(server, begun, connection.idp, { encryptFor: daily.encryptFor })
      const code = answer.location().searchParams.get('code')
      expect(code, `answer ${place}: ${answer.location()}`).not.toBeNull()
      const token = await redeem(server, connection, code!)
      const idToken = token.json<{ id_token: string }>().id_token
      for (const { keys } of [eager, lazy]) used.kids.add(await verifyIdToken(idToken, audience, keys))
      used.signers.add(await sameAtBoth('saml'))
      used.encryptedFor.add(daily.encryptFor)
      pass(2 * hour)
    }

    expect(used.kids.size).toBe(2)
    expect(used.signers.size).toBe(3)
    expect(used.encryptedFor.size).toBe(3)
    expect(daily.count).toBe(1)
    // The one was read about every ten minutes of use, the other once a day.
    expect(lazy.reads()).toBeLessThan(20)
    const keys = await server.house.db.signingKey.findMany({ where: { scope: '' } })
    const count = (purpose: string) =>
      keys
        .filter((key) => key.purpose === purpose)
        .map(({ state }) => state)
        .sort()
    // The ID token key of before has been removed; those of SAML are kept for thirty days.
    expect(count('id-token')).toEqual(['current'])
    expect(count('saml')).toEqual(['current', 'retired', 'retired'])
    const steps = await server.house.db.auditEvent.findMany({ where: { targetType: 'signing-key' } })
    expect(steps.map(({ action }) => action).sort()).toEqual([
      ...Array(3).fill('signing-key.made'),
      'signing-key.removed',
      ...Array(3).fill('signing-key.switched'),
    ])
  })

  test('an answer encrypted for a key this instance has not heard of yet is opened', async () => {
    const connection = await makeConnection(server, 'fresh')
    const actor = systemActor(await organizationId())
    const begun = await begin(server, authorizeParameters(connection))
    await server.house.keys.load(actor.organizationId, 'saml')
    const other = elsewhere()
    const { id } = await makeNextKey(other, actor, { purpose: 'saml' })
    await switchKey(other, actor, { purpose: 'saml', id })
    const [current] = await other.keys.load(actor.organizationId, 'saml')
    const answer = await finish(server, begun, connection.idp, { encryptFor: current!.certificate! })
    expect(answer.location().searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  })

  test('the next certificate is in the metadata and can be downloaded by its id, nothing retired and nothing private', async () => {
    const actor = systemActor(await organizationId())
    const { id } = await makeNextKey(server.house, actor, { purpose: 'saml' })
    const client = createClient(server.port)
    const body = (pem: string) => pem.replace(/-----[A-Z ]+-----|\s/g, '')
    const [current, next] = await server.house.keys.load(actor.organizationId, 'saml')
    expect(next!.id).toBe(id)
    expect(body((await client.get('/.well-known/saml.cer')).text)).toBe(current!.certificate)
    const given = await client.get(`/.well-known/saml.cer?key=${id}`)
    expect(body(given.text)).toBe(next!.certificate)
    expect(given.headers['content-disposition']).toContain('saml-next.cer')
    const metadata = (await client.get('/.well-known/sp-metadata')).text
    expect(metadata).toContain(next!.certificate!)
    await switchKey(server.house, actor, { purpose: 'saml', id })
    expect((await client.get(`/.well-known/saml.cer?key=${current!.id}`)).status).toBe(404)
    expect((await client.get('/.well-known/saml.cer?key=sig_none')).status).toBe(404)
    const after = (await client.get('/.well-known/sp-metadata')).text
    expect(after).toContain(next!.certificate!)
    expect(after).not.toContain(current!.certificate!)
  })
})
