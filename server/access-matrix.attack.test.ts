import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { approveJoinRequest } from '#lib/accounts/approve-join-request.ts'
import { countJoinRequests } from '#lib/accounts/count-join-requests.ts'
import { deleteJoinRequest } from '#lib/accounts/delete-join-request.ts'
import { newInvitationSchema } from '#lib/accounts/invitation-input.ts'
import { inviteUser } from '#lib/accounts/invite-user.ts'
import { listInvitations } from '#lib/accounts/list-invitations.ts'
import { listJoinRequests } from '#lib/accounts/list-join-requests.ts'
import { listSecondFactors } from '#lib/accounts/list-second-factors.ts'
import { rejectJoinRequest } from '#lib/accounts/reject-join-request.ts'
import { removeSecondFactors } from '#lib/accounts/remove-second-factors.ts'
import { resendInvitation } from '#lib/accounts/resend-invitation.ts'
import { revokeInvitation } from '#lib/accounts/revoke-invitation.ts'
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
import { importConnection, previewImport } from '#lib/connections/import/import-connection.ts'
import { connectionImportSchema } from '#lib/connections/import/read-import.ts'
import { createJwtSecret } from '#lib/connections/jwt/create-jwt-secret.ts'
import { deleteJwtSecret } from '#lib/connections/jwt/delete-jwt-secret.ts'
import { listJwtSecrets } from '#lib/connections/jwt/list-jwt-secrets.ts'
import { listAttention } from '#lib/connections/list-attention.ts'
import { listConnections } from '#lib/connections/list-connections.ts'
import { loadConnection } from '#lib/connections/load-connection.ts'
import { previewMetadata } from '#lib/connections/preview-metadata.ts'
import { loadMetadataState } from '#lib/connections/saml/load-metadata-state.ts'
import { patchConnection, updateConnection } from '#lib/connections/update-connection.ts'
import { dryRunSchema, dryRunUserPolicies } from '#lib/connections/user-policies/dry-run.ts'
import { loadUserPolicies } from '#lib/connections/user-policies/load-user-policies.ts'
import { setUserPolicies } from '#lib/connections/user-policies/set-user-policies.ts'
import {
  adoptShadowPolicies,
  endShadowTrial,
  findShadowTrial,
  loadShadowTrial,
  startShadowTrial,
} from '#lib/connections/user-policies/shadow-policies.ts'
import { addUserToNamespace } from '#lib/directory/add-user-to-namespace.ts'
import { createNamespace } from '#lib/directory/create-namespace.ts'
import { createUser } from '#lib/directory/create-user.ts'
import { deleteIdentity } from '#lib/directory/delete-identity.ts'
import { deleteNamespace } from '#lib/directory/delete-namespace.ts'
import { deleteUser } from '#lib/directory/delete-user.ts'
import { exportUsers } from '#lib/directory/export-users.ts'
import { importUsers } from '#lib/directory/import-users.ts'
import { listIdentities } from '#lib/directory/list-identities.ts'
import { listNamespaces } from '#lib/directory/list-namespaces.ts'
import { listUsers } from '#lib/directory/list-users.ts'
import { loadNamespace } from '#lib/directory/load-namespace.ts'
import { loadUser } from '#lib/directory/load-user.ts'
import { removeUserFromNamespace } from '#lib/directory/remove-user-from-namespace.ts'
import { updateUser } from '#lib/directory/update-user.ts'
import { newUserSchema } from '#lib/directory/user-input.ts'
import { claimDomain } from '#lib/domains/claim-domain.ts'
import { deleteDomain } from '#lib/domains/delete-domain.ts'
import { listDomains } from '#lib/domains/list-domains.ts'
import { loadDomain } from '#lib/domains/load-domain.ts'
import { verifyDomain } from '#lib/domains/verify-domain.ts'
import { createTarget } from '#lib/jwt-sso-targets/create-target.ts'
import { deleteTarget } from '#lib/jwt-sso-targets/delete-target.ts'
import { listTargets } from '#lib/jwt-sso-targets/list-targets.ts'
import { loadTarget } from '#lib/jwt-sso-targets/load-target.ts'
import { rotateTarget } from '#lib/jwt-sso-targets/rotate-target.ts'
import { newTargetSchema } from '#lib/jwt-sso-targets/target-input.ts'
import { updateTarget } from '#lib/jwt-sso-targets/update-target.ts'
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
import { ownerOfSecret } from '#lib/second-factor/enrol-totp.ts'
import { endSessionsOfPerson, endUserSession, endUserSessions } from '#lib/sessions/end-user-sessions.ts'
import { listMissedLogouts } from '#lib/sessions/list-missed-logouts.ts'
import { listUserSessionRows, listUserSessions } from '#lib/sessions/list-user-sessions.ts'
import { listSigningKeys } from '#lib/signing-keys/list-signing-keys.ts'
import { makeNextKey } from '#lib/signing-keys/make-next-key.ts'
import { removeRetiredKey } from '#lib/signing-keys/remove-retired-key.ts'
import { switchKey } from '#lib/signing-keys/switch-key.ts'
import { insertAuthenticator } from '#lib/store/authenticators.ts'
import { insertJoinRequest } from '#lib/store/join-requests.ts'
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
import { makeJwtConnection } from './testing/jwt-sign-in.ts'
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
    /** Of a connection to a customer's page. */
    let jwtClientID: string
    let clientSecret: string
    let tenant: string
    let trace: string
    let user: string
    let identity: string
    let namespace: string
    let domain: string
    let application: string
    let target: string
    let house: typeof server.house
    let home: string
    let sessions: string[]
    let connection: string
    let mail: string
    let retiredKey: string
    let nextKey: string
    let invitation: string
    let joinRequests: string[]

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
      jwtClientID = (await makeJwtConnection(server, 'marked', { name: 'marked' })).clientID
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
      namespace = (await createNamespace(house, actorOf('owner'), { name: 'marked' })).id
      const ofUser = { organizationId: home, userId: user }
      await insertAuthenticator(house.db, ofUser, {
        id: 'atn_marked',
        kind: 'totp',
        name: 'marked',
        secretSealed: house.sealer.seal('x', ownerOfSecret({ id: 'atn_marked', organizationId: home })),
        credentialId: null,
        publicKey: null,
        transports: [],
        counter: 0n,
        confirmedAt: house.clock.now(),
        createdAt: house.clock.now(),
      })
      domain = 'marked.example'
      await claimDomain(house, actorOf('owner'), { tenant, domain })
      server.txtRecords.set(`_vestibule.${domain}`, ['something else'])
      application = (await createApplication(house, actorOf('owner'), newApplication)).id
      target = (await createTarget(house, actorOf('owner'), { ...newTarget, name: 'marked', issuer })).id
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
      await house.db.connection.update({
        where: { id: connection },
        data: { provisioning: 'auto', shadowPolicies: {}, shadowSinceAt: house.clock.now() },
      })
      const linked = { organizationId: home, connectionId: connection, userId: user, subject: 'marked' }
      identity = (await house.db.identity.create({ data: { id: 'idn_marked', ...linked } })).id
      await sendTestMail(house, actorOf('owner'))
      mail = (await house.db.mail.findFirst())!.id
      await house.keys.load(home, 'id-token')
      const [first] = await house.keys.load(home, 'saml')
      retiredKey = first!.id
      const second = await makeNextKey(house, actorOf('owner'), { purpose: 'saml' })
      await switchKey(house, actorOf('owner'), { purpose: 'saml', id: second.id })
      nextKey = (await makeNextKey(house, actorOf('owner'), { purpose: 'saml' })).id
      await updateOrganization(house, actorOf('owner'), { name: 'marked' })
      invitation = (await inviteUser(house, actorOf('owner'), invitationOf('marked-invited@acme.example'))).id
      joinRequests = await Promise.all([fileRequest('one'), fileRequest('two'), fileRequest('three')])
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

    const issuer = 'https://vestibule.example'
    const newTarget = newTargetSchema.parse({ name: 'New', baseUrl: 'https://a.example', audience: 'a' })

    const newApplication = newApplicationSchema.parse({
      name: 'marked',
      product: 'crm',
      type: 'confidential',
      redirectUrls: [redirectUrl],
    })
    const invitationOf = (email: string) => newInvitationSchema.parse({ tenant, email })
    const fileRequest = async (name: string) => {
      const id = `jrq_${name}`
      const email = `marked-${name}@acme.example`
      await house.db.tenant.update({ where: { id: tenant }, data: { joinRequestsEnabled: true } })
      await insertJoinRequest(house.db, {
        id,
        organizationId: home,
        tenantId: tenant,
        userId: `usr_${name}`,
        email,
        emailKey: email,
        firstName: null,
        lastName: null,
        note: null,
        at: house.clock.now(),
      })
      return id
    }
    const request = (more: Record<string, unknown>) =>
      parseConnectionRequest({ isSAML: true, tenant: 'marked', product: 'crm', ...more })
    const toImport = (slug: string) =>
      connectionImportSchema.parse({
        ...{ tenant: slug, product: 'crm', defaultRedirectUrl: redirectUrl, redirectUrl },
        config: { LoginUrl: 'https://idp.acme.example/sso', X509SigningCertificate: idp.idp.certificate },
      })
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
      previewImport: {
        needs: 'admin',
        abroad: 'nothing',
        run: async (actor) => void (await previewImport(house, actor, toImport(`new-${Math.random()}`))),
      },
      loadUserPolicies: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => loadUserPolicies(house, actor, { clientID }),
      },
      dryRunUserPolicies: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => dryRunUserPolicies(house, actor, { ...dryRunSchema.parse({}), clientID }),
      },
      findShadowTrial: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => findShadowTrial(house, actor, { clientID }),
      },
      loadShadowTrial: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => loadShadowTrial(house, actor, { clientID }),
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
      listNamespaces: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => listNamespaces(house, actor, {}),
      },
      loadNamespace: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => loadNamespace(house, actor, { namespace }),
      },
      countJoinRequests: {
        needs: 'viewer',
        abroad: 'nothing',
        run: async (actor) => void (await countJoinRequests(house, actor, { atMost: 5 })),
      },
      listSecondFactors: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => listSecondFactors(house, actor, { user }),
      },
      listIdentities: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => listIdentities(house, actor, { user }),
      },
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
      listJwtSecrets: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => listJwtSecrets(house, actor, { clientID: jwtClientID }),
      },
      createJwtSecret: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => createJwtSecret(house, actor, { clientID: jwtClientID }),
      },
      listInvitations: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => listInvitations(house, actor, {}),
      },
      listJoinRequests: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => listJoinRequests(house, actor, {}),
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
      listTargets: {
        needs: 'viewer',
        abroad: 'nothing',
        run: (actor) => listTargets(house, actor, { issuer }),
      },
      loadTarget: {
        needs: 'viewer',
        abroad: 'not_found',
        run: (actor) => loadTarget(house, actor, { target, issuer }),
      },
      createTarget: {
        needs: 'admin',
        abroad: 'nothing',
        run: async (actor) => void (await createTarget(house, actor, { ...newTarget, issuer })),
      },
      updateTarget: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => updateTarget(house, actor, { target, issuer, change: { name: 'marked, changed' } }),
      },
      rotateTarget: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => rotateTarget(house, actor, { target, issuer }),
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
      exportUsers: {
        needs: 'admin',
        abroad: 'not_found',
        run: async (actor) => {
          const { pieces } = await exportUsers(house, actor, { tenant })
          let file = ''
          for await (const piece of pieces) file += piece
          return file
        },
      },
      importUsers: {
        needs: 'admin',
        abroad: 'not_found',
        run: async (actor) => {
          const bytes = new TextEncoder().encode(`email\nnew-${Math.random()}@acme.example`)
          return void (await importUsers(house, actor, { tenant, preview: false, bytes }))
        },
      },
      updateUser: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => updateUser(house, actor, { user, change: { firstName: 'Changed' } }),
      },
      createNamespace: {
        needs: 'admin',
        abroad: 'nothing',
        run: async (actor) => void (await createNamespace(house, actor, { name: `new-${Math.random()}` })),
      },
      addUserToNamespace: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => addUserToNamespace(house, actor, { namespace, user }),
      },
      removeUserFromNamespace: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => removeUserFromNamespace(house, actor, { namespace, user }),
      },
      inviteUser: {
        needs: 'admin',
        abroad: 'not_found',
        run: async (actor) =>
          void (await inviteUser(house, actor, invitationOf(`new-${Math.random()}@acme.example`))),
      },
      resendInvitation: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => resendInvitation(house, actor, { invitation }),
      },
      approveJoinRequest: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => approveJoinRequest(house, actor, { request: joinRequests[0]! }),
      },
      rejectJoinRequest: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => rejectJoinRequest(house, actor, { request: joinRequests[1]! }),
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
      importConnection: {
        needs: 'admin',
        abroad: 'nothing',
        run: async (actor) => {
          const made = await importConnection(house, actor, toImport(`new-${Math.random()}`))
          expect(made.clientID).not.toBe(clientID)
        },
      },
      setUserPolicies: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) =>
          setUserPolicies(house, actor, { clientID, userPolicies: { matchingFields: ['Email'] } }),
      },
      startShadowTrial: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => startShadowTrial(house, actor, { clientID, userPolicies: {} }),
      },
      endShadowTrial: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => endShadowTrial(house, actor, { clientID }),
      },
      // What it has begun itself just before.
      adoptShadowPolicies: {
        needs: 'admin',
        abroad: 'not_found',
        run: async (actor) => {
          await startShadowTrial(house, actor, { clientID, userPolicies: {} })
          return adoptShadowPolicies(house, actor, { clientID })
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
      deleteIdentity: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => deleteIdentity(house, actor, { user, identity }),
      },
      revokeInvitation: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => revokeInvitation(house, actor, { invitation }),
      },
      deleteJoinRequest: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => deleteJoinRequest(house, actor, { request: joinRequests[2]! }),
      },
      removeMember: {
        needs: 'owner',
        abroad: 'not_found',
        run: (actor) => removeMember(house, actor, { member: 'mem_marked' }),
      },
      removeSecondFactors: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => removeSecondFactors(house, actor, { user }),
      },
      deleteUser: { needs: 'admin', abroad: 'not_found', run: (actor) => deleteUser(house, actor, { user }) },
      deleteNamespace: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => deleteNamespace(house, actor, { namespace }),
      },
      deleteTrace: {
        needs: 'admin',
        abroad: 'nothing',
        run: (actor) => deleteTrace(house, actor, { id: trace }),
      },
      deleteJwtSecret: {
        needs: 'admin',
        abroad: 'not_found',
        run: async (actor) => {
          const secret = await house.db.jwtSecret.findFirstOrThrow({
            where: { connection: { clientId: jwtClientID } },
          })
          await deleteJwtSecret(house, actor, { clientID: jwtClientID, secret: secret.id })
        },
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
      deleteTarget: {
        needs: 'admin',
        abroad: 'not_found',
        run: (actor) => deleteTarget(house, actor, { target }),
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
        include: { jwtSecrets: true },
        orderBy: { id: 'asc' },
      }),
      users: await house.db.user.findMany({ where: { organizationId: home }, orderBy: { id: 'asc' } }),
      namespaces: await house.db.namespace.findMany({
        where: { organizationId: home },
        include: { members: true },
        orderBy: { id: 'asc' },
      }),
      applications: await house.db.application.findMany({
        where: { organizationId: home },
        include: { secrets: true },
        orderBy: { id: 'asc' },
      }),
      targets: await house.db.jwtSsoTarget.findMany({
        where: { organizationId: home },
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
      invitations: await house.db.invitation.findMany({
        where: { organizationId: home },
        orderBy: { id: 'asc' },
      }),
      joinRequests: await house.db.joinRequest.findMany({
        where: { organizationId: home },
        orderBy: { id: 'asc' },
      }),
      authenticators: await house.db.authenticator.count({ where: { organizationId: home } }),
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
