import { expect, test } from 'vitest'
import { describeOnEachTarget } from './bench.ts'

describeOnEachTarget('oidcc-config-certification-test-plan', (bench) => {
  test('oidcc-discovery-endpoint-verification', async () => {
    const { issuer } = bench.target
    const answer = await fetch(new URL('/.well-known/openid-configuration', issuer))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json(;|$)/)
    const declared = (await answer.json()) as Record<string, unknown>

    expect(declared.issuer).toBe(issuer.origin)
    expect(declared).toMatchObject({
      response_types_supported: expect.arrayContaining(['code']),
      response_modes_supported: expect.arrayContaining(['query', 'form_post']),
      subject_types_supported: expect.arrayContaining(['public']),
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']),
      scopes_supported: expect.arrayContaining(['openid']),
      claims_supported: expect.arrayContaining(['sub']),
      grant_types_supported: expect.arrayContaining(['authorization_code']),
      claims_parameter_supported: true,
      request_uri_parameter_supported: false,
    })
    // Left out, it means false (OpenID Connect Discovery §3).
    expect(declared.request_parameter_supported ?? false).toBe(false)
    expect(declared.id_token_signing_alg_values_supported).not.toContain('none')

    const addresses = Object.entries(declared).filter(([name]) => /_(endpoint|uri)$/.test(name))
    expect(addresses.map(([name]) => name)).toEqual(
      expect.arrayContaining(['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri']),
    )
    for (const [name, address] of addresses) {
      // The issuer's origin, whose scheme is https but on loopback.
      expect(new URL(String(address)).origin, name).toBe(issuer.origin)
    }
    await expectPublicKeys(String(declared.jwks_uri))
  })
})

/** RFC 7517 §4, RFC 7518 §6: each key is named, complete and public. */
async function expectPublicKeys(address: string): Promise<void> {
  const { keys } = (await (await fetch(address)).json()) as { keys: Record<string, string>[] }
  expect(keys.length).toBeGreaterThan(0)
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
  for (const key of keys) {
    expect(key).toMatchObject({ kid: expect.stringMatching(/./), use: 'sig' })
    expect(key.kty).toMatch(/^(RSA|EC|OKP)$/)
    if (key.kty === 'RSA') expect(Buffer.from(key.n!, 'base64url').length).toBeGreaterThanOrEqual(256)
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) expect(key).not.toHaveProperty(secret)
  }
}
