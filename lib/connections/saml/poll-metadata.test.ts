import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import type { Actor } from '../../base/actor.ts'
import { systemRandom } from '../../base/ids.ts'
import { parseConfig } from '../../config/config.ts'
import { parseOutboundAllowance } from '../../http/outbound-addresses.ts'
import { createSafeFetch } from '../../http/safe-fetch.ts'
import { describeCertificate } from '../../saml/metadata.ts'
import { createSealer, mintDataKey } from '../../sealing/sealer.ts'
import { mintSelfSignedCertificate } from '../../signing/self-signed-certificate.ts'
import type { Db } from '../../store/db.ts'
import { insertMember } from '../../store/members.ts'
import { insertOrganization } from '../../store/organizations.ts'
import { parseConnectionRequest } from '../connection-request.ts'
import { createConnection } from '../create-connection.ts'
import { listAttention } from '../list-attention.ts'
import { updateConnection } from '../update-connection.ts'
import { loadMetadataState } from './load-metadata-state.ts'
import type { KeptMetadata } from './merge-metadata.ts'
import { pollMetadata } from './poll-metadata.ts'
import { warnOfExpiry } from './warn-of-expiry.ts'

const hour = 3600
const day = 24 * hour
const start = new Date('2026-06-01T12:00:00Z')
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** A certificate of that name that expires so many days after the start. */
function certificate(commonName: string, days = 1000): string {
  const notAfter = new Date(start.getTime() + days * day * 1000)
  const notBefore = new Date(start.getTime() - 400 * day * 1000)
  return mintSelfSignedCertificate({ key, commonName, notBefore, notAfter, random: systemRandom })
}

const one = certificate('one')
const two = certificate('two')

function metadata(
  given: { certificates?: string[]; entityId?: string; sso?: string; slo?: string } = {},
): string {
  const keys = (given.certificates ?? [one]).map(
    (text) =>
      `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  )
  const slo = given.slo
    ? `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${given.slo}"/>`
    : ''
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${given.entityId ?? 'https://idp.acme.example'}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys.join('')}${slo}<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${given.sso ?? 'https://idp.acme.example/sso'}"/></md:IDPSSODescriptor></md:EntityDescriptor>`
}

describeOnEachDatabase('metadata that is read from its address', (open) => {
  let db: Db
  let now = start
  let server: Server
  let base: string
  /** What each path answers, and what it was asked. */
  const answers = new Map<string, { body: string; etag?: string; status?: number }>()
  let asked: { path: string; ifNoneMatch: string | undefined; status: number }[] = []

  const sealer = createSealer([mintDataKey('dek_1', 'root', systemRandom).dataKey], systemRandom)
  const quiet = { debug() {}, info() {}, warn() {}, error() {} }
  const house = () => ({
    db,
    sealer,
    log: quiet,
    random: systemRandom,
    clock: { now: () => now },
    config: parseConfig({ PUBLIC_URL: 'https://login.acme.example' }),
    fetch: createSafeFetch(parseOutboundAllowance(['127.0.0.1']), async () => []),
  })
  const actor: Actor = {
    type: 'member',
    id: 'mem_1',
    name: 'Admin',
    role: 'admin',
    organizationId: 'org_1',
    address: '',
    requestId: '',
  }
  const pass = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000)
  }
  const poll = () => pollMetadata(house())

  /** A connection whose metadata is at /<tenant>. */
  async function connect(tenant = 'acme'): Promise<string> {
    const request = parseConnectionRequest({
      tenant,
      product: 'crm',
      metadataUrl: `${base}/${tenant}`,
      defaultRedirectUrl: 'https://app.acme.example/cb',
      redirectUrl: 'https://app.acme.example/cb',
    })
    const { clientID } = await createConnection(house(), actor, request)
    asked = []
    return clientID
  }
  const stored = async (tenant = 'acme') =>
    (await db.connection.findFirst({ where: { tenant: { slug: tenant } } }))!
  const kept = async (tenant?: string) => (await stored(tenant)).upstream as unknown as KeptMetadata
  const names = async () => (await kept()).certificates.map((text) => describeCertificate(text).subject)
  const audited = async () =>
    db.auditEvent.findMany({
      where: { actorType: 'system', targetId: (await stored()).id },
      orderBy: { at: 'asc' },
    })
  const waited = async () => ((await stored()).metadataNextAt!.getTime() - now.getTime()) / 1000
  const state = async () => loadMetadataState(house(), actor, { id: (await stored()).id })

  beforeAll(async () => {
    db = (await open()).prisma
    await insertOrganization(db, { id: 'org_1', name: 'Acme', host: 'login.acme.example' })
    for (const [id, role] of [
      ['mem_o', 'owner'],
      ['mem_a', 'admin'],
      ['mem_v', 'viewer'],
    ] as const)
      await insertMember(db, {
        id,
        organizationId: 'org_1',
        email: `${role}@acme.example`,
        name: role,
        role,
        passwordHash: 'x',
      })
    server = createServer((incoming, outgoing) => {
      const path = incoming.url!
      const answer = answers.get(path) ?? { body: 'nothing here', status: 404 }
      const ifNoneMatch = incoming.headers['if-none-match']
      const unchanged = answer.etag !== undefined && ifNoneMatch === answer.etag
      const status = unchanged ? 304 : (answer.status ?? 200)
      asked.push({ path, ifNoneMatch, status })
      outgoing
        .writeHead(status, answer.etag ? { etag: answer.etag } : {})
        .end(unchanged ? undefined : answer.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    await db.tenant.deleteMany()
    await db.mail.deleteMany()
    answers.clear()
    answers.set('/acme', { body: metadata(), etag: '"v1"' })
    now = start
  })

  test('once a day, with the validator it was answered with', async () => {
    await connect()
    const { updatedAt } = await stored()
    await poll()
    await poll()
    expect(asked).toEqual([{ path: '/acme', ifNoneMatch: undefined, status: 200 }])
    expect(await waited()).toBeGreaterThanOrEqual(0.8 * day)
    expect(await waited()).toBeLessThanOrEqual(1.2 * day)
    for (let days = 0; days < 10; days++) {
      pass(1.2 * day)
      await poll()
    }
    expect(asked.slice(1)).toEqual(Array(10).fill({ path: '/acme', ifNoneMatch: '"v1"', status: 304 }))
    // Looking at it is no change of the connection.
    expect((await stored()).updatedAt).toEqual(updatedAt)
    expect(await audited()).toEqual([])
    expect(await state()).toMatchObject({ checkedAt: now.toISOString(), problem: null, unlisted: [] })
  })

  test('ten instances at once share the work', async () => {
    for (let place = 0; place < 30; place++) {
      answers.set(`/t${place}`, { body: metadata() })
      await connect(`t${place}`)
    }
    await Promise.all(Array.from({ length: 10 }, poll))
    expect(asked).toHaveLength(30)
    expect(new Set(asked.map(({ path }) => path)).size).toBe(30)
  })

  test('a new certificate is taken over while the old one stays, for seven days after it is listed no more', async () => {
    await connect()
    await poll()
    answers.set('/acme', { body: metadata({ certificates: [one, two] }), etag: '"v2"' })
    pass(1.2 * day)
    await poll()
    expect(await names()).toEqual(['CN=one', 'CN=two'])
    expect((await kept()).unlisted).toBeUndefined()
    answers.set('/acme', { body: metadata({ certificates: [two] }), etag: '"v3"' })
    pass(1.2 * day)
    await poll()
    expect(await names()).toEqual(['CN=two', 'CN=one'])
    expect(await state()).toMatchObject({
      unlisted: [
        {
          sha256Fingerprint: describeCertificate(one).sha256Fingerprint,
          trustedUntil: new Date(now.getTime() + 7 * day * 1000).toISOString(),
        },
      ],
    })
    const unlistedAt = now
    pass(6.9 * day)
    await poll()
    expect(await names()).toEqual(['CN=two', 'CN=one'])
    now = new Date(unlistedAt.getTime() + 8.2 * day * 1000)
    await poll()
    // Answered with 304 all the while: time alone takes it away.
    expect(asked.at(-1)).toMatchObject({ status: 304 })
    expect(await names()).toEqual(['CN=two'])
    const events = await audited()
    expect(events.map(({ action }) => action)).toEqual(Array(3).fill('connection.metadata-taken-over'))
    expect(events[1]).toMatchObject({
      actorType: 'system',
      tenant: 'acme',
      before: {
        certificates: [expect.stringMatching(/^[0-9a-f]{16}$/), expect.any(String)],
        'no longer listed': [],
      },
      after: { 'no longer listed': [describeCertificate(one).sha256Fingerprint.slice(0, 16)] },
    })
  })

  test('an old certificate that comes back is as good as before; one that expires is not kept beyond its end', async () => {
    const short = certificate('short', 3)
    answers.set('/acme', { body: metadata({ certificates: [short, one] }) })
    await connect()
    answers.set('/acme', { body: metadata({ certificates: [two] }) })
    await poll()
    expect(await names()).toEqual(['CN=two', 'CN=short', 'CN=one'])
    pass(1.3 * day)
    answers.set('/acme', { body: metadata({ certificates: [two, one] }) })
    await poll()
    expect(await names()).toEqual(['CN=two', 'CN=one', 'CN=short'])
    pass(2 * day)
    await poll()
    expect(await names()).toEqual(['CN=two', 'CN=one'])
    pass(30 * day)
    await poll()
    expect(await names()).toEqual(['CN=two', 'CN=one'])
  })

  test('addresses of sign-on and logout are taken over', async () => {
    await connect()
    answers.set('/acme', {
      body: metadata({ sso: 'https://new.acme.example/sso', slo: 'https://new.acme.example/slo' }),
    })
    await poll()
    expect(await kept()).toMatchObject({
      ssoRedirectUrl: 'https://new.acme.example/sso',
      sloRedirectUrl: 'https://new.acme.example/slo',
    })
    expect((await stored()).updatedAt).toEqual(now)
  })

  test('another entityID is reported, never taken, and told once', async () => {
    await connect()
    await poll()
    answers.set('/acme', {
      body: metadata({ entityId: 'https://evil.example', certificates: [two] }),
      etag: '"v2"',
    })
    for (let days = 0; days < 3; days++) {
      pass(1.2 * day)
      await poll()
    }
    expect(asked.slice(1)).toEqual(Array(3).fill({ path: '/acme', ifNoneMatch: '"v1"', status: 200 }))
    expect(await kept()).toMatchObject({ entityId: 'https://idp.acme.example', certificates: [one] })
    const sentence = 'The metadata now has another entityID, https://evil.example, and was not taken over.'
    expect(await state()).toMatchObject({ problem: sentence })
    expect(await audited()).toMatchObject([
      { action: 'connection.metadata-refused', result: 'failure', reason: sentence },
    ])
    expect(await listAttention(house(), actor)).toMatchObject([{ tenant: 'acme', metadataProblem: sentence }])
    answers.set('/acme', { body: metadata({ certificates: [one, two] }), etag: '"v3"' })
    pass(1.2 * day)
    await poll()
    expect(await state()).toMatchObject({ problem: null })
    expect(await names()).toEqual(['CN=one', 'CN=two'])
    expect((await audited()).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['connection.metadata-taken-over', 'connection.metadata-readable']),
    )
    expect(await listAttention(house(), actor)).toEqual([])
  })

  test.each([
    ['a status', { body: 'gone', status: 503 }, /answered with status 503/],
    ['no XML', { body: 'hello' }, /not XML/],
    ['metadata of another kind', { body: '<a/>' }, /IDPSSODescriptor/],
    ['304 without being asked', { body: '', status: 304 }, /status 304/],
    ['more than two megabytes', { body: 'x'.repeat(2_200_000) }, /sent more than 2048 KB/],
  ])('%s: what was known stays, and it is tried again later and later', async (_what, answer, sentence) => {
    await connect()
    answers.set('/acme', answer)
    const waits: number[] = []
    for (let failures = 0; failures < 9; failures++) {
      await poll()
      waits.push(await waited())
      now = (await stored()).metadataNextAt!
    }
    expect(asked).toHaveLength(9)
    const minutes = [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    minutes.forEach((expected, place) => {
      expect(waits[place]! / 60 / expected).toBeGreaterThanOrEqual(0.8)
      expect(waits[place]! / 60 / expected).toBeLessThanOrEqual(1.2)
    })
    expect(await kept()).toMatchObject({ certificates: [one] })
    expect((await state()).problem).toMatch(sentence)
    expect((await audited()).map(({ action }) => action)).toEqual(['connection.metadata-refused'])
    answers.set('/acme', { body: metadata() })
    await poll()
    expect(await stored()).toMatchObject({ metadataFailures: 0, metadataProblem: null })
  })

  test('a server that is not there, and one that may not be asked', async () => {
    await connect()
    const { id } = await stored()
    await db.connection.update({ where: { id }, data: { metadataUrl: 'http://127.0.0.1:9/metadata' } })
    await poll()
    expect((await stored()).metadataProblem).toMatch(/could not be reached \(ECONNREFUSED\)/)
    await db.connection.update({
      where: { id },
      data: { metadataUrl: 'http://10.0.0.1/x', metadataNextAt: null },
    })
    await poll()
    expect((await stored()).metadataProblem).toMatch(/not a public address/)
  })

  test('deactivated connections, and those without an address, are left alone', async () => {
    const clientID = await connect()
    await updateConnection(house(), actor, { clientID, fields: { deactivated: true } })
    await poll()
    await updateConnection(house(), actor, {
      clientID,
      fields: { deactivated: false },
      metadata: { xml: metadata() },
    })
    await poll()
    expect(asked).toEqual([])
  })

  test('metadata an admin gives by hand holds as given, at once, and its validator is forgotten', async () => {
    const clientID = await connect()
    await poll()
    answers.set('/acme', { body: metadata({ certificates: [two] }), etag: '"v2"' })
    pass(1.2 * day)
    await poll()
    expect(await names()).toEqual(['CN=two', 'CN=one'])
    await updateConnection(house(), actor, { clientID, fields: {}, metadata: { url: `${base}/acme` } })
    expect(await names()).toEqual(['CN=two'])
    asked = []
    await poll()
    expect(asked).toEqual([{ path: '/acme', ifNoneMatch: undefined, status: 200 }])
    expect(await names()).toEqual(['CN=two'])
  })

  test('what an admin gave while it was being read is not overwritten', async () => {
    const clientID = await connect()
    answers.set('/acme', { body: metadata({ certificates: [two] }) })
    const real = house()
    const slow = async (...given: Parameters<typeof real.fetch>) => {
      const answer = await real.fetch(...given)
      pass(1)
      await updateConnection(house(), actor, {
        clientID,
        fields: {},
        metadata: { xml: metadata({ certificates: [one] }) },
      })
      return answer
    }
    await pollMetadata({ ...real, fetch: slow })
    expect(await names()).toEqual(['CN=one'])
    expect(await stored()).toMatchObject({ metadataUrl: null, metadataCheckedAt: null })
  })

  test('an instance that died while reading: it is due again when its lease is over', async () => {
    await connect()
    void pollMetadata({ ...house(), fetch: () => new Promise(() => {}) })
    await expect.poll(async () => (await stored()).metadataNextAt).not.toBeNull()
    await poll()
    expect(asked).toHaveLength(0)
    pass(301)
    await poll()
    expect(asked).toHaveLength(1)
  })

  test('the end of a certificate is told 60, 30, 14, 7 and 1 days before, to owners and admins, each once', async () => {
    answers.set('/acme', {
      body: metadata({ certificates: [certificate('old', 20), certificate('last', 100)] }),
    })
    await connect()
    const told: number[] = []
    for (let left = 100; left > -3; left -= 0.5) {
      now = new Date(start.getTime() + (100 - left) * day * 1000)
      const before = await db.mail.count()
      await Promise.all([warnOfExpiry(house()), warnOfExpiry(house()), warnOfExpiry(house())])
      if ((await db.mail.count()) > before) told.push(left)
    }
    expect(told).toEqual([60, 30, 14, 7, 1])
    const mails = await db.mail.findMany({ orderBy: { id: 'asc' } })
    expect(mails).toHaveLength(10)
    expect(mails.map(({ recipient }) => recipient)).not.toContain('viewer@acme.example')
    expect(mails[0]!.subject).toBe('The certificate of acme’s identity provider expires in 60 days')
  })

  test('new certificates begin anew; a certificate that is short of its end at the beginning is told once', async () => {
    answers.set('/acme', { body: metadata({ certificates: [certificate('short', 10)] }) })
    await connect()
    await warnOfExpiry(house())
    await warnOfExpiry(house())
    expect(await db.mail.count()).toBe(2)
    expect((await stored()).warnedDays).toBe(14)
    expect(await listAttention(house(), actor)).toMatchObject([
      { tenant: 'acme', polled: true, metadataProblem: null },
    ])
    answers.set('/acme', { body: metadata({ certificates: [certificate('longer', 50)] }) })
    await poll()
    expect((await stored()).warnedDays).toBeNull()
    await warnOfExpiry(house())
    expect(await db.mail.count()).toBe(4)
    expect((await stored()).warnedDays).toBe(60)
    answers.set('/acme', { body: metadata({ certificates: [one] }) })
    pass(1.2 * day)
    await poll()
    await warnOfExpiry(house())
    expect(await db.mail.count()).toBe(4)
    expect(await listAttention(house(), actor)).toEqual([])
  })
})
