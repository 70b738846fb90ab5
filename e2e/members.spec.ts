import type { Browser, Page } from '@playwright/test'
import { authenticatorApp } from './authenticator-app.ts'
import { expect, signIn, test, visit } from './fixtures.ts'
import { addPasskeyDevice } from './passkey-device.ts'
import type { TestServer } from './test-server.ts'

test.use({ serverFor: 'members' })
test.describe.configure({ mode: 'serial' })

const password = 'the password of a member'

/** What the newest mail to somebody says, where there is no mail server. */
async function readMail(page: Page, recipient: string): Promise<string> {
  await visit(page, `/settings/outbox?query=${encodeURIComponent(recipient)}`)
  await page.getByText('Read it').first().click()
  return page.locator('details p').first().innerText()
}

async function invite(page: Page, email: string, name: string, role: string): Promise<string> {
  await visit(page, '/settings/members')
  await page.getByRole('button', { name: 'Invite member' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite a member' })
  await dialog.getByLabel('E-mail address').fill(email)
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Role').selectOption(role)
  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await expect(page.getByText('Invited. The link is on its way.')).toBeVisible()
  return /http\S+\/join-portal\?token=\S+/.exec(await readMail(page, email))![0]
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })

async function openBrowser(
  browser: Browser,
  server: TestServer,
  watch: { context(context: Awaited<ReturnType<Browser['newContext']>>): void },
) {
  const context = await browser.newContext({ baseURL: server.url })
  watch.context(context)
  return { context, page: await context.newPage() }
}

async function join(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Join' }).click()
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
}

async function typePassword(page: Page, email: string, typed = password): Promise<void> {
  await visit(page, '/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(typed)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

test('somebody is invited, joins, gets another role and is removed @postgresql', async ({
  portal: page,
  browser,
  server,
  watch,
}) => {
  const link = await invite(page, 'ada@acme.example', 'Ada', 'viewer')
  await visit(page, '/settings/members')
  await expect(row(page, 'ada@acme.example')).toContainText('Invited')

  const ada = await openBrowser(browser, server, watch)
  await join(ada.page, link, 'Ada Lovelace')
  await visit(ada.page, '/settings/members')
  await expect(row(ada.page, 'Ada Lovelace')).toContainText('You')
  await expect(ada.page.getByRole('button', { name: 'Invite member' })).toHaveCount(0)
  await ada.page.goto(link)
  await expect(ada.page.getByRole('heading', { name: 'This invitation is over' })).toBeVisible()

  await visit(page, '/settings/members')
  await row(page, 'Ada Lovelace').getByRole('button', { name: 'Change role' }).click()
  const dialog = page.getByRole('dialog', { name: 'Role of Ada Lovelace' })
  await dialog.getByLabel('Role').selectOption('admin')
  await dialog.getByRole('button', { name: 'Change role' }).click()
  await expect(row(page, 'Ada Lovelace')).toContainText('Admin')
  await visit(ada.page, '/settings/members')
  await ada.page.getByRole('button', { name: 'Invite member' }).click()
  await expect(ada.page.getByLabel('Role').getByRole('option')).toHaveText(['Admin', 'Viewer'])
  await ada.page.keyboard.press('Escape')

  await row(page, 'Ada Lovelace').getByRole('button', { name: 'Remove', exact: true }).click()
  await page
    .getByRole('dialog', { name: 'Remove Ada Lovelace?' })
    .getByRole('button', { name: 'Remove member' })
    .click()
  await expect(row(page, 'Ada Lovelace')).toHaveCount(0)
  await ada.page.goto('/tenants')
  await expect(ada.page).toHaveURL(/\/sign-in/)
  await ada.context.close()
})

test('the only owner cannot leave', async ({ portal: page, server }) => {
  await visit(page, '/settings/members')
  const own = row(page, server.adminEmail)
  await own.getByRole('button', { name: 'Remove', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: /^Remove/ })
  await dialog.getByRole('button', { name: 'Remove member' }).click()
  await expect(dialog.getByText('The organization needs an owner')).toBeVisible()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await own.getByRole('button', { name: 'Change role' }).click()
  await page.getByRole('dialog').getByLabel('Role').selectOption('viewer')
  await page.getByRole('dialog').getByRole('button', { name: 'Change role' }).click()
  await expect(page.getByRole('dialog').getByText('The organization needs an owner')).toBeVisible()
})

test('a member sets up an app, signs in with its codes or a recovery code, and removes it @postgresql', async ({
  portal: owner,
  browser,
  server,
  watch,
}) => {
  const link = await invite(owner, 'grace@acme.example', 'Grace', 'viewer')
  const { context, page } = await openBrowser(browser, server, watch)
  await join(page, link, 'Grace')

  await visit(page, '/settings/account')
  await page.getByRole('button', { name: 'Add authenticator app' }).click()
  const asked = page.getByRole('dialog', { name: 'Set up an authenticator app?' })
  await asked.getByLabel('Your password').fill('a guess')
  await asked.getByRole('button', { name: 'Continue' }).click()
  await expect(asked.getByText('This is not your current password.')).toBeVisible()
  await asked.getByLabel('Your password').fill(password)
  await asked.getByRole('button', { name: 'Continue' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add an authenticator app' })
  await expect(dialog.getByRole('img', { name: /QR code/ })).toBeVisible()
  const app = authenticatorApp(await dialog.getByText(/^[A-Z2-7]{32}$/).innerText())
  await dialog.getByLabel('Code').fill('000000')
  await dialog.getByRole('button', { name: 'Add app' }).click()
  await expect(dialog.getByText('Not the code the app shows now')).toBeVisible()
  await dialog.getByLabel('Code').fill(app.code())
  await dialog.getByRole('button', { name: 'Add app' }).click()
  const codes = page.getByRole('dialog', { name: 'Your recovery codes' })
  const recoveryCodes = (await codes.locator('pre').innerText()).split('\n')
  expect(recoveryCodes).toHaveLength(10)
  await codes.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page.getByText('10 recovery codes are left.')).toBeVisible()

  await context.clearCookies()
  await typePassword(page, 'grace@acme.example')
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible()
  await visit(page, '/tenants')
  await expect(page).toHaveURL(/\/sign-in\?/)
  await page.goto('/sign-in/second-step')
  await page.getByLabel('Code').fill('000000')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('This code is not right')).toBeVisible()
  await page.getByLabel('Code').fill(app.code(1))
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()

  await context.clearCookies()
  await typePassword(page, 'grace@acme.example')
  await page.getByLabel('Code').fill(recoveryCodes[0]!)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  await visit(page, '/settings/account')
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  const question = page.getByRole('dialog', { name: /^Remove/ })
  await question.getByLabel('Your password').fill('a guess')
  await question.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(question.getByText('This is not your current password.')).toBeVisible()
  await question.getByLabel('Your password').fill(password)
  await question.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByText(/recovery codes are left/)).toHaveCount(0)
  await context.close()
})

test('a member makes a passkey, which is asked for after the password @postgresql', async ({
  portal: owner,
  browser,
  server,
  watch,
}) => {
  const link = await invite(owner, 'mary@acme.example', 'Mary', 'viewer')
  const { context, page } = await openBrowser(browser, server, watch)
  await addPasskeyDevice(page)
  await join(page, link, 'Mary')
  await visit(page, '/settings/account')
  await page.getByRole('button', { name: 'Add passkey' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' })
  await dialog.getByLabel('Name').fill('The laptop')
  await dialog.getByLabel('Your password').fill(password)
  await dialog.getByRole('button', { name: 'Make passkey' }).click()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page.getByText('The laptop', { exact: true })).toBeVisible()

  await context.clearCookies()
  await typePassword(page, 'mary@acme.example')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()

  await visit(owner, '/settings/members')
  await row(owner, 'Mary').getByRole('button', { name: 'Reset second factor' }).click()
  await owner.getByRole('dialog').getByRole('button', { name: 'Remove second factors' }).click()
  await expect(row(owner, 'Mary')).toContainText('No second factor')
  await context.clearCookies()
  await typePassword(page, 'mary@acme.example')
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  await context.close()
})

test('a member who forgot their password chooses a new one by a link @postgresql', async ({
  portal: owner,
  browser,
  server,
  watch,
}) => {
  const { context, page } = await openBrowser(browser, server, watch)
  await visit(page, '/sign-in')
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  for (const email of ['nobody@acme.example', 'mary@acme.example']) {
    await visit(page, '/sign-in/forgot')
    await page.getByLabel('E-mail address').fill(email)
    await page.getByRole('button', { name: 'Send the link' }).click()
    await expect(page.getByText('If a member with a password has this address')).toBeVisible()
  }
  const link = /http\S+\/sign-in\/reset\?token=\S+/.exec(await readMail(owner, 'mary@acme.example'))![0]
  await page.goto(link)
  await page.getByLabel('New password').fill('another password of hers')
  await page.getByRole('button', { name: 'Set password' }).click()
  await expect(page.getByText('Your new password is set.')).toBeVisible()
  await typePassword(page, 'mary@acme.example')
  await expect(page.getByText('do not belong together')).toBeVisible()
  await typePassword(page, 'mary@acme.example', 'another password of hers')
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This link is over' })).toBeVisible()
  await context.close()
})

test('members sign in through their company, must, and an owner comes in when it is out of order @postgresql', async ({
  page,
  browser,
  server,
  watch,
  api,
}) => {
  test.slow()
  await signIn(page, server)
  await api.createTenant({ slug: 'ourselves', name: 'Ourselves' })
  const metadata = await fetch(`${server.url}/test-idp/ourselves/metadata`)
  const { clientID } = await api.createConnection({
    tenant: 'ourselves',
    product: 'portal',
    name: 'Our own staff',
    rawMetadata: await metadata.text(),
    redirectUrl: 'https://app.acme.example/callback',
  })
  const link = await invite(page, 'lin@acme.example', 'Lin', 'viewer')

  await test.step('an owner tests the connection and chooses it', async () => {
    await visit(page, `/connections/${clientID}/settings`)
    await page.getByRole('button', { name: 'Use for this portal' }).click()
    const dialog = page.getByRole('dialog', { name: /^Sign in to this portal/ })
    await dialog.getByRole('button', { name: 'Use it' }).click()
    await expect(dialog.getByText('Test it first')).toBeVisible()
    await page.goto(`/connections/${clientID}/test`)
    await chooseAtTestIdp(page)
    await expect(page.getByText(/^It works\./)).toBeVisible()
    await visit(page, `/connections/${clientID}/settings`)
    await page.getByRole('button', { name: 'Use for this portal' }).click()
    await dialog.getByRole('button', { name: 'Use it' }).click()
    await expect(page.getByRole('link', { name: 'How members sign in' })).toBeVisible()
  })

  await test.step('it cannot be required before the owner is linked', async () => {
    await visit(page, '/settings/members')
    await page.getByRole('button', { name: 'Require it' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Require it' }).click()
    await expect(dialog.getByText('Link your own company sign-in')).toBeVisible()
  })

  await test.step('who is not linked does not get in, whatever their address is', async () => {
    const stranger = await openBrowser(browser, server, watch)
    await stranger.page.goto('/sign-in')
    await stranger.page.getByRole('link', { name: 'Sign in with Our own staff' }).click()
    await chooseAtTestIdp(stranger.page)
    await expect(stranger.page.getByText('did not open the portal')).toBeVisible()
    const trace = await stranger.page.getByText(/^trc_/).innerText()
    await visit(page, `/traces/${trace}`)
    await expect(page.getByText('no member of the portal is linked to this person')).toBeVisible()
    await stranger.context.close()
  })

  await test.step('the owner links themselves, and requires it', async () => {
    await visit(page, '/settings/account')
    await page.getByRole('button', { name: 'Link your company sign-in' }).click()
    await chooseAtTestIdp(page)
    await expect(page.getByRole('heading', { name: 'Is this you?' })).toBeVisible()
    await page.getByRole('button', { name: 'Yes, link' }).click()
    await expect(page.getByText('Your company sign-in is linked')).toBeVisible()
    await visit(page, '/settings/members')
    await page.getByRole('button', { name: 'Require it' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Require it' }).click()
    await expect(page.getByText('Required', { exact: true })).toBeVisible()
  })

  await test.step('the invited member joins through the company, and comes in that way again', async () => {
    const lin = await openBrowser(browser, server, watch)
    await lin.page.goto(link)
    await expect(lin.page.getByLabel('Password')).toHaveCount(0)
    await lin.page.getByRole('link', { name: 'Continue with Our own staff' }).click()
    await chooseAtTestIdp(lin.page, 1)
    await lin.page.getByRole('button', { name: 'Yes, join' }).click()
    await expect(lin.page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
    await lin.context.clearCookies()
    await lin.page.goto('/tenants')
    await lin.page.getByRole('link', { name: 'Sign in with Our own staff' }).click()
    await chooseAtTestIdp(lin.page, 1)
    await expect(lin.page.getByRole('heading', { name: 'Tenants', level: 1 })).toBeVisible()
    await lin.context.close()
  })

  await test.step('passwords open nothing but the emergency way, for owners; all owners are told', async () => {
    const late = await openBrowser(browser, server, watch)
    await visit(late.page, '/sign-in')
    await late.page.getByText('Company sign-in not working?').click()
    const type = async (email: string, typed: string) => {
      await late.page.getByLabel('E-mail').fill(email)
      await late.page.getByLabel('Password').fill(typed)
      await late.page.getByRole('button', { name: 'Sign in as an owner' }).click()
    }
    await type('mary@acme.example', 'another password of hers')
    await expect(late.page.getByText('it is for owners')).toBeVisible()
    await type(server.adminEmail, server.adminPassword)
    await expect(late.page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
    expect(await readMail(late.page, server.adminEmail)).toContain(
      'signed in to the portal in the emergency way',
    )
    await visit(late.page, '/audit')
    await expect(late.page.getByText('signed in to the portal in the emergency way').first()).toBeVisible()
    await late.context.close()
  })

  await test.step('and passwords are allowed again', async () => {
    await visit(page, '/settings/members')
    await page.getByRole('button', { name: 'Allow passwords' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Allow passwords' }).click()
    await expect(page.getByText('Optional', { exact: true })).toBeVisible()
  })
})

/** Signs in at the built-in test identity provider as one of its people. */
async function chooseAtTestIdp(page: Page, which = 0): Promise<void> {
  await page.getByRole('radio').nth(which).check()
  await page.getByRole('button', { name: 'Sign in' }).click()
}
