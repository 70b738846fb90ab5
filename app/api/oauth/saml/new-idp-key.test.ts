import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { createIdentityProvider, type IdentityProvider } from '#server/testing/identity-provider.ts'
import {
  authorizeParameters,
  begin,
  finish,
  type MadeConnection,
  makeConnection,
  newestTrace,
  signIn,
} from '#server/testing/sign-in.ts'

describeOnEachServer('an identity provider that signs with a new key', (server) => {
  let source: Server
  let address: string
  let reads = 0
  let slow = 0
  let served: { status: number; body: string }
  let idp: IdentityProvider
  let connection: MadeConnection
  let count = 0

  beforeAll(async () => {
    source = createServer((_incoming, outgoing) => {
      reads++
      const { status, body } = served
      setTimeout(() => outgoing.writeHead(status).end(body), slow)
    })
    await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(source.address() as AddressInfo).port}/metadata`
  })
  afterAll(() => source.close())
  beforeEach(async () => {
    slow = 0
    idp = createIdentityProvider(`renewing-${++count}`)
    served = { status: 200, body: idp.metadata() }
    connection = await makeConnection(
      server,
      `renewing-${count}`,
      { rawMetadata: undefined, metadataUrl: address },
      idp,
    )
    reads = 0
  })

  /** From now on it signs with its other key; its metadata says so when `published`. */
  const changeKey = (published = true) => {
    if (published) served = { status: 200, body: idp.metadata([idp.idp.otherCertificate]) }
  }
  const withNewKey = { fault: 'unknown-cert' } as const
  const attempt = async () => {
    const begun = await begin(server, authorizeParameters(connection))
    return (await finish(server, begun, idp, withNewKey)).location().searchParams
  }

  test('signs people in: the metadata is read once more, and the old key still holds', async () => {
    changeKey()
    expect((await attempt()).get('code')).toMatch(/^[\w-]{43}$/)
    expect(reads).toBe(1)
    const trace = await newestTrace(server, `tenant=${connection.tenant}`)
    expect(trace).toMatchObject({ outcome: 'success' })
    expect(trace.checks[0]).toMatchObject({ name: 'Metadata', ok: true })
    expect((await attempt()).get('code')).not.toBeNull()
    await signIn(server, connection)
    expect(reads).toBe(1)
    const events = await server.house.db.auditEvent.findMany({
      where: { tenant: connection.tenant, actorType: 'system' },
    })
    expect(events.map(({ action }) => action)).toEqual(['connection.metadata-taken-over'])
  })

  test('many at once: one reading, and everybody gets in', async () => {
    changeKey()
    slow = 400
    const outcomes = await Promise.all(Array.from({ length: 8 }, attempt))
    expect(outcomes.map((one) => one.has('code'))).toEqual(Array(8).fill(true))
    expect(reads).toBe(1)
  })

  test('that its metadata does not name is refused, and asked about once in ten minutes', async () => {
    changeKey(false)
    for (let tries = 0; tries < 3; tries++) expect((await attempt()).get('error')).toBe('access_denied')
    expect(reads).toBe(1)
    expect(await newestTrace(server, `tenant=${connection.tenant}`)).toMatchObject({
      cause: 'saml_unknown_certificate',
    })
    changeKey()
    expect((await attempt()).get('error')).toBe('access_denied')
    server.clock.advance(601)
    expect((await attempt()).has('code')).toBe(true)
    expect(reads).toBe(2)
  })

  test('whose metadata cannot be read, or is that of somebody else, is refused', async () => {
    served = { status: 500, body: 'sorry' }
    expect((await attempt()).get('error')).toBe('access_denied')
    server.clock.advance(601)
    const stranger = createIdentityProvider('stranger')
    served = { status: 200, body: stranger.metadata([idp.idp.otherCertificate]) }
    expect((await attempt()).get('error')).toBe('access_denied')
    expect(reads).toBe(2)
    const row = await server.house.db.connection.findUnique({ where: { clientId: connection.clientID } })
    expect(row!.metadataProblem).toContain('another entityID')
  })

  test.each(['unsigned', 'wrong-audience', 'wrong-issuer'] as const)(
    'is not asked about an answer refused for another reason: %s',
    async (fault) => {
      const begun = await begin(server, authorizeParameters(connection))
      const answer = await finish(server, begun, idp, { fault })
      expect(answer.location().searchParams.get('error')).toBe('access_denied')
      expect(reads).toBe(0)
    },
  )

  test('and was set up from a file is not asked', async () => {
    const uploaded = await makeConnection(server, `uploaded-${count}`, {}, idp)
    const begun = await begin(server, authorizeParameters(uploaded))
    const answer = await finish(server, begun, idp, withNewKey)
    expect(answer.location().searchParams.get('error')).toBe('access_denied')
    expect(reads).toBe(0)
  })
})
