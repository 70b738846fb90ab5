import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { secondsAfter } from '../base/clock.ts'
import { insertConnection } from './connections.ts'
import type { Db } from './db.ts'
import {
  consumeCodeForTokens,
  countFailedRedemption,
  deleteExpiredGrants,
  findAccessToken,
  findGrantByCode,
  findRefreshToken,
  insertGrantForAssertion,
  type NewGrant,
  type NewTokens,
  revokeGrant,
  rotateRefreshToken,
} from './grants.ts'
import { consumeLoginRequest, findLoginRequest, insertLoginRequest } from './login-requests.ts'
import { consumeLogoutRequest, insertLogoutRequest, takeExpiredLogouts } from './logout-requests.ts'
import { insertOrganization } from './organizations.ts'
import { ensureProduct } from './products.ts'
import { clearAttempts, countAttempt } from './rate-limits.ts'
import { rememberValue } from './seen-values.ts'
import { deleteTenantRecord, ensureTenant } from './tenants.ts'
import type { TraceRecord } from './traces.ts'

const now = new Date('2026-06-01T10:00:00.000Z')
const many = <T>(run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: 20 }, (_, index) => run(index)))

describeOnEachDatabase('what happens once, under twenty at a time', (open) => {
  let db: Db

  beforeAll(async () => {
    db = (await open()).prisma
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
    await furnish('acme')
  })

  async function furnish(slug: string): Promise<void> {
    const tenant = await ensureTenant(db, { id: `ten_${slug}`, organizationId: 'org_1', slug, name: slug })
    const product = await ensureProduct(db, { id: 'prd_1', organizationId: 'org_1', slug: 'crm' })
    await insertConnection(db, {
      id: `con_${slug}`,
      organizationId: 'org_1',
      tenantId: tenant.id,
      productId: product.id,
      kind: 'saml',
      clientId: `client-${slug}`,
      clientSecretSealed: 'v1.x.y',
      name: null,
      label: null,
      description: null,
      defaultRedirectUrl: 'https://app.acme.example/cb',
      redirectUrls: [],
      forceAuthn: false,
      identifierFormat: null,
      sortOrder: null,
      ownAcs: false,
      acsUrlOverride: null,
      samlAudienceOverride: null,
      active: true,
      provisioning: 'passthrough',
      trustEmail: false,
      allowUnsolicited: false,
      allowLegacyEncryption: false,
      upstreamId: `https://idp.${slug}.example`,
      upstream: {},
      metadataUrl: null,
    })
  }

  type CodeGrant = NewGrant & { connectionId: string; codeHash: string }

  let grants = 0
  const newGrant = (more: Partial<CodeGrant> = {}): CodeGrant => {
    const id = `grt_${++grants}`
    return {
      id,
      organizationId: 'org_1',
      connectionId: 'con_acme',
      applicationId: null,
      sessionId: null,
      userId: null,
      traceId: 'trc_1',
      codeHash: `code-${id}`,
      codeExpiresAt: secondsAfter(now, 60),
      clientId: 'dummy',
      redirectUri: 'https://app.acme.example/cb',
      codeChallenge: null,
      nonce: null,
      scope: '',
      resources: [],
      claims: null,
      amr: [],
      acr: null,
      dpopJkt: null,
      subject: 'p',
      profile: { id: 'p', raw: { 'key "quoted"': ['1', '2'] } },
      requested: { tenant: 'acme' },
      authenticatedAt: now,
      sessionNotOnOrAfterAt: null,
      expiresAt: secondsAfter(now, 3600),
      ...more,
    }
  }
  let traces = 0
  const newTrace = (): TraceRecord => ({
    id: `trc_${++traces}`,
    organizationId: 'org_1',
    tenant: 'acme',
    product: 'crm',
    connectionId: 'con_acme',
    connectionName: 'acme',
    kind: 'saml',
    purpose: 'sign-in',
    outcome: 'success',
    cause: null,
    sentence: 'Somebody signed in.',
    checks: [],
    subject: 'p',
    email: null,
    received: null,
    external: null,
    shadow: null,
    address: '192.0.2.1',
    userAgent: '',
    requestId: '',
    at: now,
  })
  const assertion = (hash: string) => ({ hash, expiresAt: secondsAfter(now, 300) })
  const token = (hash: string, refresh: string | null = null): NewTokens => ({
    access: { hash, scope: '', audience: [], dpopJkt: null, expiresAt: secondsAfter(now, 300) },
    refresh: refresh === null ? null : { hash: refresh, expiresAt: secondsAfter(now, 3600) },
  })
  const limits = { now, maxFailedAttempts: 5, bindTo: null }

  test('a login request is taken by one of them, with its connection', async () => {
    const row = {
      id: 'login-1',
      organizationId: 'org_1',
      connectionId: 'con_acme',
      browserHash: 'browser',
      upstreamRequestId: '_1',
      request: { purpose: 'sign-in' },
      upstreamStateSealed: null,
      createdAt: now,
      expiresAt: secondsAfter(now, 900),
    }
    await insertLoginRequest(db, row)
    expect(await consumeLoginRequest(db, 'org_2', row.id, 'browser', now)).toBeNull()
    expect(await consumeLoginRequest(db, 'org_1', row.id, 'another browser', now)).toBeNull()
    expect(await consumeLoginRequest(db, 'org_1', row.id, 'browser', secondsAfter(now, 900))).toBeNull()
    expect(await findLoginRequest(db, 'org_1', row.id)).toEqual(row)
    const taken = await many(() => consumeLoginRequest(db, 'org_1', row.id, 'browser', now))
    const [winner] = taken.filter((one) => one !== null)
    expect(taken.filter((one) => one !== null)).toHaveLength(1)
    expect(winner).toMatchObject({
      login: row,
      connection: { id: 'con_acme', tenant: 'acme', product: 'crm' },
    })
  })

  test('a logout is taken by one of them, with its connection', async () => {
    const row = {
      id: 'logout-1',
      organizationId: 'org_1',
      connectionId: 'con_acme',
      upstreamRequestId: '_1',
      redirectUrl: 'https://app.acme.example/bye',
      request: { nameId: 'ada', sessionIds: ['sid_1'] },
      createdAt: now,
      expiresAt: secondsAfter(now, 900),
    }
    await insertLogoutRequest(db, row)
    expect(await consumeLogoutRequest(db, 'org_2', row.id, now)).toBeNull()
    expect(await consumeLogoutRequest(db, 'org_1', row.id, secondsAfter(now, 900))).toBeNull()
    const taken = await many(() => consumeLogoutRequest(db, 'org_1', row.id, now))
    const winners = taken.filter((one) => one !== null)
    expect(winners).toHaveLength(1)
    const { upstreamRequestId, redirectUrl, request } = row
    expect(winners[0]).toMatchObject({
      upstreamRequestId,
      redirectUrl,
      request,
      connection: { id: 'con_acme', tenant: 'acme', product: 'crm' },
    })
    await insertLogoutRequest(db, row)
    const late = secondsAfter(now, 900)
    const expired = await many(() => takeExpiredLogouts(db, late, 10))
    expect(expired.flat()).toMatchObject([{ connectionId: 'con_acme', tenant: 'acme', request }])
  })

  test('an assertion gives one grant, one session where one is kept, and one trace', async () => {
    const session = {
      id: 'sid_1',
      organizationId: 'org_1',
      tenantId: 'ten_acme',
      connectionId: 'con_acme',
      userId: null,
      cookieHash: null,
      subject: 'p',
      profile: {},
      amr: [],
      acr: null,
      authenticatedAt: now,
      upstreamSubject: 'p',
      upstream: { sessionIndex: '_s' },
      address: '192.0.2.1',
      userAgent: '',
      at: now,
      notAfter: null,
    }
    const won = await many((index) =>
      insertGrantForAssertion(db, assertion('a-0'), newGrant({ sessionId: `sid_${index}` }), newTrace(), {
        ...session,
        id: `sid_${index}`,
      }),
    )
    expect(won.filter(Boolean)).toHaveLength(1)
    const [kept] = await db.session.findMany({ include: { grants: true } })
    expect(kept).toMatchObject({ id: `sid_${won.indexOf(true)}`, grants: [{ connectionId: 'con_acme' }] })
    await db.session.deleteMany()
    await db.grant.deleteMany()
    await db.trace.deleteMany()
  })

  test('an assertion gives one grant and one trace', async () => {
    const won = await many(() => insertGrantForAssertion(db, assertion('a-1'), newGrant(), newTrace()))
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(await db.grant.count({ where: { connectionId: 'con_acme' } })).toBe(1)
    expect(await db.trace.count()).toBe(1)
  })

  test('the same assertion of another connection is another one', async () => {
    await furnish('other')
    expect(await insertGrantForAssertion(db, assertion('a-2'), newGrant(), newTrace())).toBe(true)
    expect(
      await insertGrantForAssertion(
        db,
        assertion('a-2'),
        newGrant({ connectionId: 'con_other' }),
        newTrace(),
      ),
    ).toBe(true)
    expect(await insertGrantForAssertion(db, assertion('a-2'), newGrant(), newTrace())).toBe(false)
  })

  test('a code gives one token; what was stored comes back as it was', async () => {
    const grant = newGrant()
    await insertGrantForAssertion(db, assertion('a-3'), grant, newTrace())
    expect(await findGrantByCode(db, 'org_2', grant.codeHash)).toBeNull()
    expect(await findGrantByCode(db, 'org_1', grant.codeHash)).toMatchObject({
      ...grant,
      codeUsedAt: null,
      failedAttempts: 0,
    })
    const won = await many((index) => consumeCodeForTokens(db, grant.id, token(`t-${index}`), limits))
    expect(won.filter(Boolean)).toHaveLength(1)
    const live = await many((index) => findAccessToken(db, 'org_1', `t-${index}`, now))
    expect(live.filter((one) => one !== null)).toHaveLength(1)
    expect(await findAccessToken(db, 'org_2', `t-${won.indexOf(true)}`, now)).toBeNull()
    await revokeGrant(db, grant.id, now)
    expect(
      (await many((index) => findAccessToken(db, 'org_1', `t-${index}`, now))).every((one) => one === null),
    ).toBe(true)
  })

  test('a refresh token is exchanged by one of twenty, and its successor works', async () => {
    const grant = newGrant()
    await insertGrantForAssertion(db, assertion('a-8'), grant, newTrace())
    expect(await consumeCodeForTokens(db, grant.id, token('t-8', 'r-8'), limits)).toBe(true)
    const won = await many((index) =>
      rotateRefreshToken(db, 'r-8', token(`t-8-${index}`, `r-8-${index}`), now),
    )
    expect(won.filter(Boolean)).toHaveLength(1)
    const winner = won.indexOf(true)
    expect(await findRefreshToken(db, 'org_2', `r-8-${winner}`)).toBeNull()
    expect(await findRefreshToken(db, 'org_1', `r-8-${winner}`)).toMatchObject({ usedAt: null })
    expect(await findRefreshToken(db, 'org_1', 'r-8')).toMatchObject({ usedAt: now, grant: { id: grant.id } })
    expect(await db.accessToken.count({ where: { grantId: grant.id } })).toBe(2)
    await revokeGrant(db, grant.id, now)
    expect(await rotateRefreshToken(db, `r-8-${winner}`, token('t-9', 'r-9'), now)).toBe(false)
    expect(await findRefreshToken(db, 'org_1', `r-8-${winner}`)).toMatchObject({ grant: { revokedAt: now } })
  })

  test('a value that must not come twice is new for one of twenty', async () => {
    const value = { scope: 'dpop:key', hash: 'jti-1', expiresAt: secondsAfter(now, 60) }
    expect((await many(() => rememberValue(db, value))).filter(Boolean)).toHaveLength(1)
    expect(await rememberValue(db, { ...value, scope: 'dpop:another' })).toBe(true)
  })

  test('twenty failures at once are twenty; after five the code gives nothing', async () => {
    const grant = newGrant()
    await insertGrantForAssertion(db, assertion('a-4'), grant, newTrace())
    await many(() => countFailedRedemption(db, grant.id))
    expect(await findGrantByCode(db, 'org_1', grant.codeHash)).toMatchObject({ failedAttempts: 20 })
    expect(await consumeCodeForTokens(db, grant.id, token('t-burnt'), limits)).toBe(false)
  })

  test('an expired code gives nothing, an expired token finds nothing', async () => {
    const grant = newGrant()
    await insertGrantForAssertion(db, assertion('a-5'), grant, newTrace())
    const late = { ...limits, now: secondsAfter(now, 60) }
    expect(await consumeCodeForTokens(db, grant.id, token('t-late'), late)).toBe(false)
    expect(await consumeCodeForTokens(db, grant.id, token('t-in-time'), limits)).toBe(true)
    expect(await findAccessToken(db, 'org_1', 't-in-time', secondsAfter(now, 299))).not.toBeNull()
    expect(await findAccessToken(db, 'org_1', 't-in-time', secondsAfter(now, 300))).toBeNull()
  })

  test('attempts are counted one by one, and begin anew after the window', async () => {
    const counts = await many(async () => (await countAttempt(db, 'key', 60, now)).count)
    expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect((await countAttempt(db, 'key', 60, secondsAfter(now, 59))).count).toBe(21)
    expect((await countAttempt(db, 'key', 60, secondsAfter(now, 60))).count).toBe(1)
    await clearAttempts(db, 'key')
    expect((await countAttempt(db, 'key', 60, now)).count).toBe(1)
    expect((await countAttempt(db, 'another key', 60, now)).count).toBe(1)
  })

  test('a tenant and a product named by twenty are made once', async () => {
    const tenants = await many((index) =>
      ensureTenant(db, { id: `ten_race_${index}`, organizationId: 'org_1', slug: 'race', name: 'x' }),
    )
    expect(new Set(tenants.map(({ id }) => id)).size).toBe(1)
    const products = await many((index) =>
      ensureProduct(db, { id: `prd_race_${index}`, organizationId: 'org_1', slug: 'race' }),
    )
    expect(new Set(products.map(({ id }) => id)).size).toBe(1)
  })

  describe('what goes with what', () => {
    test('a tenant takes connections, logins, grants, tokens and remembered assertions along', async () => {
      await furnish('doomed')
      const grant = newGrant({ connectionId: 'con_doomed' })
      await insertGrantForAssertion(db, assertion('a-6'), grant, newTrace())
      await consumeCodeForTokens(db, grant.id, token('t-doomed'), limits)
      expect(await deleteTenantRecord(db, 'org_2', 'ten_doomed')).toBe(false)
      expect(await findAccessToken(db, 'org_1', 't-doomed', now)).not.toBeNull()
      expect(await deleteTenantRecord(db, 'org_1', 'ten_doomed')).toBe(true)
      expect(await findAccessToken(db, 'org_1', 't-doomed', now)).toBeNull()
      expect(await db.seenAssertion.count({ where: { connectionId: 'con_doomed' } })).toBe(0)
      expect(await db.accessToken.count({ where: { tokenHash: 't-doomed' } })).toBe(0)
    })

    test('the sweeper removes what is over, and remembers assertions as long as they could be used', async () => {
      await insertGrantForAssertion(db, assertion('a-7'), newGrant(), newTrace())
      await deleteExpiredGrants(db, secondsAfter(now, 299))
      expect(await insertGrantForAssertion(db, assertion('a-7'), newGrant(), newTrace())).toBe(false)
      await deleteExpiredGrants(db, secondsAfter(now, 3601))
      expect(await db.grant.count()).toBe(0)
      expect(await db.seenAssertion.count()).toBe(0)
    })
  })
})
