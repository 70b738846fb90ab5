import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { newApplicationSchema } from '#lib/applications/application-input.ts'
import { createApplication } from '#lib/applications/create-application.ts'
import { createApplicationSecret } from '#lib/applications/create-application-secret.ts'
import { deleteApplication } from '#lib/applications/delete-application.ts'
import { deleteApplicationSecret } from '#lib/applications/delete-application-secret.ts'
import { listApplicationSecrets } from '#lib/applications/list-application-secrets.ts'
import { listApplications } from '#lib/applications/list-applications.ts'
import { loadApplication } from '#lib/applications/load-application.ts'
import { updateApplication } from '#lib/applications/update-application.ts'
import { listAuditEvents } from '#lib/audit/list-audit-events.ts'
import type { Actor, Role } from '#lib/base/actor.ts'
import { isVestibuleError } from '#lib/base/errors.ts'
import { parseConnectionRequest } from '#lib/connections/connection-request.ts'
import { createConnection } from '#lib/connections/create-connection.ts'
import { deleteConnection, deleteConnections } from '#lib/connections/delete-connection.ts'
import {
  findConnections,
  findConnectionsByProduct,
  hasConnection,
} from '#lib/connections/find-connections.ts'
import { listAttention } from '#lib/connections/list-attention.ts'
import { listConnections } from '#lib/connections/list-connections.ts'
import { loadConnection } from '#lib/connections/load-connection.ts'
import { previewMetadata } from '#lib/connections/preview-metadata.ts'
import { loadMetadataState } from '#lib/connections/saml/load-metadata-state.ts'
import { patchConnection, updateConnection } from '#lib/connections/update-connection.ts'
import { createUser } from '#lib/directory/create-user.ts'
import { deleteUser } from '#lib/directory/delete-user.ts'
import { listUsers } from '#lib/directory/list-users.ts'
import { loadUser } from '#lib/directory/load-user.ts'
import { updateUser } from '#lib/directory/update-user.ts'
import { newUserSchema } from '#lib/directory/user-input.ts'
import { claimDomain } from '#lib/domains/claim-domain.ts'
import { deleteDomain } from '#lib/domains/delete-domain.ts'
import { listDomains } from '#lib/domains/list-domains.ts'
import { loadDomain } from '#lib/domains/load-domain.ts'
import { verifyDomain } from '#lib/domains/verify-domain.ts'
import { beginTest } from '#lib/login/begin-test.ts'
import { listMails } from '#lib/mail/list-mails.ts'
import { resendMail } from '#lib/mail/resend-mail.ts'
import { sendTestMail } from '#lib/mail/send-test-mail.ts'
import { changeMemberRole } from '#lib/members/change-member-role.ts'
import { inviteMember, resendMemberInvitation } from '#lib/members/invite-member.ts'
import { listMembers, loadMember } from '#lib/members/list-members.ts'
import { listSessions } from '#lib/members/list-sessions.ts'
import { removeFactorsOfMember } from '#lib/members/own-factors.ts'
import { loadPortalSignIn, updatePortalSignIn } from '#lib/members/portal-sign-in.ts'
import { removeMember } from '#lib/members/remove-member.ts'
import { revokeMemberSession } from '#lib/members/revoke-member-session.ts'
import {
  loadOrganizationBrand,
  removeOrganizationLogo,
  setOrganizationLogo,
  updateOrganization,
} from '#lib/organizations/organization-brand.ts'
import { loadSessionLimits, updateSessionLimits } from '#lib/organizations/session-limits.ts'
import { listProducts } from '#lib/products/list-products.ts'
import { endSessionsOfPerson, endUserSession, endUserSessions } from '#lib/sessions/end-user-sessions.ts'
import { listMissedLogouts } from '#lib/sessions/list-missed-logouts.ts'
import { listUserSessionRows, listUserSessions } from '#lib/sessions/list-user-sessions.ts'
import { listSigningKeys } from '#lib/signing-keys/list-signing-keys.ts'
import { makeNextKey } from '#lib/signing-keys/make-next-key.ts'
import { removeRetiredKey } from '#lib/signing-keys/remove-retired-key.ts'
import { switchKey } from '#lib/signing-keys/switch-key.ts'
import { insertMember, insertMemberSession } from '#lib/store/members.ts'
import { insertOrganization } from '#lib/store/organizations.ts'
import { createTenant } from '#lib/tenants/create-tenant.ts'
import { deleteTenant } from '#lib/tenants/delete-tenant.ts'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { loadTenant } from '#lib/tenants/load-tenant.ts'
import { updateTenant } from '#lib/tenants/update-tenant.ts'
import { logoSample } from '#lib/testing/logo-samples.ts'
import { furnishSession } from '#lib/testing/signed-in.ts'
import { countSignIns } from '#lib/traces/count-sign-ins.ts'
import { deleteTrace } from '#lib/traces/delete-trace.ts'
import { countProductTraces, listProductTraces } from '#lib/traces/list-product-traces.ts'
import { listTraces } from '#lib/traces/list-traces.ts'
import { loadTrace } from '#lib/traces/load-trace.ts'
import { describeOnEachServer } from './testing/describe-on-each-server.ts'
import { createIdentityProvider } from './testing/identity-provider.ts'
import { makeConnection, redirectUrl, signIn } from './testing/sign-in.ts'

/** Use cases that are about the actor alone, shown elsewhere. */
const aboutOneself = ['changePassword', 'beginLink', 'findLink', 'finishLink', 'loadLink', 'unlink']
/** Not use cases: what use cases are made with. */
const tools = [
  'applyChange',
  'checkMayChangeConnection',
  'checkMayDeleteConnection',
  'checkMayInvite',
  'checkOwnPassword',
  'checkRole',
  'recordAuditEvent',
  'recordFinding',
]

type Verb = {
  /** The least role that may; null: everyone, about themselves. */
  needs: Role | null
  /** What somebody of another organization gets: an error's code, or an answer that holds nothing of ours. */
  abroad: 'not_found' | 'validation_failed' | 'nothing'
  run(actor: Actor): Promise<unknown>
}

describeOnEachServer(
  'who may do what to which object',
  (server) => {
    const idp = createIdentityProvider('marked')
    const metadata = { xml: idp.metadata() }
    let clientID: string
    let clientSecret: string
    let tenant: string
    let trace: string
    let user: string
    let domain: string
    let application: string
    let house: typeof server.house
    let home: string
    let sessions: string[]
    let connection: string
    let mail: string
    let retiredKey: string
    let nextKey: string

    const actorOf = (role: Role, organizationId = home): Actor => ({
      type: 'member',
      id: 'mem_marked',
      name: role,
      role,
      organizationId,
      address: '',
      requestId: '',
    })

    beforeAll(async () => {
      house = server.house
      const made = await makeConnection(server, 'marked', { name: 'marked' }, idp)
      await signIn(server, made)
      ;({ clientID, clientSecret } = made)
      await insertOrganization(house.db, { id: 'org_abroad', name: 'Abroad', host: 'abroad.example' })
      const row = (await house.db.tenant.findFirst({ where: { slug: 'marked' } }))!
      tenant = row.id
      home = row.organizationId
      trace = (await house.db.trace.findFirst({ where: { tenant: 'marked' } }))!.id
      const person = newUserSchema.parse({
        tenant: 'marked',
        email: 'marked@acme.example',
        password: 'x'.repeat(8),
      })
      user = (await createUser(house, actorOf('owner'), person)).id
      domain = 'marked.example'
      await claimDomain(house, actorOf('owner'), { tenant, domain })
      server.txtRecords.set(`_vestibule.${domain}`, ['something else'])
      application = (await createApplication(house, actorOf('owner'), newApplication)).id
      const member = { id: 'mem_marked', organizationId: home, email: 'marked@acme.example', name: 'marked' }
      await insertMember(house.db, { ...member, role: 'viewer', passwordHash: 'x' })
      await insertMember(house.db, {
        ...member,
        id: 'mem_waiting',
        email: 'waiting@acme.example',
        role: 'viewer',
        status: 'invited',
        passwordHash: null,
      })
      const ofMarked = { organizationId: home, tenantId: tenant, subject: 'marked' }
      sessions = [
        (await furnishSession(house, ofMarked)).id,
        (await furnishSession(house, ofMarked)).id,
        (await furnishSession(house, ofMarked)).id,
      ]
      connection = (await house.db.connection.findFirst({ where: { clientId: clientID } }))!.id
      await sendTestMail(house, actorOf('owner'))
      mail = (await house.db.mail.findFirst())!.id
      await house.keys.load(home, 'id-token')
      const [first] = await house.keys.load(home, 'saml')
      retiredKey = first!.id
      const second = await makeNextKey(house, actorOf('owner'), { purpose: 'saml' })
      await switchKey(house, actorOf('owner'), { purpose: 'saml', id: second.id })
      nextKey = (await makeNextKey(house, actorOf('owner'), { purpose: 'saml' })).id
      await updateOrganization(house, actorOf('owner'), { name: 'marked' })
      await setOrganizationLogo(house, actorOf('owner'), logoSample('png'))
      const at = house.clock.now()
      await insertMemberSession(house.db, {
        id: 'ses_marked',
        organizationId: home,
        memberId: 'mem_marked',
        address: '',
        userAgent: '',
        createdAt: at,
        lastSeenAt: at,
        expiresAt: new Date(at.getTime() + 3_600_000),
      })
    })

    const newApplication = newApplicationSchema.parse({
      name: 'marked',
      product: 'crm',
      type: 'confidential',
      redirectUrls: [redirectUrl],
    })
    const request = (more: Record<string, unknown>) =>
      parseConnectionRequest({ isSAML: true, tenant: 'marked', product: 'crm', ...more })
    const site = () => ({ id: home, name: 'x', issuer: server.url })

    // Reads first, changes after them, deletions last: each needs the objects to be there.
    const verbs: Record<string, Verb> = {
      listProducts: { needs: 'viewer', abroad: 'nothing', run: (actor) => listProducts(house, actor) },
      listAuditEvents: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => listAuditEvents(house, actor, {}),
      },
      listTenants: { needs: 'viewer', abroad: 'nothing', run: (actor) => listTenants(house, actor, {}) },
      loadTenant: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => loadTenant(house, actor, { tenant }),
      },
      listDomains: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => listDomains(house, actor, { tenant }),
      },
      loadDomain: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => loadDomain(house, actor, { tenant, domain }),
      },
      listConnections: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => listConnections(house, actor, {}),
      },
      loadConnection: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => loadConnection(house, actor, { clientID }),
      },
      findConnections: {
        needs: 'admin',
        abroad: 'nothing',
        run: (actor) => findConnections(house, actor, { clientID }),
      },
      findConnectionsByProduct: {
        needs: 'admin',
        abroad: 'nothing',
        run: (actor) =>
          findConnectionsByProduct(house, actor, { product: 'crm', pageOffset: 0, pageLimit: 50 }),
      },
      hasConnection: {
        needs: 'admin',
        abroad: 'nothing',
        run: (actor) => hasConnection(house, actor, { clientID }),
      },
      previewMetadata: {
        needs: 'admin',
        abroad: 'nothing',
        run: async (actor) => void (await previewMetadata(house, actor, metadata)),
      },
      listTraces: { needs: 'viewer', abroad: 'nothing', run: (actor) => listTraces(house, actor, {}) },
      loadTrace: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => loadTrace(house, actor, { id: trace }),
      },
      listAttention: { needs: 'viewer', abroad: 'nothing', run: (actor) => listAttention(house, actor) },
      loadMetadataState: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => loadMetadataState(house, actor, { id: connection }),
      },
      listSigningKeys: { needs: 'viewer', abroad: 'nothing', run: (actor) => listSigningKeys(house, actor) },
      listMails: { needs: 'admin', abroad: 'nothing', run: (actor) => listMails(house, actor, {}) },
      countSignIns: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => countSignIns(house, actor, { hours: 1 }),
      },
      listProductTraces: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => listProductTraces(house, actor, { product: 'crm', pageOffset: 0, pageLimit: 50 }),
      },
      countProductTraces: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => countProductTraces(house, actor, { product: 'crm' }),
      },
      listMembers: { needs: 'viewer', abroad: 'nothing', run: (actor) => listMembers(house, actor, {}) },
      loadMember: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => loadMember(house, actor, { member: 'mem_marked' }),
      },
      loadPortalSignIn: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => loadPortalSignIn(house, actor),
      },
      listSessions: { needs: null, abroad: 'nothing', run: (actor) => listSessions(house, actor) },
      listUsers: { needs: 'viewer', abroad: 'nothing', run: (actor) => listUsers(house, actor, {}) },
      loadUser: { needs: 'viewer', abroad: 'not_found', run: (actor) => loadUser(house, actor, { user }) },
      listUserSessions: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => listUserSessions(house, actor, {}),
      },
      listUserSessionRows: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => listUserSessionRows(house, actor, {}),
      },
      listMissedLogouts: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => listMissedLogouts(house, actor),
      },
      loadSessionLimits: {
        needs: 'viewer',
        abroad: 'nothing',
        run: async (actor) => void (await loadSessionLimits(house, actor)),
      },
      loadOrganizationBrand: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => loadOrganizationBrand(house, actor),
      },
      beginTest: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => beginTest(house, site(), actor, { clientID, cookies: new Map(), userAgent: '' }),
      },
      listApplications: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => listApplications(house, actor, {}),
      },
      loadApplication: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => loadApplication(house, actor, { application }),
      },
      listApplicationSecrets: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => listApplicationSecrets(house, actor, { application }),
      },
      createApplication: {
        needs: 'admin',
        abroad: 'nothing',
        run: async (actor) =>
          void (await createApplication(house, actor, { ...newApplication, name: 'New' })),
      },
      createApplicationSecret: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => createApplicationSecret(house, actor, { application }),
      },
      updateApplication: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => updateApplication(house, actor, { application, change: { name: 'marked, changed' } }),
      },
      sendTestMail: { needs: 'admin', abroad: 'nothing', run: (actor) => sendTestMail(house, actor) },
      resendMail: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => resendMail(house, actor, { id: mail }),
      },
      makeNextKey: {
        needs: 'admin',
        abroad: 'nothing',
        run: (actor) => makeNextKey(house, actor, { purpose: 'id-token' }),
      },
      switchKey: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => switchKey(house, actor, { purpose: 'saml', id: nextKey }),
      },
      removeRetiredKey: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => removeRetiredKey(house, actor, { id: retiredKey }),
      },
      createTenant: {
        needs: 'admin',
        abroad: 'nothing',
        run: async (actor) =>
          void (await createTenant(house, actor, { slug: `new-${Math.random()}`, name: 'New' })),
      },
      updateTenant: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => updateTenant(house, actor, { tenant, change: { name: 'Changed' } }),
      },
      createUser: {
        needs: 'admin',
        abroad: 'not_found',
        run: async (actor) => {
          const person = newUserSchema.parse({ tenant, email: `new-${Math.random()}@acme.example` })
          return void (await createUser(house, actor, person))
        },
      },
      updateUser: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => updateUser(house, actor, { user, change: { firstName: 'Changed' } }),
      },
      claimDomain: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => claimDomain(house, actor, { tenant, domain: `new-${Math.random()}.example` }),
      },
      verifyDomain: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => verifyDomain(house, actor, { tenant, domain }),
      },
      createConnection: {
        needs: 'admin',
        abroad: 'nothing',
        run: async (actor) => {
          const given = {
            defaultRedirectUrl: redirectUrl,
            redirectUrl: [redirectUrl],
            rawMetadata: metadata.xml,
          }
          const made = await createConnection(
            house,
            actor,
            request({ ...given, tenant: `new-${Math.random()}` }),
          )
          expect(made.clientID).not.toBe(clientID)
        },
      },
      updateConnection: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => updateConnection(house, actor, { clientID, fields: { description: 'Changed' } }),
      },
      patchConnection: {
        needs: 'admin',
        abroad: 'validation_failed',
        run: (actor) =>
          patchConnection(house, actor, request({ clientID, clientSecret, description: 'Changed' })),
      },
      inviteMember: {
        needs: 'admin',
        abroad: 'nothing',
        run: async (actor) => {
          const email = `new-${Math.random()}@acme.example`
          return void (await inviteMember(house, actor, { email, name: 'New', role: 'viewer' }))
        },
      },
      resendMemberInvitation: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => resendMemberInvitation(house, actor, { member: 'mem_waiting' }),
      },
      changeMemberRole: {
        needs: 'owner',
        abroad: 'not_found',
        run: (actor) => changeMemberRole(house, actor, { member: 'mem_marked', change: { role: 'admin' } }),
      },
      removeFactorsOfMember: {
        needs: 'owner',
        abroad: 'not_found',
        run: (actor) => removeFactorsOfMember(house, actor, { member: 'mem_marked' }),
      },
      updatePortalSignIn: {
        needs: 'owner',
        abroad: 'not_found',
        run: (actor) => updatePortalSignIn(house, site(), actor, { connection: clientID }),
      },
      updateSessionLimits: {
        needs: 'owner',
        abroad: 'nothing',
        run: (actor) =>
          updateSessionLimits(house, actor, { sessionIdleSeconds: 600, sessionAbsoluteSeconds: 7200 }),
      },
      updateOrganization: {
        needs: 'owner',
        abroad: 'nothing',
        run: (actor) => updateOrganization(house, actor, { name: 'Changed' }),
      },
      setOrganizationLogo: {
        needs: 'owner',
        abroad: 'nothing',
        run: (actor) => setOrganizationLogo(house, actor, logoSample('gif')),
      },
      // What it has set itself just before.
      removeOrganizationLogo: {
        needs: 'owner',
        abroad: 'nothing',
        run: (actor) => removeOrganizationLogo(house, actor),
      },
      endUserSession: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => endUserSession(house, actor, { id: sessions[0]! }),
      },
      endSessionsOfPerson: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => endSessionsOfPerson(house, actor, { session: sessions[1]! }),
      },
      endUserSessions: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => endUserSessions(house, actor, { tenant }),
      },
      revokeMemberSession: {
        needs: null,
        abroad: 'nothing',
        run: (actor) => revokeMemberSession(house, actor, { id: 'ses_marked' }),
      },
      removeMember: {
        needs: 'owner',
        abroad: 'not_found',
        run: (actor) => removeMember(house, actor, { member: 'mem_marked' }),
      },
      deleteUser: { needs: 'admin', abroad: 'not_found', run: (actor) => deleteUser(house, actor, { user }) },
      deleteTrace: {
        needs: 'admin',
        abroad: 'nothing',
        run: (actor) => deleteTrace(house, actor, { id: trace }),
      },
      deleteApplicationSecret: {
        needs: 'admin',
        abroad: 'not_found',
        run: async (actor) => {
          const secret = await house.db.applicationSecret.findFirstOrThrow({
            where: { applicationId: application },
          })
          await deleteApplicationSecret(house, actor, { application, secret: secret.id })
        },
      },
      deleteApplication: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => deleteApplication(house, actor, { application }),
      },
      deleteConnections: {
        needs: 'admin',
        abroad: 'nothing',
        run: (actor) => deleteConnections(house, actor, { clientID, clientSecret }),
      },
      deleteConnection: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => deleteConnection(house, actor, { clientID }),
      },
      deleteDomain: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => deleteDomain(house, actor, { tenant, domain }),
      },
      deleteTenant: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => deleteTenant(house, actor, { tenant }),
      },
    }

    test('every use case that takes an actor is looked at here', () => {
      const lib = join(import.meta.dirname, '../lib')
      const files = readdirSync(lib, { recursive: true, encoding: 'utf8' })
      const sources = files
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('generated'))
        .map((file) => readFileSync(join(lib, file), 'utf8'))
      const found = sources.flatMap((source) =>
        [...source.matchAll(/export (?:async )?function (\w+)\([^)]*?actor: Actor/g)].map(
          ([, name]) => name!,
        ),
      )
      const known = [...Object.keys(verbs), ...aboutOneself, ...tools]
      expect(found.sort()).toEqual(known.sort())
    })

    const outcomeOf = (verb: Verb, actor: Actor) =>
      verb.run(actor).then(
        (answer) => ({ code: 'done', answer }),
        (thrown) => ({ code: isVestibuleError(thrown) ? thrown.code : String(thrown), answer: undefined }),
      )
    /** All that somebody of another organization could have changed. */
    const snapshot = async () => ({
      tenants: await house.db.tenant.findMany({ where: { organizationId: home }, orderBy: { id: 'asc' } }),
      connections: await house.db.connection.findMany({
        where: { organizationId: home },
        orderBy: { id: 'asc' },
      }),
      users: await house.db.user.findMany({ where: { organizationId: home }, orderBy: { id: 'asc' } }),
      applications: await house.db.application.findMany({
        where: { organizationId: home },
        include: { secrets: true },
        orderBy: { id: 'asc' },
      }),
      traces: await house.db.trace.findMany({ where: { organizationId: home }, orderBy: { id: 'asc' } }),
      domains: await house.db.domain.findMany({ where: { organizationId: home }, orderBy: { id: 'asc' } }),
      members: await house.db.member.findMany({ where: { organizationId: home }, orderBy: { id: 'asc' } }),
      sessions: await house.db.memberSession.findMany({ where: { organizationId: home } }),
      userSessions: await house.db.session.findMany({
        where: { organizationId: home },
        orderBy: { id: 'asc' },
      }),
      organization: await house.db.organization.findMany({ where: { id: home } }),
      keys: await house.db.signingKey.findMany({ where: { organizationId: home }, orderBy: { id: 'asc' } }),
      mails: await house.db.mail.findMany({ where: { organizationId: home }, orderBy: { id: 'asc' } }),
      events: await house.db.auditEvent.count({ where: { organizationId: home } }),
    })

    describe('the owner of another organization', () => {
      test.each(Object.keys(verbs))('%s finds nothing of ours and changes nothing', async (name) => {
        const before = await snapshot()
        const { code, answer } = await outcomeOf(verbs[name]!, actorOf('owner', 'org_abroad'))
        expect(code).toBe(verbs[name]!.abroad === 'nothing' ? 'done' : verbs[name]!.abroad)
        expect(JSON.stringify(answer ?? null)).not.toMatch(/marked|"success":[1-9]|^true$|^[1-9]/)
        expect(await snapshot()).toEqual(before)
      })
    })

    describe('a viewer of this organization', () => {
      test.each(Object.keys(verbs))('%s is open to reading alone', async (name) => {
        const before = await snapshot()
        const { needs } = verbs[name]!
        const { code, answer } = await outcomeOf(verbs[name]!, actorOf('viewer'))
        expect(code).toBe(needs === 'viewer' || needs === null ? 'done' : 'forbidden')
        expect(JSON.stringify(answer ?? null)).not.toContain(clientSecret)
        expect(JSON.stringify(answer ?? null)).not.toMatch(/[sS]ealed"|passwordHash/)
        if (needs !== null) expect(await snapshot()).toEqual(before)
      })
    })

    describe('an admin of this organization', () => {
      // deleteConnections has left nothing for deleteConnection.
      test.each(Object.keys(verbs))('%s is open, but to owners alone what is theirs', async (name) => {
        const { code } = await outcomeOf(verbs[name]!, actorOf('admin'))
        const refused = verbs[name]!.needs === 'owner' ? 'forbidden' : 'done'
        expect(code).toBe(name === 'deleteConnection' ? 'not_found' : refused)
      })
    })
  },
  { SMTP_URL: 'smtp://127.0.0.1:9' },
)
