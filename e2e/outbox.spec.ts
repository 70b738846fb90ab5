import { startSmtpServer } from '../server/testing/smtp-server.ts'
import { expect, signIn, test, visit } from './fixtures.ts'
import { startTestServer } from './test-server.ts'

test.use({ serverFor: 'outbox' })

test('without a mail server mails are kept, found and read in the portal @postgresql', async ({
  portal: page,
  adminEmail,
}) => {
  await visit(page, '/settings/outbox')
  await expect(page.getByText('There is no mail server, so nothing is sent')).toBeVisible()
  await expect(page.getByText('No mail has been written')).toBeVisible()
  await page.getByRole('button', { name: 'Send me a test' }).click()
  const row = page.getByRole('row').nth(1)
  await expect(row).toContainText(adminEmail)
  await expect(row).toContainText('Not sent: no mail server')
  await row.getByText('Read it').click()
  await expect(row).toContainText('This is the test message you asked for.')
  await expect(page.getByRole('button', { name: 'Send again' })).toHaveCount(0)

  await page.getByRole('searchbox').fill('nobody at all')
  await expect(page.getByText('No mail matches')).toBeVisible()
  await page.getByRole('searchbox').fill(adminEmail.slice(0, 8))
  await expect(row).toContainText(adminEmail)
  await page.getByLabel('State').selectOption('Sent')
  await expect(page.getByText('No mail matches')).toBeVisible()
})
test('with a mail server they are sent; what it refuses is shown, and can be sent again', async ({
  browser,
  watch,
}) => {
  test.slow()
  const mailServer = await startSmtpServer()
  mailServer.refuseNext({ at: 'RCPT', code: 550, text: 'we do not know this person' })
  const server = await startTestServer('pglite', {
    SMTP_URL: mailServer.url,
    MAIL_FROM: 'Acme <login@acme.example>',
  })
  const context = await browser.newContext({ baseURL: server.url })
  watch.context(context)
  try {
    const page = await context.newPage()
    await signIn(page, server)
    await visit(page, '/settings/outbox')
    await page.getByRole('button', { name: 'Send me a test' }).click()
    const row = page.getByRole('row').nth(1)
    await expect(row).toContainText('On its way')
    await expect(async () => {
      await visit(page, '/settings/outbox')
      await expect(row).toContainText('Given up', { timeout: 500 })
    }).toPass({ timeout: 20_000 })
    await expect(row).toContainText('The mail server answered: 550 we do not know this person')
    await expect(row.getByText('Read it')).toHaveCount(0)
    await row.getByRole('button', { name: 'Send again' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click()
    await expect.poll(() => mailServer.received.length, { timeout: 20_000 }).toBe(1)
    expect(mailServer.received[0]).toMatchObject({ from: 'login@acme.example', to: server.adminEmail })
    await expect(async () => {
      await visit(page, '/settings/outbox')
      await expect(row.getByText('Sent', { exact: true })).toBeVisible({ timeout: 500 })
    }).toPass({ timeout: 20_000 })
  } finally {
    await context.close()
    await server.stop()
    await mailServer.close()
  }
})
