import type { Page } from '@playwright/test'
import { startLogoutReceiver } from '../server/testing/logout-receiver.ts'
import { expect, test, visit } from './fixtures.ts'

const email = 'traveller@voyage.example'
const password = 'the password of a traveller'

test('an owner sees who is signed in and ends it, and the application hears of it @postgresql', async ({
  portal: page,
  api,
  browser,
  server,
  watch,
}) => {
  const application = await startLogoutReceiver()
  const told = () => application.received.filter(({ method }) => method === 'POST').length
  await api.createTenant({ slug: 'voyage', name: 'Voyage' })
  await api.createUser({ tenant: 'voyage', email, password })
  const planner = {
    name: 'Voyage planner',
    product: 'voyage',
    type: 'confidential' as const,
    redirectUrls: [application.url],
    postLogoutRedirectUrls: [application.url],
    backchannelLogoutUrl: application.url,
    requirePkce: false,
  }
  const { clientId } = await api.createApplication(planner)
  const context = await browser.newContext({ baseURL: server.url })
  watch.context(context)
  const traveller = await context.newPage()
  const client = { clientId, redirectUrl: application.url }

  await signInTo(traveller, client)
  await visit(page, '/sessions?query=traveller')
  const sessions = page.getByRole('table', { name: 'Sessions' }).getByRole('row')
  await expect(sessions).toHaveCount(2)
  for (const text of [email, 'Voyage', 'Password', 'Voyage planner', 'Chrome'])
    await expect(sessions.nth(1)).toContainText(text)
  await sessions.nth(1).getByRole('button', { name: 'End' }).click()
  await expect(page.getByRole('dialog')).toContainText(email)
  await page.getByRole('button', { name: 'End session' }).click()
  await expect(page.getByText('No session matches')).toBeVisible()
  await expect.poll(told).toBe(1)

  await signInTo(traveller, client)
  await visit(page, '/sessions?tenant=voyage')
  await page.getByRole('button', { name: 'End all of this tenant' }).click()
  await expect(page.getByRole('dialog')).toContainText('Voyage')
  await page.getByRole('button', { name: 'End all sessions' }).click()
  await expect(page.getByText('No session matches')).toBeVisible()
  await expect.poll(told).toBe(2)

  await visit(page, '/audit?query=voyage')
  for (const text of [`ended a session of ${email}`, 'ended all sessions of the tenant Voyage'])
    await expect(page.getByRole('row').filter({ hasText: text })).toHaveCount(1)
  await context.close()
  await application.close()
})

test('a person signs out, is asked first, and is back at the application', async ({ page, api }) => {
  const application = await startLogoutReceiver()
  await api.createTenant({ slug: 'excursion', name: 'Excursion' })
  const email = 'traveller@excursion.example'
  await api.createUser({ tenant: 'excursion', email, password })
  const planner = {
    name: 'Excursion planner',
    product: 'excursion',
    type: 'confidential' as const,
    redirectUrls: [application.url],
    postLogoutRedirectUrls: [application.url],
    requirePkce: false,
  }
  const { clientId } = await api.createApplication(planner)
  const client = { clientId, redirectUrl: application.url }
  await signInTo(page, client, email)
  const leave = new URLSearchParams({
    client_id: clientId,
    post_logout_redirect_uri: application.url,
    state: 'left',
  })
  await page.goto(`/api/oauth/logout?${leave}`)
  await expect(page.getByText(email)).toBeVisible()
  await page.getByRole('button', { name: 'Stay signed in' }).click()
  await expect(page.getByRole('heading', { name: 'You are still signed in' })).toBeVisible()
  await page.goto(`/api/oauth/logout?${leave}`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(`${application.url}?state=left`)
  await signInTo(page, client, email)
  await application.close()
})

test('an owner decides how long people stay signed in', async ({ portal: page }) => {
  await visit(page, '/settings')
  await page.getByLabel('Ends when unused for').selectOption({ label: '30 days' })
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByText('Must not be longer than a sign-in lasts at most.')).toBeVisible()
  await page.getByLabel('Ends when unused for').selectOption({ label: '4 hours' })
  await page.getByLabel('Ends at the latest after').selectOption({ label: '12 hours' })
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Ends when unused for')).toHaveValue('14400')
  await expect(page.getByLabel('Ends at the latest after')).toHaveValue('43200')
  await visit(page, '/audit?query=session-limits')
  await expect(
    page.getByRole('row').filter({ hasText: 'changed how long people stay signed in' }),
  ).toHaveCount(1)
})

/** Signs in at our page with the password, which is asked for as long as nobody is signed in, and ends at the application. */
async function signInTo(
  page: Page,
  client: { clientId: string; redirectUrl: string },
  person = email,
): Promise<void> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUrl,
    scope: 'openid email',
    state: 'begun',
    login_hint: person,
  })
  await page.goto(`/api/oauth/authorize?${query}`)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/logout\?.*code=/)
}
