import { expect, test } from 'vitest'
import { openTargetSecret } from '#lib/jwt-sso-targets/target-secret.ts'
import { openMailBody, queueMail } from '#lib/mail/mail.ts'
import { beginTotp, openTotpSecret } from '#lib/second-factor/enrol-totp.ts'
import { listWrappedDataKeys } from '#lib/store/sealing-keys.ts'
import { settleSeconds } from './data-keys.ts'
import { rotateDataKey } from './jobs.ts'
import { resealEverything } from './reseal.ts'
import { describeOnEachServer } from './testing/describe-on-each-server.ts'
import { beginJwt, comeBack as comeBackByJwt, makeJwtConnection, signToken } from './testing/jwt-sign-in.ts'
import { makeTarget } from './testing/jwt-sso-target.ts'
import { makeOidcConnection, signInByOidc } from './testing/oidc-sign-in.ts'
import { makeConnection, redeem, signIn } from './testing/sign-in.ts'

describeOnEachServer('the data key', (server) => {
  const owner = { organizationId: 'org_1', field: 'x', recordId: 'r' }

  test('is exchanged after a year: a new one rests, then seals, and what was sealed before is sealed anew', async () => {
    const { house, clock } = server
    const connection = await makeConnection(server, 'acme')
    const oidc = await makeOidcConnection(server, 'globex')
    const target = await makeTarget(server)
    const jwt = await makeJwtConnection(server, 'initech')
    const { id: organizationId } = await house.organizations(`localhost:${server.port}`)
    await queueMail(house, organizationId, {
      to: 'erin@acme.example',
      subject: 'x',
      body: { title: 'A mail', paragraphs: [], because: 'x' },
    })
    const somebody = await house.db.member.findFirstOrThrow({ where: { organizationId } })
    const member = { organizationId, memberId: somebody.id }
    const site = { id: organizationId, name: 'Acme', issuer: server.url }
    const app = await beginTotp(house, site, member, { account: 'erin' })
    const sealedBefore = house.sealer.seal('kept', owner)
    await rotateDataKey(house)
    expect(await listWrappedDataKeys(house.db)).toHaveLength(1)

    clock.advance(366 * 86_400)
    await Promise.all([rotateDataKey(house), rotateDataKey(house), rotateDataKey(house)])
    expect((await listWrappedDataKeys(house.db)).map(({ id }) => id)).toEqual(['dek_1', 'dek_2'])
    expect(house.sealer.seal('new', owner)).toMatch(/^v1\.dek_1\./)

    clock.advance(settleSeconds + 1)
    await rotateDataKey(house)
    expect(house.sealer.seal('new', owner)).toMatch(/^v1\.dek_2\./)
    expect(house.sealer.open(sealedBefore, owner)).toBe('kept')
    const rows = await house.db.connection.findMany({ select: { clientSecretSealed: true } })
    const keys = await house.db.signingKey.findMany({ select: { privateKeySealed: true } })
    const upstream = await house.db.connection.findUnique({ where: { clientId: oidc.clientID } })
    expect(upstream!.upstreamSecretSealed).toMatch(/^v1\.dek_2\./)
    const mails = await house.db.mail.findMany()
    const targets = await house.db.jwtSsoTarget.findMany()
    const jwtSecrets = await house.db.jwtSecret.findMany()
    expect(jwtSecrets).toHaveLength(1)
    const authenticators = await house.db.authenticator.findMany()
    const sealed = [
      ...rows.map((row) => row.clientSecretSealed),
      ...keys.map((key) => key.privateKeySealed),
      ...mails.map((mail) => mail.bodySealed),
      ...targets.map((row) => row.secretSealed),
      ...jwtSecrets.map((secret) => secret.secretSealed),
      ...authenticators.map((one) => one.secretSealed ?? ''),
    ]
    expect(openTargetSecret(house, targets[0]!)).toBe(target.secret)
    expect(openMailBody(house, mails[0]!).text).toContain('A mail')
    expect(openTotpSecret(house, authenticators[0]!)).toBe(app.secret)
    expect(sealed.length).toBeGreaterThan(0)
    expect(sealed.filter((value) => !value.startsWith('v1.dek_2.'))).toEqual([])
    expect(await resealEverything(house)).toBe(0)

    const byJwt = await comeBackByJwt(await beginJwt(server, jwt), signToken(server, jwt))
    expect(byJwt.location().searchParams.get('code')).toBeTruthy()
    expect((await signInByOidc(server, oidc)).url.searchParams.get('code')).toBeTruthy()
    const { code } = await signIn(server, connection)
    expect((await redeem(server, connection, code)).status).toBe(200)
  })
})
