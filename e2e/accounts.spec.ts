import type { Browser } from '@playwright/test'
import { startSmtpServer, type TestSmtpServer } from '../server/testing/smtp-server.ts'
import { enterPassword } from './end-user.ts'
import { expect, signIn, test, visit } from './fixtures.ts'
import { createManagementClient, type ManagementClient } from './management-client.ts'
import { makePublicApplication } from './public-application.ts'
import { startTestServer, type TestServer } from './test-server.ts'

test.describe.configure({ mode: 'serial' })

const password = 'seven green kettles in a boat'

let mailServer: TestSmtpServer
let server: TestServer
let api: ManagementClient

test.beforeAll(async () => {
  test.setTimeout(120_000)
  mailServer = await startSmtpServer()
  server = await startTestServer('pglite', {
    SMTP_URL: mailServer.url,
    MAIL_FROM: 'Acme <login@acme.example>',
  })
  api = createManagementClient(server)
})
test.afterAll(async () => {
  await server.stop()
  await mailServer.close()
})

/** The newest mail to an address whose text has `words`, once it has arrived, as plain text with whole lines. */
async function mailTo(address: string, words: string): Promise<string> {
  const find = () =>
    mailServer.received
      .filter(({ to }) => to === address)
      .map(({ message }) => message.replaceAll('=\r\n', ''))
      .findLast((message) => message.includes(words))
  await expect.poll(find, { timeout: 30_000, message: `a mail to ${address}` }).toBeTruthy()
  return find()!
}

function linkIn(mail: string): string {
  return new RegExp(`${server.url}/[a-z]+/[A-Za-z0-9_-]{43}`).exec(mail)![0]
}

async function newPage(browser: Browser, watch: { context(context: object): void }, scripts = true) {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scripts })
  watch.context(context as never)
  return context.newPage()
}

test('somebody is invited by mail, chooses a password, and signs in to the application', async ({
  browser,
  watch,
}) => {
  test.slow()
  watch.expect(/404|\.js \(csp\)$/)
  const email = 'erin@lodge.example'
  await api.createTenant({ slug: 'lodge', name: 'The Lodge' })
  const application = await makePublicApplication(api, 'reception', { tenant: 'lodge' })
  await api.invite({ tenant: 'lodge', email })
  const link = linkIn(await mailTo(email, '/invite/'))

  const page = await newPage(browser, watch, false)
  await page.goto(link)
  await expect(page.getByText('has invited you to join The Lodge')).toBeVisible()
  await page.getByLabel('First name').fill('Erin')
  await page.getByLabel('Last name').fill('Ek')
  await page.getByLabel('Choose a password').fill(password)
  await page.getByRole('button', { name: 'Accept the invitation' }).click()
  await expect(page.getByRole('heading', { name: 'Your account is ready' })).toBeVisible()

  await page.goto(application.begin())
  await enterPassword(page, email, password)
  await expect(page).toHaveURL(new RegExp(`^${application.url}.*code=`))

  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This invitation is not open' })).toBeVisible()
  await application.close()
})

test('an admin lets people register; one does, from the application and back to it', async ({
  browser,
  watch,
}) => {
  test.slow()
  await api.createTenant({ slug: 'club', name: 'The Club' })
  const application = await makePublicApplication(api, 'bar', { tenant: 'club' })

  await test.step('the admin says with which addresses', async () => {
    const page = await newPage(browser, watch)
    await signIn(page, server)
    await visit(page, '/tenants/club')
    await page.getByLabel('People may make an account themselves').check()
    const domains = page.getByLabel('With addresses of these domains')
    await domains.fill('club.example\nnot a domain')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByText('Line 2 must be a domain name such as acme.example.')).toBeVisible()
    await domains.fill('club.example\ngmail.com')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByText('gmail.com is a mail provider')).toBeVisible()
    await page.getByLabel('With addresses of these domains').fill('club.example')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByText('gmail.com is a mail provider')).toBeHidden()
    await page.reload()
    await expect(page.getByLabel('With addresses of these domains')).toHaveValue('club.example')
    await page.context().close()
  })

  const page = await newPage(browser, watch)
  watch.expect(/400/)
  await page.goto(application.begin())
  await page.getByRole('link', { name: 'Make an account' }).click()
  await page.getByLabel('First name').fill('Olu')
  await page.getByLabel('Work e-mail address').fill('olu@elsewhere.example')
  await page.getByLabel('Choose a password').fill(password)
  await page.getByRole('button', { name: 'Make an account' }).click()
  await expect(page.getByRole('alert')).toContainText('takes no address of this domain')
  await page.getByLabel('Work e-mail address').fill('olu@club.example')
  await page.getByLabel('Choose a password').fill(password)
  await page.getByRole('button', { name: 'Make an account' }).click()
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
  await page.goto(linkIn(await mailTo('olu@club.example', '/register/')))
  await page.getByRole('button', { name: 'Confirm and make the account' }).click()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await enterPassword(page, 'olu@club.example', password)
  await expect(page).toHaveURL(new RegExp(`^${application.url}.*code=`))
  await application.close()
})

test('somebody finds a company, asks to join it, waits, and is let in', async ({ browser, watch }) => {
  test.slow()
  const email = 'ida@harbour.example'
  await api.createTenant({ slug: 'harbour', name: 'The Harbour Company' })
  await api.changeTenant('harbour', { joinRequests: { enabled: true } })
  const application = await makePublicApplication(api, 'crane', { tenant: 'harbour' })

  const page = await newPage(browser, watch)
  await page.goto('/join')
  await page.getByLabel('Name of the company').fill('harbour')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByRole('link', { name: 'The Harbour Company' }).click()
  await page.getByLabel('First name').fill('Ida')
  await page.getByLabel('Work e-mail address').fill(email)
  await page.getByLabel('A word to the admin').fill('I steer the crane.')
  await page.getByRole('button', { name: 'Ask to join' }).click()
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
  await page.goto(linkIn(await mailTo(email, '/join/')))
  await page.getByRole('button', { name: 'Send the request' }).click()
  await expect(page.getByRole('heading', { name: 'Your request is with the admins' })).toBeVisible()

  expect(await mailTo(server.adminEmail, 'asks to join')).toContain('I steer the crane.')
  await api.approveJoinRequest(email)
  await page.goto(linkIn(await mailTo(email, '/invite/')))
  await page.getByLabel('Choose a password').fill(password)
  await page.getByRole('button', { name: 'Accept the invitation' }).click()
  await expect(page.getByRole('heading', { name: 'Your account is ready' })).toBeVisible()
  await page.goto(application.begin())
  await enterPassword(page, email, password)
  await expect(page).toHaveURL(new RegExp(`^${application.url}.*code=`))
  await application.close()
})
