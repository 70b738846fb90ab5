import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor, Role } from '#lib/base/actor.ts'
import { isVestibuleError } from '#lib/base/errors.ts'
import { systemRandom } from '#lib/base/ids.ts'
import { parseConnectionRequest } from '#lib/connections/connection-request.ts'
import { createConnection } from '#lib/connections/create-connection.ts'
import { deleteConnection } from '#lib/connections/delete-connection.ts'
import { patchConnection, updateConnection } from '#lib/connections/update-connection.ts'
import { handOverBrowser } from '#lib/login/begin-portal-login.ts'
import { listMails } from '#lib/mail/list-mails.ts'
import { openMailBody } from '#lib/mail/mail.ts'
import { acceptInvitation, acceptInvitationBySso } from '#lib/members/accept-invitation.ts'
import { inviteMember } from '#lib/members/invite-member.ts'
import { loadMemberSession } from '#lib/members/member-session.ts'
import { beginLink, findLink, finishLink, signInMemberBySso, unlink } from '#lib/members/portal-identity.ts'
import { mayOpenPortal, updatePortalSignIn } from '#lib/members/portal-sign-in.ts'
import { requestPasswordReset } from '#lib/members/reset-password.ts'
import { signInMember } from '#lib/members/sign-in-member.ts'
import { hashPassword } from '#lib/passwords/password.ts'
import { insertMember } from '#lib/store/members.ts'
import { insertOrganization } from '#lib/store/organizations.ts'
import { deleteTenant } from '#lib/tenants/delete-tenant.ts'
import { people } from '#lib/testing/idp/people.ts'
import { readAuthnRequest } from '#lib/testing/idp/read-authn-request.ts'
import { planResponse } from '#lib/testing/idp/response-plan.ts'
import { writeResponse } from '#lib/testing/idp/write-response.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { type Answer, type Browser, createBrowser } from '#server/testing/http-client.ts'
import { createIdentityProvider } from '#server/testing/identity-provider.ts'
import { chooseAtProvider, comeBack, makeOidcConnection, signInByOidc } from '#server/testing/oidc-sign-in.ts'
import {
  type Begun,
  finish,
  type MadeConnection,
  makeConnection,
  newestTrace,
  postAnswer,
  signIn,
} from '#server/testing/sign-in.ts'

const password = 'a password of a member'

describeOnEachServer('the company’s sign-in to the portal', (server) => {
  let house: typeof server.house
  let home: string
  let site: { id: string; name: string; issuer: string }
  let acme: MadeConnection
  let other: MadeConnection
  let passwordHash: string

  beforeAll(async () => {
    house = server.house
    acme = await makeConnection(server, 'acme')
    other = await makeConnection(server, 'other')
    await signIn(server, acme)
    await signIn(server, other)
    home = (await house.db.tenant.findFirstOrThrow()).organizationId
    site = { id: home, name: 'x', issuer: server.url }
    passwordHash = await hashPassword(password)
    await insertOrganization(house.db, { id: 'org_abroad', name: 'Abroad', host: 'abroad.example' })
  })

  beforeEach(async () => {
    await house.db.member.deleteMany()
    await house.db.accountToken.deleteMany()
    await house.db.rateLimit.deleteMany()
    await house.db.mail.deleteMany()
    await house.db.organization.updateMany({ data: { portalConnectionId: null, requirePortalSso: false } })
    for (const role of ['owner', 'admin', 'viewer'] as const) await make(role, role)
    await choose(acme)
  })

  const make = (name: string, role: Role, organizationId = home) =>
    insertMember(house.db, {
      id: `mem_${name}`,
      organizationId,
      email: `${name}@acme.example`,
      name,
      role,
      passwordHash,
    })
  const actorOf = (name: string, role = name as Role, organizationId = home): Actor => ({
    type: 'member',
    id: `mem_${name}`,
    name,
    role,
    organizationId,
    address: '192.0.2.1',
    requestId: 'r',
  })
  const visit = () => ({ organizationId: home, address: '192.0.2.1', userAgent: 'test', requestId: 'r' })
  const choose = (connection: { clientID: string } | null) =>
    updatePortalSignIn(house, site, actorOf('owner'), { connection: connection?.clientID ?? null })
  const demand = (required: boolean, by = 'owner') =>
    updatePortalSignIn(house, site, actorOf(by), { required })
  const resultOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'done',
      (thrown) => (isVestibuleError(thrown) ? thrown.code : String(thrown)),
    )

  const setOut = async (query = '', browser = createBrowser(server.port)): Promise<Begun> => {
    const answer = await browser.get(`/portal-login${query}`)
    if (answer.status !== 303) throw new Error(`it did not begin: ${answer.status} ${answer.text}`)
    const target = answer.location()
    return {
      answer,
      browser,
      relayState: target.searchParams.get('RelayState') ?? '',
      request: readAuthnRequest(target.searchParams.get('SAMLRequest') ?? '', 'redirect'),
    }
  }
  const handOver = (answer: Answer, browser: Browser) => ({
    code: answer.location().searchParams.get('code') ?? '',
    browserHash: handOverBrowser(house, browser.cookies),
  })
  /** To the identity provider and back, as one of its people. */
  const go = async (query = '', connection = acme, person = people('acme')[0]!) => {
    const begun = await setOut(query)
    const answer = await finish(server, begun, connection.idp, { person })
    return { answer, begun, ...handOver(answer, begun.browser) }
  }
  const linkAs = async (name: string, person = people('acme')[0]!, connection = acme) => {
    const actor = actorOf(name)
    const { code, browserHash } = await go(`?link=${await beginLink(house, actor)}`, connection, person)
    await finishLink(house, actor, { code, browserHash })
  }
  const open = (handed: { code: string; browserHash: string | null }, organizationId = home) =>
    signInMemberBySso(house, { ...visit(), ...handed, organizationId })
  const byPassword = (name: string, breakGlass = false) =>
    signInMember(house, { ...visit(), email: `${name}@acme.example`, password, breakGlass })

  describe('a linked member', () => {
    test('comes in as who they are there, to the page they came for', async () => {
      await linkAs('viewer')
      const { answer, code, browserHash } = await go('?from=%2Ftenants')
      expect(answer.location().pathname).toBe('/sign-in/complete')
      const { session, from } = await open({ code, browserHash })
      expect(from).toBe('/tenants')
      const actor = await loadMemberSession(house, { ...visit(), sessionId: session.sessionId })
      expect(actor).toMatchObject({ id: 'mem_viewer', role: 'viewer' })
      const trace = await newestTrace(server)
      expect(trace).toMatchObject({ purpose: 'portal', outcome: 'success' })
    })

    test('the code works once, also when twenty come at once, and for a minute', async () => {
      await linkAs('viewer')
      const { code, browserHash } = await go()
      const results = await Promise.all(
        Array.from({ length: 20 }, () => resultOf(open({ code, browserHash }))),
      )
      expect(results.filter((result) => result === 'done')).toHaveLength(1)
      const late = await go()
      server.clock.advance(60)
      expect(await resultOf(open(late))).toBe('unauthorized')
    })

    test('in another browser, in none and at another organization it is worth nothing, and used up', async () => {
      await linkAs('viewer')
      const elsewhere = handOverBrowser(house, (await setOut()).browser.cookies)
      for (const browserHash of [elsewhere, null, '']) {
        const handed = await go()
        expect(await resultOf(open({ ...handed, browserHash }))).toBe('unauthorized')
        expect(await resultOf(open(handed))).toBe('unauthorized')
      }
      const handed = await go()
      expect(await resultOf(open(handed, 'org_abroad'))).toBe('unauthorized')
      expect(await resultOf(open(handed))).toBe('done')
    })

    test('an answer is taken once, in the browser that set out', async () => {
      await linkAs('viewer')
      const begun = await setOut()
      const SAMLResponse = acme.idp.answer(begun.request, server.clock.now(), {})
      const stranger = createBrowser(server.port)
      await setOut('', stranger)
      expect((await postAnswer(begun, SAMLResponse, stranger)).status).toBe(400)
      const first = await postAnswer(begun, SAMLResponse)
      expect(first.location().pathname).toBe('/sign-in/complete')
      expect((await postAnswer(begun, SAMLResponse)).status).toBe(400)
    })

    test('gets nowhere once removed, unlinked, or when another connection is chosen', async () => {
      await linkAs('viewer')
      const handed = await go()
      await unlink(house, actorOf('viewer'))
      expect(await resultOf(open(handed))).toBe('unauthorized')
      await linkAs('viewer')
      const second = await go()
      await choose(null)
      expect(await resultOf(open(second))).toBe('unauthorized')
      await choose(acme)
      const third = await go()
      await house.db.member.delete({ where: { id: 'mem_viewer' } })
      expect(await resultOf(open(third))).toBe('unauthorized')
    })
  })

  describe('who is not linked', () => {
    const refused = (answer: Answer) => {
      expect(answer.location().pathname).toBe('/sign-in')
      expect(answer.location().searchParams.get('company')).toBe('refused')
      expect(answer.location().searchParams.get('code')).toBeNull()
    }

    test('the address of a member is not enough, and the trace says why', async () => {
      const person = { ...people('acme')[0]!, email: 'owner@acme.example' }
      refused((await go('', acme, person)).answer)
      const trace = await newestTrace(server)
      expect(trace).toMatchObject({ purpose: 'portal', outcome: 'failure', cause: 'portal_member_unknown' })
      expect(trace.checks.at(-1)).toMatchObject({ name: 'Member', ok: false })
    })

    test('the same person of another connection, or of another organization’s member, is somebody else', async () => {
      const person = people('acme')[0]!
      await linkAs('owner', person)
      const { ssoSubject } = await house.db.member.findFirstOrThrow({ where: { id: 'mem_owner' } })
      await choose(other)
      refused((await go('', other, person)).answer)
      await make('abroad', 'owner', 'org_abroad')
      const connection = await house.db.connection.findFirstOrThrow({ where: { clientId: other.clientID } })
      await house.db.member.update({
        where: { id: 'mem_abroad' },
        data: { ssoConnectionId: connection.id, ssoSubject },
      })
      refused((await go('', other, person)).answer)
    })

    test('who comes back through a connection that was replaced meanwhile is refused', async () => {
      await linkAs('viewer')
      const begun = await setOut()
      await choose(other)
      refused(await finish(server, begun, acme.idp, { person: people('acme')[0]! }))
      expect(await newestTrace(server)).toMatchObject({ cause: 'portal_not_this_connection' })
    })

    test('an answer that nobody asked for opens no portal', async () => {
      await linkAs('owner')
      const begun = await setOut()
      const SAMLResponse = acme.idp.answer({ ...begun.request, id: '' }, server.clock.now(), {})
      const answer = await createBrowser(server.port).post('/api/oauth/saml', { form: { SAMLResponse } })
      expect(answer.status).toBeGreaterThanOrEqual(400)
    })
  })

  describe('linking', () => {
    const person = people('acme')[0]!

    test('is begun by a ticket of the member’s own session, once', async () => {
      const link = await beginLink(house, actorOf('viewer'))
      await setOut(`?link=${link}`)
      const browser = createBrowser(server.port)
      expect((await browser.get(`/portal-login?link=${link}`)).status).toBe(404)
      expect((await browser.get(`/portal-login?link=${'x'.repeat(43)}`)).status).toBe(404)
    })

    test('is confirmed by the member who began, in the browser that began; nobody else', async () => {
      const { code, browserHash } = await go(`?link=${await beginLink(house, actorOf('viewer'))}`)
      expect(await findLink(house, actorOf('viewer'), { code, browserHash })).toEqual({
        identity: person.email,
      })
      expect(await findLink(house, actorOf('owner'), { code, browserHash })).toBeNull()
      expect(await findLink(house, actorOf('viewer'), { code, browserHash: 'x' })).toBeNull()
      expect(await resultOf(open({ code, browserHash }))).toBe('unauthorized')
      const again = await go(`?link=${await beginLink(house, actorOf('viewer'))}`)
      expect(await resultOf(finishLink(house, actorOf('owner'), again))).toBe('unauthorized')
      expect(await house.db.member.count({ where: { ssoSubject: { not: null } } })).toBe(0)
    })

    test('one person there is one member here', async () => {
      await linkAs('viewer', person)
      expect(await resultOf(linkAs('owner', person))).toBe('conflict')
      await linkAs('owner', people('acme')[1]!)
    })

    test('a name that is another one each time is refused, whatever for', async () => {
      await inviteMember(house, actorOf('owner'), { email: 'new@acme.example', name: 'New', role: 'viewer' })
      const mail = await house.db.mail.findFirstOrThrow({ where: { recipient: 'new@acme.example' } })
      const invitation = /token=(\S+)/.exec(openMailBody(house, mail).text)![1]!
      for (const [query, page] of [
        [`?link=${await beginLink(house, actorOf('viewer'))}`, '/settings/account'],
        [`?invitation=${invitation}`, '/sign-in'],
        ['', '/sign-in'],
      ] as const) {
        const begun = await setOut(query)
        const to = (await postAnswer(begun, transientAnswer(begun))).location()
        expect(to.pathname).toBe(page)
        expect(to.searchParams.get('company')).toBe('refused')
        expect(await newestTrace(server)).toMatchObject({ cause: 'portal_subject_transient' })
      }
      expect(await house.db.accountToken.count({ where: { purpose: 'member-sso' } })).toBe(0)
    })

    /** A good answer, but for the NameID, which is of the format transient. */
    const transientAnswer = ({ request }: Begun) => {
      const plan = planResponse({
        idp: acme.idp.idp,
        request,
        person,
        attributes: {},
        signing: 'assertion',
        encryption: null,
        now: server.clock.now(),
        authenticatedAt: null,
        random: systemRandom,
      })
      const nameId = { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient', value: '_1f9e' }
      const assertions = plan.assertions.map((assertion) => ({ ...assertion, nameId }))
      return Buffer.from(writeResponse({ ...plan, assertions }, systemRandom)).toString('base64')
    }

    test('through a connection that was replaced meanwhile links nobody', async () => {
      const handed = await go(`?link=${await beginLink(house, actorOf('viewer'))}`)
      await choose(other)
      expect(await resultOf(finishLink(house, actorOf('viewer'), handed))).toBe('unauthorized')
    })

    test('the code of a sign-in links nobody', async () => {
      await linkAs('viewer', person)
      const handed = await go()
      expect(await resultOf(finishLink(house, actorOf('owner'), handed))).toBe('unauthorized')
    })
  })

  describe('an invitation', () => {
    const invite = async (role: Role = 'admin') => {
      await inviteMember(house, actorOf('owner'), { email: 'new@acme.example', name: 'New', role })
      const mail = await house.db.mail.findFirstOrThrow({ where: { recipient: 'new@acme.example' } })
      return /token=(\S+)/.exec(openMailBody(house, mail).text)![1]!
    }
    const accept = (handed: { code: string; browserHash: string | null }) =>
      acceptInvitationBySso(house, { ...visit(), ...handed, name: 'Ada' })

    test('is accepted as somebody at the company, who comes in that way from then on', async () => {
      const handed = await go(`?invitation=${await invite()}`)
      expect(handed.answer.location().pathname).toBe('/sign-in/link')
      expect(await accept(handed)).toMatchObject({ name: 'Ada', role: 'admin' })
      expect(await resultOf(accept(handed))).toBe('not_found')
      expect((await open(await go())).session).toMatchObject({ name: 'Ada' })
    })

    test('is not used up by somebody who is another member, nor in another browser', async () => {
      await linkAs('owner')
      const token = await invite()
      const taken = await go(`?invitation=${token}`)
      expect(await resultOf(accept({ ...taken, browserHash: 'x' }))).toBe('not_found')
      const once = await go(`?invitation=${token}`)
      expect(await resultOf(accept(once))).toBe('conflict')
      const handed = await go(`?invitation=${token}`, acme, people('acme')[1]!)
      expect(await resultOf(accept(handed))).toBe('done')
    })

    test('is not accepted through a connection that was replaced meanwhile, nor used up by that', async () => {
      const token = await invite()
      const handed = await go(`?invitation=${token}`)
      await choose(other)
      expect(await resultOf(accept(handed))).toBe('unauthorized')
      await choose(acme)
      expect(await resultOf(accept(handed))).toBe('done')
    })

    test('leads nowhere when it was used or made up', async () => {
      const token = await invite()
      await acceptInvitation(house, { ...visit(), token, name: 'Ada', password: 'a new long password' })
      for (const used of [token, 'x'.repeat(43), ''])
        expect((await createBrowser(server.port).get(`/portal-login?invitation=${used}`)).status).toBe(404)
    })
  })

  describe('which connection', () => {
    test('only owners choose one; it must be ours, active and tried', async () => {
      for (const by of ['admin', 'viewer'])
        expect(
          await resultOf(updatePortalSignIn(house, site, actorOf(by), { connection: other.clientID })),
        ).toBe('forbidden')
      const abroad = actorOf('abroad', 'owner', 'org_abroad')
      expect(await resultOf(updatePortalSignIn(house, site, abroad, { connection: acme.clientID }))).toBe(
        'not_found',
      )
      const untried = await makeConnection(server, 'untried')
      expect(await resultOf(choose(untried))).toBe('validation_failed')
      await updateConnection(house, actorOf('owner'), {
        clientID: other.clientID,
        fields: { deactivated: true },
      })
      expect(await resultOf(choose(other))).toBe('validation_failed')
      await updateConnection(house, actorOf('owner'), {
        clientID: other.clientID,
        fields: { deactivated: false },
      })
    })

    test('whoever may change it could come in as anybody, so that is for owners', async () => {
      const changed = { clientID: acme.clientID, fields: { description: 'changed' } }
      const xml = createIdentityProvider('acme').metadata()
      const again = parseConnectionRequest({
        tenant: 'acme',
        product: 'crm',
        rawMetadata: xml,
        defaultRedirectUrl: 'https://app.acme.example/callback',
        redirectUrl: ['https://app.acme.example/callback'],
      })
      const patch = parseConnectionRequest({
        isSAML: true,
        clientID: acme.clientID,
        clientSecret: acme.clientSecret,
        rawMetadata: xml,
      })
      expect(await resultOf(updateConnection(house, actorOf('admin'), changed))).toBe('forbidden')
      expect(await resultOf(patchConnection(house, actorOf('admin'), patch))).toBe('forbidden')
      expect(await resultOf(createConnection(house, actorOf('admin'), again))).toBe('forbidden')
      expect(await resultOf(updateConnection(house, actorOf('owner'), changed))).toBe('done')
      for (const by of ['admin', 'owner']) {
        expect(await resultOf(deleteConnection(house, actorOf(by), { clientID: acme.clientID }))).toBe(
          'conflict',
        )
        expect(await resultOf(deleteTenant(house, actorOf(by), { tenant: 'acme' }))).toBe('conflict')
      }
    })

    test('it speaks SAML or OpenID Connect: a token that a customer’s page signs opens no portal', async () => {
      const row = await house.db.connection.findFirstOrThrow({ where: { clientId: acme.clientID } })
      const { upstreamId, active } = row
      const kinds = ['saml', 'oidc', 'jwt'] as const
      expect(kinds.map((kind) => mayOpenPortal(house.config, site, { upstreamId, active, kind }))).toEqual([
        true,
        true,
        false,
      ])
    })

    test('the test identity provider, where anyone is anyone, only on a machine of one’s own', async () => {
      const own = await makeOidcConnection(server, 'tryout')
      await signInByOidc(server, own)
      expect(await resultOf(choose(own))).toBe('done')
      const reachable = { ...house, config: { ...house.config, publicUrl: 'https://login.acme.example' } }
      const attempt = updatePortalSignIn(reachable, site, actorOf('owner'), { connection: own.clientID })
      expect(await resultOf(attempt)).toBe('validation_failed')
    })

    test('it may speak OpenID Connect', async () => {
      const own = await makeOidcConnection(server, 'openid')
      await signInByOidc(server, own)
      await choose(own)
      const walk = async (query: string) => {
        const browser = createBrowser(server.port)
        const asked = (await browser.get(`/portal-login${query}`)).location()
        const parameters = await chooseAtProvider(server, { browser, asked })
        return handOver(await comeBack(browser, parameters), browser)
      }
      const actor = actorOf('viewer')
      await finishLink(house, actor, await walk(`?link=${await beginLink(house, actor)}`))
      expect((await open(await walk(''))).session).toMatchObject({ memberId: 'mem_viewer' })
    })

    test('without one there is nothing to set out for', async () => {
      await choose(null)
      expect((await createBrowser(server.port).get('/portal-login')).status).toBe(404)
      expect(await resultOf(beginLink(house, actorOf('viewer')))).toBe('conflict')
    })
  })

  describe('where it is required', () => {
    test('an owner who is not linked cannot require it, nor anybody else; nor when no owner has a password', async () => {
      expect(await resultOf(demand(true))).toBe('conflict')
      await linkAs('admin')
      expect(await resultOf(demand(true, 'admin'))).toBe('forbidden')
      await linkAs('owner', people('acme')[1]!)
      await house.db.member.update({ where: { id: 'mem_owner' }, data: { passwordHash: null } })
      expect(await resultOf(demand(true))).toBe('conflict')
      await house.db.member.update({ where: { id: 'mem_owner' }, data: { passwordHash } })
      expect(await resultOf(demand(true))).toBe('done')
    })

    test('a connection that is out of order cannot be required', async () => {
      await linkAs('owner')
      const turn = (deactivated: boolean) =>
        updateConnection(house, actorOf('owner'), { clientID: acme.clientID, fields: { deactivated } })
      await turn(true)
      expect(await resultOf(demand(true))).toBe('conflict')
      await turn(false)
      expect(await resultOf(demand(true))).toBe('done')
    })

    test('nobody locks themselves out: not by another connection, by none, by deactivating it or by unlinking', async () => {
      await linkAs('owner')
      await demand(true)
      expect(await resultOf(choose(other))).toBe('conflict')
      expect(await resultOf(choose(null))).toBe('conflict')
      const off = { clientID: acme.clientID, fields: { deactivated: true } }
      expect(await resultOf(updateConnection(house, actorOf('owner'), off))).toBe('conflict')
      expect(await resultOf(unlink(house, actorOf('owner')))).toBe('conflict')
      expect(await resultOf(demand(false))).toBe('done')
      expect(await resultOf(choose(null))).toBe('done')
    })

    test('sessions of the others end, passwords open nothing, and are told alike', async () => {
      const before = await byPassword('viewer')
      await linkAs('owner')
      const own = (await open(await go())).session
      await updatePortalSignIn(house, site, { ...actorOf('owner'), sessionId: own.sessionId } as Actor, {
        required: true,
      })
      const { sessionId } = (before as Extract<typeof before, { kind: 'session' }>).session
      expect(await loadMemberSession(house, { ...visit(), sessionId })).toBeNull()
      expect(await loadMemberSession(house, { ...visit(), sessionId: own.sessionId })).not.toBeNull()
      const texts = await Promise.all(
        ['owner', 'viewer', 'nobody'].map((name) => byPassword(name).catch((thrown) => thrown.message)),
      )
      expect(new Set(texts).size).toBe(1)
      expect(texts[0]).toMatch(/Passwords do not open this portal/)
    })

    test('in an emergency an owner comes in with a password; it is in the audit log, and all owners are told', async () => {
      await make('second', 'owner')
      await linkAs('owner')
      await demand(true)
      await house.db.mail.deleteMany()
      expect(await resultOf(byPassword('owner', true))).toBe('done')
      const mails = await house.db.mail.findMany({ orderBy: { recipient: 'asc' } })
      expect(mails.map(({ recipient }) => recipient)).toEqual(['owner@acme.example', 'second@acme.example'])
      expect(openMailBody(house, mails[0]!).text).toContain('From: 192.0.2.1')
      const event = await house.db.auditEvent.findFirstOrThrow({
        where: { action: 'member.signed-in-by-break-glass' },
      })
      expect(event).toMatchObject({ actorId: 'mem_owner', result: 'success' })
    })

    test('others do not, and learn no more than with a wrong password', async () => {
      await linkAs('owner')
      await demand(true)
      const text = (name: string, given: string) =>
        signInMember(house, {
          ...visit(),
          email: `${name}@acme.example`,
          password: given,
          breakGlass: true,
        }).then(
          () => 'signed in',
          (thrown) => thrown.message,
        )
      const texts = [
        await text('admin', password),
        await text('viewer', password),
        await text('admin', 'a guess'),
        await text('nobody', password),
      ]
      expect(new Set(texts).size).toBe(1)
      expect(texts[0]).toMatch(/do not belong together/)
      expect(
        await house.db.memberSession.count({ where: { memberId: { in: ['mem_admin', 'mem_viewer'] } } }),
      ).toBe(0)
    })

    test('no password comes in by a side door: not by a link in a mail, not by an invitation', async () => {
      await linkAs('owner')
      await demand(true)
      await house.db.mail.deleteMany()
      for (const name of ['viewer', 'owner'])
        await requestPasswordReset(house, { ...visit(), email: `${name}@acme.example` })
      expect(await house.db.mail.findMany()).toMatchObject([{ recipient: 'owner@acme.example' }])
      await inviteMember(house, actorOf('owner'), { email: 'new@acme.example', name: 'New', role: 'admin' })
      const mail = await house.db.mail.findFirstOrThrow({ where: { recipient: 'new@acme.example' } })
      const token = /token=(\S+)/.exec(openMailBody(house, mail).text)![1]!
      const attempt = acceptInvitation(house, {
        ...visit(),
        token,
        name: 'Ada',
        password: 'a new long password',
      })
      expect(await resultOf(attempt)).toBe('forbidden')
      const handed = await go(`?invitation=${token}`, acme, people('acme')[1]!)
      const input = { ...visit(), ...handed, name: 'Ada' }
      expect(await resultOf(acceptInvitationBySso(house, input))).toBe('done')
    })

    test('where it is not required there is no emergency, and the other way in is the usual one', async () => {
      expect(await resultOf(byPassword('viewer', true))).toBe('done')
      expect(
        await house.db.auditEvent.count({
          where: { action: 'member.signed-in-by-break-glass', actorId: 'mem_viewer', result: 'success' },
        }),
      ).toBe(0)
    })
  })

  test('an admin cannot read in the outbox what makes them an owner', async () => {
    await requestPasswordReset(house, { ...visit(), email: 'owner@acme.example' })
    await inviteMember(house, actorOf('owner'), { email: 'o@new.example', name: 'New', role: 'owner' })
    await inviteMember(house, actorOf('owner'), { email: 'v@new.example', name: 'New', role: 'viewer' })
    const seen = async (by: string) => {
      const { data } = await listMails(house, actorOf(by), {})
      return Object.fromEntries(data.map(({ recipient, text }) => [recipient, text !== null]))
    }
    const told = { 'v@new.example': true }
    expect(await seen('admin')).toEqual({ 'owner@acme.example': false, 'o@new.example': false, ...told })
    expect(await seen('owner')).toEqual({ 'owner@acme.example': true, 'o@new.example': true, ...told })
  })
})
