import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '#lib/base/actor.ts'
import { parseConnectionRequest } from '#lib/connections/connection-request.ts'
import { createConnection, mintClientId } from '#lib/connections/create-connection.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { beginOidc, chooseAtProvider, type OidcConnection } from '#server/testing/oidc-sign-in.ts'
import { newestTrace, redirectUrl } from '#server/testing/sign-in.ts'

/**
 * RFC 9700 §4.4: a provider under somebody else's control sends the browser on to an honest one, with the state of its
 * own sign-in and with the nonce and the challenge of a sign-in the attacker has begun. The honest one does not say who
 * it is (no RFC 9207). Were its code taken to the attacker's provider, the attacker could finish that sign-in as the
 * person whose browser it was.
 */
describeOnEachServer('the code of one provider is never taken to another', (server) => {
  let evil: Server
  let evilUrl: string
  const stolen: string[] = []

  beforeAll(async () => {
    evil = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        stolen.push(body)
        response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}')
      })
    })
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
    evilUrl = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`
  })
  afterAll(() => void evil.close())

  /** As the portal makes it: with a redirect URI of its own. */
  async function make(tenant: string, more: Record<string, unknown>): Promise<OidcConnection> {
    await managementClient(server).post('/api/v1/tenants', { json: { slug: tenant, name: tenant } })
    const { id } = await server.house.organizations(new URL(server.url).host)
    const actor: Actor = {
      ...{ type: 'member', id: 'mem_1', name: 'Ada', role: 'owner', organizationId: id },
      ...{ address: '127.0.0.1', requestId: 'request-1' },
    }
    const request = parseConnectionRequest({
      ...{ isOIDC: true, tenant, product: 'crm', oidcClientId: `client of ${tenant}`, oidcClientSecret: 's' },
      ...{ defaultRedirectUrl: redirectUrl, redirectUrl },
      ...more,
    })
    const clientId = mintClientId(server.house)
    return (await createConnection(server.house, actor, request, { clientId })) as unknown as OidcConnection
  }

  test('not by its redirect URI, nor by the shared one', async () => {
    const honest = await make('acme', {
      oidcDiscoveryUrl: `${server.url}/test-idp/acme/oidc/.well-known/openid-configuration`,
    })
    const attacking = await make('evil', {
      oidcMetadata: {
        issuer: evilUrl,
        authorization_endpoint: `${evilUrl}/authorize`,
        token_endpoint: `${evilUrl}/token`,
        jwks_uri: `${evilUrl}/jwks`,
        userinfo_endpoint: `${evilUrl}/userinfo`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
    })
    const attacker = await beginOidc(server, honest)
    for (const path of [
      new URL(attacker.asked.searchParams.get('redirect_uri')!).pathname,
      '/api/oauth/oidc',
    ]) {
      const person = await beginOidc(server, attacking)
      const asked = new URL(attacker.asked)
      asked.searchParams.set('state', person.asked.searchParams.get('state')!)
      const answer = await chooseAtProvider(server, { browser: person.browser, asked })
      answer.delete('iss')
      const url = (await person.browser.get(`${path}?${answer}`)).location()
      expect(stolen).toEqual([])
      expect(url.searchParams.get('error')).toBe('access_denied')
      expect((await newestTrace(server)).cause).toBe('login_wrong_address')
    }
  })

  test('each is asked to answer at the address of its connection, and there its answer counts', async () => {
    const connection = await make('hooli', {
      oidcDiscoveryUrl: `${server.url}/test-idp/hooli/oidc/.well-known/openid-configuration`,
    })
    const begun = await beginOidc(server, connection)
    const redirectUri = begun.asked.searchParams.get('redirect_uri')
    expect(redirectUri).toBe(`${server.url}/api/oauth/oidc/${connection.clientID}`)
    const answer = await chooseAtProvider(server, begun)
    const { pathname } = new URL(redirectUri!)
    const back = await begun.browser.get(`${pathname}?${answer}`)
    expect(back.location().searchParams.get('code'), back.text).toMatch(/^[\w-]{43}$/)
  })
})
