import { createHash } from 'node:crypto'
import type { Page } from '@playwright/test'
import { startSmtpServer } from '../server/testing/smtp-server.ts'
import { typeFirstCode } from './authenticator-app.ts'
import { enterAccount, enterPassword } from './end-user.ts'
import { expect, test } from './fixtures.ts'
import { createManagementClient, type ManagementClient } from './management-client.ts'
import { addPasskeyDevice } from './passkey-device.ts'
import { makePublicApplication } from './public-application.ts'
import { startTestServer } from './test-server.ts'

const password = 'the password of a guest'
const verifier = 'v'.repeat(43)
/** SHA-256 of the verifier. */
const challenge = createHash('sha256').update(verifier).digest('base64url')

async function makePerson(api: ManagementClient, tenant: string): Promise<string> {
  await api.createTenant({ slug: tenant, name: tenant.toUpperCase() })
  const email = `guest@${tenant}.example`
  await api.createUser({ tenant, email, password })
  return email
}

async function openAccount(page: Page, email: string): Promise<void> {
  await page.goto('/account')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await enterAccount(page, email, password)
}

async function signOut(page: Page): Promise<void> {
  await page.goto('/account')
  await page.getByRole('link', { name: 'Sign out in this browser' }).click()
  await page
    .getByRole('button', { name: /^Sign out/ })
    .first()
    .click()
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })
  test.beforeEach(({ expectTrouble }) => expectTrouble(/^failed: .*\.js \(csp\)$|401/))

  test('a person sets up an app, and signs in with its codes, or a recovery code @postgresql', async ({
    page,
    api,
  }) => {
    const application = await makePublicApplication(api, 'tower')
    const email = await makePerson(api, 'tower')
    await openAccount(page, email)
    await expect(page.getByText(`${email}, at TOWER`)).toBeVisible()
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
    await expect(page.getByRole('img', { name: 'QR code for your authenticator app' })).toBeVisible()
    const app = await typeFirstCode(page)
    await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible()
    const codes = ((await page.locator('pre.code').textContent()) ?? '').split('\n')
    expect(codes).toHaveLength(10)
    await page.getByRole('link', { name: 'I have kept them' }).click()
    await expect(page.getByText('Authenticator app (codes of an app)')).toBeVisible()

    await signOut(page)
    await page.goto(application.begin())
    await enterPassword(page, email, password)
    await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible()
    await page.getByLabel('Code').fill('000000')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('alert')).toContainText('This code is not right')
    // The code of the step after: the one of now was used to set the app up.
    await page.getByLabel('Code').fill(app.code(1))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(new RegExp(`^${application.url}.*code=`))

    await signOut(page)
    await page.goto(application.begin())
    await enterPassword(page, email, password)
    await page.getByLabel('Code').fill(codes[0]!)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(/code=/)
    await application.close()
  })
})

test('a person makes a passkey, and signs in with it alone, and after the password @postgresql', async ({
  page,
  api,
}) => {
  const application = await makePublicApplication(api, 'gate')
  const email = await makePerson(api, 'gate')
  await addPasskeyDevice(page)
  await openAccount(page, email)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name').fill('The laptop')
  await page.getByRole('button', { name: 'Make the passkey' }).click()
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible()
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await expect(page.getByText('The laptop (passkey)')).toBeVisible()

  await signOut(page)
  await page.goto(application.begin())
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page).toHaveURL(new RegExp(`^${application.url}.*code=`))

  await signOut(page)
  await page.goto(application.begin())
  await enterPassword(page, email, password)
  await expect(page.getByRole('heading', { name: 'Use your passkey' })).toBeVisible()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page).toHaveURL(/code=/)

  await page.goto('/account')
  await page.getByText('The laptop (passkey)').click()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByText('It is the last one')).toBeVisible()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByText('The laptop (passkey)')).toHaveCount(0)
  await application.close()
})

test('whoever signs out everywhere ends what applications hold @postgresql', async ({
  page,
  api,
  browser,
  server,
  watch,
}) => {
  const application = await makePublicApplication(api, 'cellar', {
    scope: 'openid email offline_access',
    code_challenge: challenge,
  })
  const email = await makePerson(api, 'cellar')
  const phone = await browser.newContext({ baseURL: server.url })
  watch.context(phone)
  const onPhone = await phone.newPage()
  await onPhone.goto(application.begin())
  await enterPassword(onPhone, email, password)
  await expect(onPhone).toHaveURL(/code=/)
  const ask = async (form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: application.clientId, ...form })
    const answer = await fetch(`${server.url}/api/oauth/token`, { method: 'POST', body })
    return { status: answer.status, ...((await answer.json()) as { refresh_token?: string }) }
  }
  const code = new URL(onPhone.url()).searchParams.get('code') ?? ''
  const redeemed = await ask({
    grant_type: 'authorization_code',
    code,
    redirect_uri: application.url,
    code_verifier: verifier,
  })
  const renewed = await ask({ grant_type: 'refresh_token', refresh_token: redeemed.refresh_token ?? '' })
  expect(renewed.status).toBe(200)

  await openAccount(page, email)
  await expect(page.getByText('The cellar desk')).toBeVisible()
  await expect(page.getByText('(this browser)')).toBeVisible()
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page.getByRole('heading', { name: 'You are signed out everywhere' })).toBeVisible()
  const refused = await ask({ grant_type: 'refresh_token', refresh_token: renewed.refresh_token ?? '' })
  expect(refused.status).toBe(400)
  await onPhone.goto('/account')
  await expect(onPhone.getByText('You are not signed in')).toBeVisible()
  await phone.close()
  await application.close()
})

test('a person who forgot their password gets a link by mail, and chooses a new one', async ({
  browser,
  watch,
}) => {
  test.slow()
  const mailServer = await startSmtpServer()
  const server = await startTestServer('pglite', {
    SMTP_URL: mailServer.url,
    MAIL_FROM: 'Acme <login@acme.example>',
  })
  const context = await browser.newContext({ baseURL: server.url })
  watch.context(context)
  watch.expect(/400/)
  try {
    const api = createManagementClient(server)
    const application = await makePublicApplication(api, 'attic')
    const email = await makePerson(api, 'attic')
    const page = await context.newPage()
    await page.goto(application.begin())
    await page.getByLabel('Work e-mail address').fill(email)
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    for (const typed of ['nobody@attic.example', email]) {
      await page.goto('/reset')
      await page.getByLabel('Work e-mail address').fill(typed)
      await page.getByRole('button', { name: 'Send the link' }).click()
      await expect(page.getByRole('heading', { name: 'Look into your mailbox' })).toBeVisible()
    }
    await expect.poll(() => mailServer.received.length, { timeout: 20_000 }).toBe(1)
    const [mail] = mailServer.received
    expect(mail!.to).toBe(email)
    // Quoted-printable breaks long lines (RFC 2045 §6.7).
    const text = mail!.message.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=')
    const link = /http:\/\/localhost:\d+\/reset\/[A-Za-z0-9_-]{43}/.exec(text)?.[0] ?? ''
    await page.goto(link)
    await page.getByLabel('New password').fill('four words nobody would guess')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await expect(page.getByRole('heading', { name: 'Your password is changed' })).toBeVisible()
    await page.goto(link)
    await expect(page.getByRole('heading', { name: 'This link is over' })).toBeVisible()
    await page.goto('/account/sign-in')
    await enterAccount(page, email, 'four words nobody would guess')
    await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible()
    await expect.poll(() => mailServer.received.length, { timeout: 20_000 }).toBe(2)
    expect(mailServer.received[1]!.message).toContain('Your password was changed')
    await application.close()
  } finally {
    await context.close()
    await server.stop()
    await mailServer.close()
  }
})
