import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { describeOnEachTarget } from './bench.ts'
import { endSession, expectReturn, expectSignedOut } from './end-session.ts'
import { openRun, signIn } from './run.ts'

describeOnEachTarget('oidcc-backchannel-rp-initiated-logout-certification-test-plan', (bench) => {
  test('oidcc-backchannel-logout-discovery-endpoint-verification', () => {
    expect(bench.server).toMatchObject({
      backchannel_logout_supported: true,
      // Certification asks for it, because cookies alone no longer tell sessions apart.
      backchannel_logout_session_supported: true,
      end_session_endpoint: expect.any(String),
    })
  })

  test('oidcc-backchannel-rp-initiated-logout', async () => {
    const path = '/backchannel_logout'
    const run = await openRun(bench, {
      backchannel_logout_uri: bench.relyingParty.origin + path,
      backchannel_logout_session_required: true,
    })
    const { id_token, claims } = await signIn(run)
    expect(claims.sid).toEqual(expect.any(String))

    const leaving = await endSession(run, { id_token })
    expectReturn(leaving)
    const notice = await bench.relyingParty.arrivalAt(path)
    expect(notice.method).toBe('POST')
    expect(notice.contentType).toMatch(/^application\/x-www-form-urlencoded(;|$)/)
    expect([...notice.form.keys()]).toEqual(['logout_token'])
    expect([...notice.query.keys()]).toEqual([])

    const token = notice.form.get('logout_token')!
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'logout+jwt' })
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(bench.server.jwks_uri!)), {
      issuer: bench.server.issuer,
      audience: run.client.client_id,
      algorithms: ['RS256'],
      requiredClaims: ['iat', 'exp', 'jti', 'events'],
      clockTolerance: 60,
    })
    expect(payload).toMatchObject({ sub: claims.sub, sid: claims.sid })
    expect(payload.events).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} })
    expect(payload).not.toHaveProperty('nonce')
    expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(120)
    expect(payload.jti).toMatch(/./)

    await expectSignedOut(run)
  })
})
