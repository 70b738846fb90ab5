/** The measured process: a protocol server that reports, when asked, its CPU time and how many statements it has sent. */

import { findTenant } from '#lib/store/tenants.ts'
import { loadTestIdp } from '#lib/testing/answer-test-idp.ts'
import { startProtocolServer } from '#server/testing/start-protocol-server.ts'

let statements = 0
const env = JSON.parse(process.env.BENCH_ENV ?? '{}') as Record<string, string>
const server = await startProtocolServer(env, { onStatement: () => statements++ })
const organization = await server.house.organizations(new URL(server.url).host)
const tenant = (await findTenant(server.house.db, organization.id, 'acme'))!
const idp = await loadTestIdp(server.house, organization, tenant)

process.on('message', async (message) => {
  if (message === 'stop') {
    await server.close()
    process.exit(0)
  }
  const { user, system } = process.cpuUsage()
  process.send!({ cpuMicroseconds: user + system, statements })
})
const pem = (key: typeof idp.key) => key.export({ type: 'pkcs8', format: 'pem' })
process.send!({ url: server.url, apiKey: server.apiKey, key: pem(idp.key), certificate: idp.certificate })
