import { listApplications } from '#lib/applications/list-applications.ts'
import { listAuditEvents } from '#lib/audit/list-audit-events.ts'
import type { Actor } from '#lib/base/actor.ts'
import { listConnections } from '#lib/connections/list-connections.ts'
import { listNamespaces } from '#lib/directory/list-namespaces.ts'
import { listUsers } from '#lib/directory/list-users.ts'
import { listUserSessionRows } from '#lib/sessions/list-user-sessions.ts'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { countSignIns } from '#lib/traces/count-sign-ins.ts'
import { listTraces } from '#lib/traces/list-traces.ts'
import type { ServerHouse } from '#server/house.ts'
import { startProtocolServer } from '#server/testing/start-protocol-server.ts'

/** What a page of the portal waits for, in milliseconds: the slower of two runs. */
export type ListResult = { name: string; ms: number }

/** Fills a database with `rows` of whatever the portal lists, and reads what its pages read. */
export async function measureLists(databaseUrl: string, rows: number): Promise<ListResult[]> {
  const server = await startProtocolServer({ DATABASE_URL: databaseUrl, DEMO: '1' })
  try {
    const { house } = server
    const { id: organizationId } = await house.organizations(new URL(server.url).host)
    await fill(house, organizationId, rows)
    const actor: Actor = {
      type: 'system',
      id: 'bench',
      name: 'bench',
      role: 'owner',
      organizationId,
      address: '',
      requestId: '',
    }
    const middle = (await listTenants(house, actor, { limit: 200 })).nextCursor ?? undefined
    const reads: [string, () => Promise<unknown>][] = [
      ['tenants, first page', () => listTenants(house, actor, {})],
      ['tenants, a later page', () => listTenants(house, actor, { cursor: middle })],
      ['tenants, search', () => listTenants(house, actor, { query: 'tenant-777' })],
      ['tenants, search without a hit', () => listTenants(house, actor, { query: 'nobody is called this' })],
      ['connections, first page', () => listConnections(house, actor, {})],
      ['connections, search', () => listConnections(house, actor, { query: 'tenant-777' })],
      [
        'connections, search without a hit',
        () => listConnections(house, actor, { query: 'nobody is called this' }),
      ],
      ['connections of a tenant', () => listConnections(house, actor, { tenant: 'tenant-777' })],
      ['applications, first page', () => listApplications(house, actor, {})],
      [
        'applications, search without a hit',
        () => listApplications(house, actor, { query: 'nobody is called this' }),
      ],
      ['users, first page', () => listUsers(house, actor, {})],
      ['users of a tenant', () => listUsers(house, actor, { tenant: 'tenant-777' })],
      ['users of a namespace of few', () => listUsers(house, actor, { namespace: 'namespace-7' })],
      ['users of a namespace of all', () => listUsers(house, actor, { namespace: 'everybody' })],
      ['namespaces, first page', () => listNamespaces(house, actor, {})],
      ['users, search without a hit', () => listUsers(house, actor, { query: 'nobody is called this' })],
      ['sessions, first page', () => listUserSessionRows(house, actor, {})],
      ['sessions of a tenant', () => listUserSessionRows(house, actor, { tenant: 'tenant-777' })],
      ['sessions, search', () => listUserSessionRows(house, actor, { query: 'person-777@' })],
      [
        'sessions, search without a hit',
        () => listUserSessionRows(house, actor, { query: 'nobody is called this' }),
      ],
      ['traces, first page', () => listTraces(house, actor, {})],
      ['traces, failures', () => listTraces(house, actor, { outcome: 'failure' })],
      ['traces of a tenant', () => listTraces(house, actor, { tenant: 'tenant-777' })],
      ['traces, search', () => listTraces(house, actor, { query: 'person-777@' })],
      ['traces, search without a hit', () => listTraces(house, actor, { query: 'nobody is called this' })],
      ['sign-ins of a day, counted', () => countSignIns(house, actor, { hours: 24 })],
      ['audit, first page', () => listAuditEvents(house, actor, {})],
      [
        'audit, search without a hit',
        () => listAuditEvents(house, actor, { query: 'nobody is called this' }),
      ],
    ]
    const results: ListResult[] = []
    for (const [name, read] of reads) results.push({ name, ms: Math.max(await time(read), await time(read)) })
    return results
  } finally {
    await server.close()
  }
}

async function time(read: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await read()
  return performance.now() - startedAt
}

/** Rows that look like those of a big installation, copied from the demo's connection. */
async function fill({ db }: ServerHouse, organizationId: string, rows: number): Promise<void> {
  await db.$executeRaw`
    INSERT INTO tenants (id, organization_id, slug, name, updated_at)
    SELECT 'ten_' || lpad(n::text, 26, '0'), ${organizationId}, 'tenant-' || n, 'Tenant number ' || n, now()
    FROM generate_series(1, ${rows}::int) n`
  await db.$executeRaw`
    INSERT INTO connections (id, organization_id, tenant_id, product_id, kind, client_id, client_secret_sealed, name,
      default_redirect_url, redirect_urls, upstream_id, upstream, updated_at)
    SELECT 'con_' || lpad(n::text, 26, '0'), c.organization_id, 'ten_' || lpad(n::text, 26, '0'), c.product_id, c.kind,
      'client-' || n, c.client_secret_sealed, 'Connection ' || n, c.default_redirect_url, c.redirect_urls,
      'https://idp.example/' || n, c.upstream, now()
    FROM generate_series(1, ${rows}::int) n, (SELECT * FROM connections LIMIT 1) c`
  await db.$executeRaw`
    INSERT INTO traces (id, organization_id, tenant, product, connection_id, connection_name, kind, outcome, sentence, checks,
      subject, email, address, user_agent, request_id, at)
    SELECT 'trc_' || lpad(n::text, 26, '0'), ${organizationId}, 'tenant-' || n, 'demo', 'con_' || lpad(n::text, 26, '0'),
      'Connection ' || n, 'saml', CASE WHEN n % 10 = 0 THEN 'failure' ELSE 'success' END, 'A sentence of some length.',
      '[]'::jsonb, 'subject-' || n, 'person-' || n || '@acme.example', '192.0.2.1', 'a browser', 'request',
      now() - (n || ' seconds')::interval
    FROM generate_series(1, ${rows}::int) n`
  await db.$executeRaw`
    INSERT INTO audit_events (id, organization_id, actor_type, actor_id, actor_name, action, target_type, target_id,
      target_name, result, address, request_id)
    SELECT 'aud_' || lpad(n::text, 26, '0'), ${organizationId}, 'member', 'mem_1', 'Owner', 'connection.updated',
      'connection', 'con_' || n, 'Connection ' || n, 'success', '192.0.2.1', 'request'
    FROM generate_series(1, ${rows}::int) n`
  await db.$executeRaw`
    INSERT INTO applications (id, organization_id, product_id, client_id, name, type, token_endpoint_auth_method, updated_at)
    SELECT 'app_' || lpad(n::text, 26, '0'), ${organizationId}, p.id, 'vc_' || lpad(n::text, 27, '0'), 'Application ' || n,
      'public', 'none', now()
    FROM generate_series(1, ${rows}::int) n, (SELECT id FROM products LIMIT 1) p`
  await db.$executeRaw`
    INSERT INTO users (id, organization_id, tenant_id, email, email_key, first_name, last_name, status, tags, attributes,
      updated_at)
    SELECT 'usr_' || lpad(n::text, 26, '0'), ${organizationId}, 'ten_' || lpad((n / 100 + 1)::text, 26, '0'),
      'person-' || n || '@acme.example', 'person-' || n || '@acme.example', 'Person', 'Number ' || n, 'active', '{}', '{}',
      now()
    FROM generate_series(1, ${rows}::int) n`
  await db.$executeRaw`
    INSERT INTO namespaces (id, organization_id, name)
    SELECT 'nsp_' || lpad(n::text, 26, '0'), ${organizationId}, CASE WHEN n = 0 THEN 'everybody' ELSE 'namespace-' || n END
    FROM generate_series(0, 1000) n`
  await db.$executeRaw`
    INSERT INTO namespace_members (namespace_id, user_id)
    SELECT 'nsp_' || lpad(unnest(ARRAY[0, n % 1000 + 1])::text, 26, '0'), 'usr_' || lpad(n::text, 26, '0')
    FROM generate_series(1, ${rows}::int) n`
  await db.$executeRaw`
    INSERT INTO sessions (id, organization_id, tenant_id, user_id, cookie_hash, subject, profile, authenticated_at, address,
      user_agent, last_seen_at, expires_at)
    SELECT 'sid_' || lpad(n::text, 26, '0'), ${organizationId}, u.tenant_id, u.id, 'cookie-' || n, u.id,
      jsonb_build_object('email', u.email), now(), '192.0.2.1', 'a browser', now(), now() + interval '8 hours'
    FROM generate_series(1, ${rows}::int) n JOIN users u ON u.id = 'usr_' || lpad(n::text, 26, '0')`
  await db.$executeRaw`
    INSERT INTO grants (id, organization_id, application_id, session_id, user_id, trace_id, client_id, redirect_uri, scope,
      subject, profile, requested, authenticated_at, expires_at)
    SELECT 'grt_' || lpad(n::text, 26, '0'), ${organizationId}, 'app_' || lpad(n::text, 26, '0'), s.id, s.user_id, '',
      'vc_' || n, 'https://app.acme.example', 'openid', s.subject, s.profile, '{}', now(), s.expires_at
    FROM generate_series(1, ${rows}::int) n JOIN sessions s ON s.id = 'sid_' || lpad(n::text, 26, '0')`
  await db.$executeRaw`ANALYZE`
}
