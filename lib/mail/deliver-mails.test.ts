import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseMailSender, parseSmtpUrl, type SmtpServer as SmtpSettings } from '#lib/config/smtp.ts'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { startSmtpServer, type TestSmtpServer } from '#server/testing/smtp-server.ts'
import type { Actor } from '../base/actor.ts'
import { systemRandom } from '../base/ids.ts'
import type { Config } from '../config/config.ts'
import { createSealer, mintDataKey } from '../sealing/sealer.ts'
import type { Db } from '../store/db.ts'
import { insertMember } from '../store/members.ts'
import { insertOrganization } from '../store/organizations.ts'
import { deliverMails, retryAfterSeconds } from './deliver-mails.ts'
import { listMails } from './list-mails.ts'
import { type MailMessage, queueMail } from './mail.ts'
import { notifyAdmins } from './notify-admins.ts'
import { resendMail } from './resend-mail.ts'
import { createSmtpTransport } from './smtp-transport.ts'

const from = parseMailSender('Acme sign-in <login@acme.example>')!
const minute = 60
const hour = 3600
const day = 86_400

const message: MailMessage = {
  to: 'erin@globex.example',
  subject: 'You are invited',
  body: {
    title: 'Welcome <b>Erin</b> & co.',
    paragraphs: ['Änderungen – wie besprochen.'],
    facts: [{ label: 'Tenant', value: 'Globex' }],
    action: { label: 'Accept', url: 'https://login.acme.example/invite/canary-one-time-link?a=1&b=2' },
    because: 'Your admin invited you.',
  },
}

describeOnEachDatabase('the outbox', (open) => {
  let db: Db
  let now: Date
  let server: TestSmtpServer | undefined
  const logged: unknown[] = []
  const log = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [
      level,
      (...line: unknown[]) => void logged.push(line),
    ]),
  ) as Parameters<typeof deliverMails>[0]['log']
  const sealer = createSealer([mintDataKey('dek_1', 'root', systemRandom).dataKey], systemRandom)
  const house = () => ({
    db,
    sealer,
    log,
    random: systemRandom,
    clock: { now: () => now },
    config: { smtp: server ? parseSmtpUrl(server.url) : null } as Config,
  })
  const actor = (role: Actor['role'], organizationId = 'org_1'): Actor => ({
    type: 'member',
    id: 'mem_1',
    name: 'Owner',
    role,
    organizationId,
    address: '',
    requestId: '',
  })
  const transport = (settings: SmtpSettings = parseSmtpUrl(server!.url)!) =>
    createSmtpTransport(settings, from)
  const pass = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000)
  }
  const outbox = async () => (await listMails(house(), actor('admin'), {})).data
  const deliver = () => deliverMails(house(), transport())

  beforeAll(async () => {
    db = (await open()).prisma
    for (const id of ['org_1', 'org_2'])
      await insertOrganization(db, { id, name: `Name of ${id}`, host: `${id}.example` })
  })
  beforeEach(async () => {
    await db.mail.deleteMany()
    logged.length = 0
    now = new Date('2026-06-01T12:00:00Z')
    server = await startSmtpServer()
  })
  afterEach(async () => {
    await server?.close()
  })

  test('a mail arrives once, in both forms, with everything that was said, and escaped in HTML', async () => {
    await queueMail(house(), 'org_1', message)
    await deliver()
    await deliver()
    expect(server!.received).toHaveLength(1)
    const [mail] = server!.received
    expect(mail).toMatchObject({ from: 'login@acme.example', to: 'erin@globex.example' })
    expect(mail!.message).toMatch(/^From: "?Acme sign-in"? <login@acme\.example>\r$/m)
    expect(mail!.message).toMatch(/^Subject: You are invited\r$/m)
    expect(mail!.message).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(mail!.message).toMatch(/^Message-ID: <mail_[0-9a-z]{26}@acme\.example>\r$/m)
    const [text, html] = readParts(mail!.message)
    expect(text).toContain('Welcome <b>Erin</b> & co.')
    expect(text).toContain('Änderungen – wie besprochen.')
    expect(text).toContain('Accept:\nhttps://login.acme.example/invite/canary-one-time-link?a=1&b=2\n')
    expect(text).toContain('Name of org_1 · org_1.example')
    expect(html).toContain('Welcome &lt;b&gt;Erin&lt;/b&gt; &amp; co.')
    expect(html).toContain('href="https://login.acme.example/invite/canary-one-time-link?a=1&amp;b=2"')
    expect(html).toContain('Your admin invited you.')
    expect(html).not.toMatch(/<img|src=|url\(|<link|<script/)
    expect(await outbox()).toMatchObject([{ state: 'sent', attempts: 1, text: null, lastError: null }])
  })

  test('ten instances that deliver at once send each mail once', async () => {
    for (let place = 0; place < 25; place++)
      await queueMail(house(), 'org_1', { ...message, to: `p${place}@globex.example` })
    await Promise.all(Array.from({ length: 10 }, deliver))
    expect(new Set(server!.received.map(({ to }) => to)).size).toBe(25)
    expect(server!.received).toHaveLength(25)
  })

  test('a dead server: tried again later and later, delivered when it is back', async () => {
    const { port } = server!
    await server!.close()
    await queueMail(house(), 'org_1', message)
    const dead = createSmtpTransport(parseSmtpUrl(`smtp://127.0.0.1:${port}`)!, from)
    await deliverMails(house(), dead)
    const [first] = await outbox()
    expect(first).toMatchObject({ state: 'waiting', attempts: 1 })
    expect(first!.lastError).toMatch(/^The mail server could not be reached: .*ECONNREFUSED/)
    const wait = (Date.parse(first!.nextAttemptAt!) - now.getTime()) / 1000
    expect(wait).toBeGreaterThanOrEqual(48)
    expect(wait).toBeLessThanOrEqual(72)
    pass(40)
    await deliverMails(house(), dead)
    expect((await outbox())[0]!.attempts).toBe(1)
    pass(40)
    await deliverMails(house(), dead)
    expect((await outbox())[0]!.attempts).toBe(2)
    server = await startSmtpServer({ port })
    pass(5 * minute)
    await deliver()
    expect(server.received).toHaveLength(1)
    expect(await outbox()).toMatchObject([{ state: 'sent', attempts: 3, lastError: null }])
  })

  test.each(['RCPT', 'DATA'] as const)('a temporary refusal at %s is tried again', async (at) => {
    server!.refuseNext({ at, code: 451, text: 'try again later' })
    await queueMail(house(), 'org_1', message)
    await deliver()
    expect(await outbox()).toMatchObject([
      { state: 'waiting', lastError: expect.stringContaining('451 try again later') },
    ])
    pass(2 * minute)
    await deliver()
    expect(server!.received).toHaveLength(1)
    expect(await outbox()).toMatchObject([{ state: 'sent', attempts: 2 }])
  })

  test.each(['RCPT', 'DATA'] as const)(
    'a permanent refusal at %s is given up at once, and audited',
    async (at) => {
      server!.refuseNext({ at, code: 550, text: 'no such user' })
      await queueMail(house(), 'org_1', message)
      await deliver()
      pass(2 * day)
      await deliver()
      expect(server!.received).toHaveLength(0)
      const [mail] = await outbox()
      expect(mail).toMatchObject({ state: 'failed', attempts: 1, nextAttemptAt: null })
      expect(mail!.lastError).toBe('The mail server answered: 550 no such user')
      const [event] = await db.auditEvent.findMany({ where: { targetId: mail!.id } })
      expect(event).toMatchObject({
        action: 'mail.given-up',
        actorType: 'system',
        result: 'failure',
        reason: mail!.lastError,
      })
    },
  )

  test('it is given up after three days, not before', async () => {
    const { port } = server!
    await server!.close()
    server = undefined
    const dead = createSmtpTransport(parseSmtpUrl(`smtp://127.0.0.1:${port}`)!, from)
    await queueMail(house(), 'org_1', message)
    const begun = now.getTime()
    let attempts = 0
    for (;;) {
      await deliverMails(house(), dead)
      const row = (await db.mail.findFirst())!
      if (row.failedAt) break
      attempts = row.attempts
      now = row.nextAttemptAt!
    }
    expect(now.getTime() - begun).toBeGreaterThanOrEqual(3 * day * 1000)
    expect(now.getTime() - begun).toBeLessThan((3 * day + 8 * hour) * 1000)
    expect(attempts).toBeGreaterThan(12)
    expect((await outbox())[0]).toMatchObject({
      state: 'failed',
      attempts,
      lastError: expect.stringContaining('ECONNREFUSED'),
    })
  })

  test('an instance that died with a mail in hand loses nothing: it is due again when its lease is over', async () => {
    await queueMail(house(), 'org_1', message)
    const dying = { send: () => new Promise<never>(() => {}) }
    void deliverMails(house(), dying)
    await expect.poll(async () => (await db.mail.findFirst())!.nextAttemptAt).not.toEqual(now)
    await deliver()
    expect(server!.received).toHaveLength(0)
    pass(6 * minute)
    await deliver()
    expect(server!.received).toHaveLength(1)
  })

  test('whoever comes back after the lease has run out does not overwrite what was done meanwhile', async () => {
    await queueMail(house(), 'org_1', message)
    let release = () => {}
    const slow = {
      send: () =>
        new Promise<{ ok: false; permanent: true; reason: string }>((resolve) => {
          release = () => resolve({ ok: false, permanent: true, reason: 'late' })
        }),
    }
    const late = deliverMails(house(), slow)
    await expect.poll(() => release.toString()).toContain('resolve')
    pass(6 * minute)
    await deliver()
    release()
    await late
    expect(await outbox()).toMatchObject([{ state: 'sent', lastError: null }])
    expect(await db.auditEvent.count({ where: { action: 'mail.given-up', reason: 'late' } })).toBe(0)
  })

  test('without a mail server mails are kept and read in the portal; those of the last days go out when there is one', async () => {
    const running = server!
    server = undefined
    await queueMail(house(), 'org_1', message)
    pass(4 * day)
    await queueMail(house(), 'org_1', { ...message, subject: 'A later one' })
    expect(await outbox()).toMatchObject([
      { state: 'kept', subject: 'A later one', text: expect.stringContaining('canary-one-time-link') },
      { state: 'kept' },
    ])
    server = running
    await deliver()
    expect(server.received.map(({ message: sent }) => /^Subject: (.*)\r$/m.exec(sent)![1])).toEqual([
      'A later one',
    ])
    expect(await outbox()).toMatchObject([
      { state: 'sent', text: null },
      { state: 'failed', attempts: 0, text: null, lastError: expect.stringContaining('no mail server') },
    ])
  })

  test('an admin sends it again; others may not', async () => {
    server!.refuseNext({ at: 'RCPT', code: 550, text: 'no such user' })
    await queueMail(house(), 'org_1', message)
    await deliver()
    const { id } = (await outbox())[0]!
    await expect(resendMail(house(), actor('viewer'), { id })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(resendMail(house(), actor('owner', 'org_2'), { id })).rejects.toMatchObject({
      code: 'not_found',
    })
    await resendMail(house(), actor('admin'), { id })
    await deliver()
    expect(server!.received).toHaveLength(1)
    expect(await db.auditEvent.count({ where: { targetId: id, action: 'mail.resent' } })).toBe(1)
    expect(await outbox()).toMatchObject([{ state: 'sent', attempts: 1 }])
  })

  test('it is searched, filtered and paged, by those who may, within the organization', async () => {
    for (const to of ['a@globex.example', 'b@globex.example', 'c@initech.example']) {
      await queueMail(house(), 'org_1', { ...message, to })
      pass(1)
    }
    const list = (input: Parameters<typeof listMails>[2], who = actor('admin')) =>
      listMails(house(), who, input)
    const recipients = async (input: Parameters<typeof listMails>[2]) =>
      (await list(input)).data.map(({ recipient }) => recipient)
    expect(await recipients({ query: 'GLOBEX' })).toEqual(['b@globex.example', 'a@globex.example'])
    expect(await recipients({ query: 'invited' })).toHaveLength(3)
    expect(await recipients({ query: '%' })).toEqual([])
    expect(await recipients({ state: 'sent' })).toEqual([])
    expect(await recipients({ state: 'waiting' })).toHaveLength(3)
    const page = await list({ limit: 2 })
    expect(page.data).toHaveLength(2)
    expect(await recipients({ cursor: page.nextCursor! })).toEqual(['a@globex.example'])
    expect((await list({}, actor('owner', 'org_2'))).data).toEqual([])
    await expect(list({}, actor('viewer'))).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('what it says rests sealed and is never logged', async () => {
    server!.refuseNext({ at: 'RCPT', code: 550, text: 'no' })
    await queueMail(house(), 'org_1', message)
    await deliver()
    await queueMail(house(), 'org_1', message)
    await deliver()
    expect(JSON.stringify(await db.mail.findMany())).not.toContain('canary-one-time-link')
    expect(logged).toHaveLength(1)
    expect(JSON.stringify(logged)).not.toMatch(/canary|globex/)
  })

  test('owners and admins are told, each once', async () => {
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
    const notice = { subject: 'Soon', body: { title: 'Soon', paragraphs: [] }, onceKey: 'certificate 1' }
    await Promise.all([1, 2, 3].map(() => notifyAdmins(house(), 'org_1', notice)))
    await deliver()
    expect(server!.received.map(({ to }) => to).sort()).toEqual(['admin@acme.example', 'owner@acme.example'])
    await notifyAdmins(house(), 'org_1', { ...notice, onceKey: 'certificate 2' })
    await deliver()
    expect(server!.received).toHaveLength(4)
  })

  test.each([
    'nobody',
    'a@b c',
    'a@b.example\r\nBcc: c@d.example',
    'a@b.example,c@d.example',
    '<a@b.example>',
  ])('it takes nothing for %j', async (to) => {
    await expect(queueMail(house(), 'org_1', { ...message, to })).rejects.toMatchObject({
      code: 'validation_failed',
    })
    expect(await db.mail.count()).toBe(0)
  })
})

describe('the way to a mail server', () => {
  const mail = { id: 'mail_1', to: 'erin@globex.example', subject: 'x', text: 'x', html: '<p>x</p>' }

  test('with user and password, which the server is told and nobody else', async () => {
    const server = await startSmtpServer({ password: 'p@ss/word:canary' })
    const { host } = new URL(server.url)
    const good = parseSmtpUrl(`smtp://erin:${encodeURIComponent('p@ss/word:canary')}@${host}`)!
    expect(await createSmtpTransport(good, from).send(mail)).toEqual({ ok: true })
    expect(server.credentials).toEqual([{ user: 'erin', password: 'p@ss/word:canary' }])
    const wrong = parseSmtpUrl(`smtp://erin:wrong-canary@${host}`)!
    const outcome = await createSmtpTransport(wrong, from).send(mail)
    // The operator can put it right, so the mail is not lost.
    expect(outcome).toMatchObject({ ok: false, permanent: false })
    expect(JSON.stringify(outcome)).toContain('535')
    expect(JSON.stringify(outcome)).not.toContain('canary')
    await server.close()
  })

  test('a password never travels in the clear to another machine', async () => {
    const server = await startSmtpServer({ password: 'secret' })
    const settings = { ...parseSmtpUrl(`smtp://erin:secret@127.0.0.1:${server.port}`)!, requireTls: true }
    expect(parseSmtpUrl('smtp://erin:secret@mail.acme.example')!.requireTls).toBe(true)
    const outcome = await createSmtpTransport(settings, from).send(mail)
    expect(outcome).toMatchObject({ ok: false, permanent: false })
    expect(server.credentials).toEqual([])
    await server.close()
  })

  test('TLS is used where it is offered; a certificate nobody vouches for is refused where there is a password', async () => {
    const server = await startSmtpServer({ offerTls: true })
    expect(await createSmtpTransport(parseSmtpUrl(server.url)!, from).send(mail)).toEqual({ ok: true })
    const settings = { ...parseSmtpUrl(`smtp://erin:secret@127.0.0.1:${server.port}`)!, requireTls: true }
    const outcome = await createSmtpTransport(settings, from).send(mail)
    expect(outcome).toMatchObject({
      ok: false,
      permanent: false,
      reason: expect.stringContaining('certificate'),
    })
    expect(server.credentials).toEqual([])
    await server.close()
  })

  test('a server that says nothing does not hold us forever', async () => {
    const { createServer } = await import('node:net')
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const outcome = await createSmtpTransport(parseSmtpUrl(`smtp://127.0.0.1:${port}`)!, from, 0.5).send(mail)
    expect(outcome).toMatchObject({
      ok: false,
      permanent: false,
      reason: expect.stringMatching(/could not be reached/),
    })
    silent.close()
  })
})

test('waiting grows from a minute to six hours', () => {
  const middle = { bytes: () => Buffer.from([127]) }
  const minutes = [1, 2, 3, 4, 5, 6, 7, 30].map((attempt) =>
    Math.round(retryAfterSeconds(attempt, middle) / 60),
  )
  expect(minutes).toEqual([1, 3, 9, 27, 81, 243, 360, 360])
})

/** Text and HTML of a message (RFC 2046 §5.1.4). */
function readParts(source: string): string[] {
  const boundary = /boundary="([^"]+)"/.exec(source)![1]!
  return source
    .split(`--${boundary}`)
    .slice(1, 3)
    .map((part) => {
      const [head, ...body] = part.trimStart().split('\r\n\r\n')
      const text = body.join('\r\n\r\n')
      if (/base64/i.test(head!)) return Buffer.from(text, 'base64').toString('utf8').replaceAll('\r\n', '\n')
      const bytes = text
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n')
    })
}
