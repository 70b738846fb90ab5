import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { recheckDomains } from '#lib/domains/recheck-domains.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import type { Client } from '#server/testing/http-client.ts'
import { createClient } from '#server/testing/http-client.ts'

type Domain = {
  id: string
  domain: string
  status: string
  txtRecord: { name: string; value: string }
  verifiedAt: string | null
  checkedAt: string | null
  missingSinceAt: string | null
  pendingFromAt: string | null
  vouchedBy: string | null
  message?: string
}

const day = 86_400

describeOnEachServer('the domains API', (server) => {
  let client: Client
  let tenants = 0
  let slug = ''
  let other = ''
  beforeAll(() => {
    client = managementClient(server)
  })
  beforeEach(async () => {
    server.txtRecords.clear()
    const number = ++tenants
    slug = `acme-${number}`
    other = `globex-${number}`
    for (const name of [slug, other]) await client.post('/api/v1/tenants', { json: { slug: name, name } })
  })

  const at = (domain = '', tenant = slug) => `/api/v1/tenants/${tenant}/domains${domain && `/${domain}`}`
  const claim = (body: object, tenant = slug) => client.post(at('', tenant), { json: body })
  const verify = (domain: string, tenant = slug) => client.post(at(`${domain}/verify`, tenant))
  const load = async (domain: string, tenant = slug) => (await client.get(at(domain, tenant))).json<Domain>()
  const publish = ({ txtRecord }: Domain) => server.txtRecords.set(txtRecord.name, [txtRecord.value])
  const claimAndPublish = async (domain: string, tenant = slug) => {
    const claimed = (await claim({ domain }, tenant)).json<Domain>()
    const earlier = server.txtRecords.get(claimed.txtRecord.name) ?? []
    server.txtRecords.set(claimed.txtRecord.name, [...(earlier as string[]), claimed.txtRecord.value])
    return claimed
  }
  const actionsOn = async (id: string) => {
    const events = await server.house.db.auditEvent.findMany({
      where: { targetId: id },
      orderBy: { id: 'asc' },
    })
    return events.map(({ action, result, actorType }) => `${actorType} ${action} ${result}`)
  }

  test('201 pending with the TXT record to set; read by name and id; 204, and 404 the second time', async () => {
    const created = await claim({ domain: 'Acme-1.Example.' })
    expect(created.status, created.text).toBe(201)
    const domain = created.json<Domain>()
    expect(domain).toEqual({
      id: expect.stringMatching(/^dom_[0-9a-hjkmnp-tv-z]{26}$/),
      domain: 'acme-1.example',
      status: 'pending',
      txtRecord: {
        name: '_vestibule.acme-1.example',
        value: expect.stringMatching(/^vestibule-domain-verification=[\w-]{32}$/),
      },
      verifiedAt: null,
      checkedAt: null,
      missingSinceAt: null,
      pendingFromAt: null,
      vouchedBy: null,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    })
    for (const path of [at('acme-1.example'), at('ACME-1.example'), at(domain.id)])
      expect((await client.get(path)).json(), path).toEqual(domain)
    const deleted = await client.send('DELETE', at('acme-1.example'))
    expect([deleted.status, deleted.text]).toEqual([204, ''])
    for (const method of ['DELETE', 'GET']) {
      const again = await client.send(method, at('acme-1.example'))
      expect([again.status, again.json()]).toEqual([
        404,
        expect.objectContaining({ error: { message: expect.any(String) } }),
      ])
    }
    expect((await verify('acme-1.example')).status).toBe(404)
    expect(await actionsOn(domain.id)).toEqual([
      'apiKey domain.claimed success',
      'apiKey domain.deleted success',
    ])
  })

  test('verified when the record is there, in one string or several', async () => {
    const domain = await claimAndPublish('acme-2.example')
    const answer = await verify('acme-2.example')
    expect(answer.status, answer.text).toBe(200)
    expect(answer.json()).toMatchObject({
      status: 'verified',
      verifiedAt: expect.any(String),
      checkedAt: expect.any(String),
      message: 'The TXT record at _vestibule.acme-2.example is there.',
    })
    await verify('acme-2.example')
    expect(await actionsOn(domain.id)).toEqual([
      'apiKey domain.claimed success',
      'apiKey domain.verified success',
    ])
  })

  test('200 and still pending, with what was found and expected', async () => {
    const { txtRecord } = (await claim({ domain: 'acme-3.example' })).json<Domain>()
    const nothing = (await verify('acme-3.example')).json<Domain>()
    expect(nothing).toMatchObject({ status: 'pending', checkedAt: expect.any(String) })
    expect(nothing.message).toBe(
      `There is no TXT record at ${txtRecord.name}. It must hold "${txtRecord.value}". A new record can take an hour to be seen.`,
    )
    server.txtRecords.set(txtRecord.name, [`v=spf1 ${'x'.repeat(300)}\n`, `${txtRecord.value}x`])
    const wrong = (await verify('acme-3.example')).json<Domain>()
    expect(wrong.status).toBe('pending')
    expect(wrong.message).toContain(`holds "v=spf1 ${'x'.repeat(93)}…", "${txtRecord.value}x".`)
    expect(wrong.message).toContain(`It must hold "${txtRecord.value}".`)
    server.txtRecords.set(txtRecord.name, new Error('queryTxt ETIMEOUT'))
    const silent = (await verify('acme-3.example')).json<Domain>()
    expect(silent.status).toBe('pending')
    expect(silent.message).toContain('did not answer, so nothing has changed')
    expect(silent.message).not.toContain('ETIMEOUT')
  })

  test('the record of another tenant’s claim proves nothing for this one', async () => {
    const ours = (await claim({ domain: 'acme-4.example' })).json<Domain>()
    const theirs = (await claim({ domain: 'acme-4.example' }, other)).json<Domain>()
    expect(ours.txtRecord.value).not.toBe(theirs.txtRecord.value)
    publish(theirs)
    expect((await verify('acme-4.example')).json()).toMatchObject({ status: 'pending' })
  })

  test('20: proven by two tenants at once, one has it; the loser gets 409 with a sentence', async () => {
    const claims = [await claimAndPublish('acme-5.example'), await claimAndPublish('acme-5.example', other)]
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => verify('acme-5.example')),
      ...Array.from({ length: 5 }, () => verify('acme-5.example', other)),
    ])
    const ofEach = [answers.slice(0, 5), answers.slice(5)].map((some) => some.map(({ status }) => status))
    expect(ofEach.map((statuses) => [...new Set(statuses)]).toSorted()).toEqual([[200], [409]])
    const lost = answers.find(({ status }) => status === 409)!
    expect(lost.headers['content-type']).toContain('application/problem+json')
    expect(lost.json<{ detail: string }>().detail).toMatch(
      /^acme-5\.example belongs to the tenant "(acme|globex)-\d+" already\. Remove it there, then try again\.$/,
    )
    const states = await Promise.all([load('acme-5.example'), load('acme-5.example', other)])
    expect(states.map(({ status }) => status).sort()).toEqual(['pending', 'verified'])
    const loser = claims.find((_, place) => states[place]!.status === 'pending')!
    expect(await actionsOn(loser.id)).toContain('apiKey domain.verified failure')
  })

  test('409 for a second claim, and for one on a domain another tenant has', async () => {
    expect((await claim({ domain: 'acme-6.example', vouched: true })).status).toBe(201)
    for (const body of [{ domain: 'acme-6.example' }, { domain: 'acme-6.example', vouched: true }]) {
      const twice = await claim(body)
      expect(twice.status).toBe(409)
      expect(twice.json<{ detail: string }>().detail).toContain('has claimed acme-6.example already')
      const taken = await claim(body, other)
      expect(taken.status).toBe(409)
      expect(taken.json()).toMatchObject({
        errors: [{ path: 'domain', message: expect.stringContaining(`belongs to the tenant "${slug}"`) }],
      })
    }
    await client.send('DELETE', at('acme-6.example'))
    expect((await claim({ domain: 'acme-6.example', vouched: true }, other)).status).toBe(201)
  })

  test('ten claims at the same moment: one 201, the others 409', async () => {
    for (const body of [{ domain: 'acme-7.example' }, { domain: 'acme-8.example', vouched: true }]) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => claim(body)))
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
    }
  })

  test('an owner vouches: at once, for a claim that is pending too, under their name, audited', async () => {
    const vouched = (await claim({ domain: 'acme-9.example', vouched: true })).json<Domain>()
    expect(vouched).toMatchObject({ status: 'vouched', vouchedBy: 'Bootstrap key 1', verifiedAt: null })
    expect(await actionsOn(vouched.id)).toEqual(['apiKey domain.vouched success'])
    const pending = (await claim({ domain: 'acme-10.example' })).json<Domain>()
    const raised = await claim({ domain: 'acme-10.example', vouched: true })
    expect([raised.status, raised.json()]).toEqual([
      201,
      expect.objectContaining({ id: pending.id, status: 'vouched', txtRecord: pending.txtRecord }),
    ])
    // Without the record it stays as it is; with the record nobody has to answer for it any more.
    expect((await verify('acme-10.example')).json()).toMatchObject({ status: 'vouched' })
    publish(pending)
    expect((await verify('acme-10.example')).json()).toMatchObject({ status: 'verified', vouchedBy: null })
  })

  test.each<[string, unknown, string]>([
    ['no domain', {}, 'domain'],
    ['no name', { domain: 'acme' }, 'domain'],
    ['an address', { domain: 'pat@acme.example' }, 'domain'],
    ['a URL', { domain: 'https://acme.example' }, 'domain'],
    ['a mail provider', { domain: 'gmail.com' }, 'domain'],
    ['a mail provider vouched for', { domain: 'outlook.com', vouched: true }, 'domain'],
    ['a public suffix', { domain: 'co.uk' }, 'domain'],
    ['a status', { domain: 'acme.example', status: 'verified' }, 'status'],
    ['who vouched', { domain: 'acme.example', vouchedBy: 'Pat' }, 'vouchedBy'],
    ['a word for vouched', { domain: 'acme.example', vouched: 'yes' }, 'vouched'],
  ])('400 with the path: %s', async (_name, body, path) => {
    const answer = await client.post(at(), { json: body })
    expect(answer.status, answer.text).toBe(400)
    expect(answer.json<{ errors: { path: string }[] }>().errors.map((error) => error.path)).toContain(path)
    expect((await client.get(at())).json<{ data: unknown[] }>().data).toEqual([])
  })

  test('an internationalized name is one domain in both spellings', async () => {
    const created = await claim({ domain: 'bücher.example' })
    expect(created.json()).toMatchObject({ domain: 'xn--bcher-kva.example' })
    expect((await claim({ domain: 'xn--bcher-kva.example' })).status).toBe(409)
    expect((await client.get(at(encodeURIComponent('BÜCHER.example')))).status).toBe(200)
  })

  test('the list comes in pages and is searched', async () => {
    for (let place = 1; place <= 5; place++) await claim({ domain: `list-${place}.example` })
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await client.get(`${at()}?limit=2${cursor && `&cursor=${cursor}`}`)
      const { data, nextCursor } = page.json<{ data: Domain[]; nextCursor: string | null }>()
      seen.push(...data.map(({ domain }) => domain))
      cursor = nextCursor
    }
    expect(seen).toEqual([5, 4, 3, 2, 1].map((place) => `list-${place}.example`))
    const found = (await client.get(`${at()}?query=LIST-3`)).json<{ data: Domain[] }>()
    expect(found.data.map(({ domain }) => domain)).toEqual(['list-3.example'])
    expect((await client.get(`${at('', other)}`)).json()).toEqual({ data: [], nextCursor: null })
  })

  test('401 without the key, 404 for a tenant or domain that is not there, 405 with Allow', async () => {
    const anyone = createClient(server.port)
    for (const [method, path] of [
      ['GET', at()],
      ['POST', at()],
      ['GET', at('acme.example')],
      ['DELETE', at('acme.example')],
      ['POST', at('acme.example/verify')],
    ] as const) {
      expect((await anyone.send(method, path)).status, `${method} ${path}`).toBe(401)
      const missing = await client.send(method, path.replace(slug, 'nobody'), {
        ...(method === 'POST' && !path.endsWith('verify') && { json: { domain: 'acme.example' } }),
      })
      expect(missing.status, `${method} ${path}`).toBe(404)
    }
    expect((await client.get(at('..'))).status).toBe(404)
    expect((await client.get(at('%00'))).status).toBe(404)
    expect((await client.send('PUT', at())).headers.allow?.split(', ').sort()).toEqual(['GET', 'POST'])
  })

  test('a tenant’s domains go with it, and are free for others', async () => {
    await claim({ domain: 'acme-11.example', vouched: true })
    await client.send('DELETE', `/api/v1/tenants/${slug}`)
    expect((await claim({ domain: 'acme-11.example', vouched: true }, other)).status).toBe(201)
  })

  describe('the daily check', () => {
    test('verifies what has been proven since, once, and leaves what was vouched for', async () => {
      const proven = await claimAndPublish('acme-12.example')
      await claim({ domain: 'acme-13.example' })
      await claim({ domain: 'acme-14.example', vouched: true })
      await Promise.all([recheckDomains(server.house), recheckDomains(server.house)])
      const states = await Promise.all([12, 13, 14].map((number) => load(`acme-${number}.example`)))
      expect(states.map(({ status }) => status)).toEqual(['verified', 'pending', 'vouched'])
      expect(states.map(({ checkedAt }) => checkedAt !== null)).toEqual([true, true, false])
      expect(await actionsOn(proven.id)).toEqual([
        'apiKey domain.claimed success',
        'system domain.verified success',
      ])
    })

    test('a record that is missing: warned of at once, pending after seven days, not before', async () => {
      const { id } = await claimAndPublish('acme-15.example')
      await verify('acme-15.example')
      server.txtRecords.clear()
      server.clock.advance(day + 60)
      await recheckDomains(server.house)
      const missing = await load('acme-15.example')
      expect(missing).toMatchObject({ status: 'verified', missingSinceAt: missing.checkedAt })
      expect(Date.parse(missing.pendingFromAt!) - Date.parse(missing.missingSinceAt!)).toBe(7 * day * 1000)
      for (let days = 1; days <= 6; days++) {
        server.clock.advance(day + 60)
        await recheckDomains(server.house)
      }
      expect(await load('acme-15.example')).toMatchObject({
        status: 'verified',
        missingSinceAt: missing.missingSinceAt,
      })
      server.clock.advance(day + 60)
      await Promise.all([recheckDomains(server.house), recheckDomains(server.house)])
      expect(await load('acme-15.example')).toMatchObject({
        status: 'pending',
        verifiedAt: null,
        missingSinceAt: null,
      })
      expect(await actionsOn(id)).toEqual([
        'apiKey domain.claimed success',
        'apiKey domain.verified success',
        'system domain.record-missing success',
        'system domain.returned-to-pending success',
      ])
      expect((await claim({ domain: 'acme-15.example', vouched: true }, other)).status).toBe(201)
    })

    test('a record that comes back within the grace is as if it had never been away', async () => {
      const domain = await claimAndPublish('acme-16.example')
      const { verifiedAt } = (await verify('acme-16.example')).json<Domain>()
      server.txtRecords.clear()
      expect((await verify('acme-16.example')).json()).toMatchObject({
        status: 'verified',
        missingSinceAt: expect.any(String),
      })
      publish(domain)
      server.clock.advance(3 * day)
      await recheckDomains(server.house)
      expect(await load('acme-16.example')).toMatchObject({
        status: 'verified',
        verifiedAt,
        missingSinceAt: null,
      })
      expect((await actionsOn(domain.id)).slice(2)).toEqual([
        'apiKey domain.record-missing success',
        'system domain.record-found success',
      ])
    })

    test('name servers that do not answer never take a domain away', async () => {
      const { id, txtRecord } = await claimAndPublish('acme-17.example')
      await verify('acme-17.example')
      server.txtRecords.set(txtRecord.name, new Error('queryTxt ETIMEOUT'))
      for (let days = 1; days <= 10; days++) {
        server.clock.advance(day + 60)
        await recheckDomains(server.house)
      }
      expect(await load('acme-17.example')).toMatchObject({ status: 'verified', missingSinceAt: null })
      expect(await actionsOn(id)).toHaveLength(2)
      expect(server.logLines.join('')).not.toContain('failed')
    })

    test('proven by two tenants it stays with the one that has it', async () => {
      await claimAndPublish('acme-18.example')
      const second = await claimAndPublish('acme-18.example', other)
      await verify('acme-18.example')
      await recheckDomains(server.house)
      expect(await load('acme-18.example', other)).toMatchObject({ status: 'pending' })
      expect(await actionsOn(second.id)).toEqual(['apiKey domain.claimed success'])
      await client.send('DELETE', at('acme-18.example'))
      server.clock.advance(day + 60)
      await recheckDomains(server.house)
      expect(await load('acme-18.example', other)).toMatchObject({ status: 'verified' })
    })
  })
})
