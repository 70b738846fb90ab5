import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { makePublicApplication } from './public-application.ts'

const password = 'the password of a guest'

async function enter(page: Page, label: string, text: string, button: string): Promise<void> {
  await page.getByLabel(label).fill(text)
  await page.getByRole('button', { name: button, exact: true }).click()
}

test.describe('a person whose browser runs no scripts', () => {
  test.use({ javaScriptEnabled: false })
  test.beforeEach(({ expectTrouble }) => expectTrouble(/^failed: .*\.js \(csp\)$/))

  test('says who they are, mistypes the password once, and is let in @postgresql', async ({
    page,
    api,
    expectTrouble,
  }) => {
    expectTrouble(/401/)
    const application = await makePublicApplication(api, 'reception', { state: 'remember me' })
    await api.createTenant({ slug: 'lodge', name: 'Lodge' })
    await api.createUser({ tenant: 'lodge', email: 'guest@lodge.example', password })
    await page.goto(application.begin())
    await expect(page.getByText('to The reception desk')).toBeVisible()
    await enter(page, 'Work e-mail address', 'guest@lodge.example', 'Continue')
    await enter(page, 'Password', 'not the password', 'Sign in')
    await expect(page.getByRole('alert')).toContainText('do not belong together')
    await expect(page.getByLabel('Work e-mail address')).toHaveValue('guest@lodge.example')
    await enter(page, 'Password', password, 'Sign in')
    await expect(page).toHaveURL(new RegExp(`^${application.url}.*code=.*state=remember(\\+|%20)me`))

    await page.goto(application.begin({ prompt: 'select_account' }))
    await expect(page.getByRole('heading', { name: 'Choose an account' })).toBeVisible()
    await page.getByRole('button', { name: 'guest@lodge.example' }).click()
    await expect(page).toHaveURL(/code=/)

    await page.goto(application.begin({ prompt: 'consent' }))
    await page.getByRole('button', { name: 'Do not allow' }).click()
    await expect(page).toHaveURL(/error=access_denied/)
    await application.close()
  })
})

test('the address leads to the company, whose identity provider signs the person in @postgresql', async ({
  page,
  api,
  server,
}) => {
  const application = await makePublicApplication(api, 'annex')
  await api.createTenant({ slug: 'annex', name: 'Annex' })
  await api.claimDomain({ tenant: 'annex', domain: 'annex.example', vouched: true })
  const metadata = await page.request.get(`${server.url}/test-idp/annex/metadata`)
  await api.createConnection({
    tenant: 'annex',
    product: 'annex',
    name: 'Employees of Annex',
    rawMetadata: await metadata.text(),
    redirectUrl: application.url,
  })
  await page.goto(application.begin())
  await enter(page, 'Work e-mail address', 'anybody@annex.example', 'Continue')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/code=/)

  await page.context().clearCookies({ name: 'vestibule-session' })
  await page.goto(application.begin())
  await expect(page.getByRole('button', { name: 'Continue with Employees of Annex (Annex)' })).toBeVisible()
  await application.close()
})

test('the page is small enough for a bad phone: three requests, less than 40 KB', async ({ page, api }) => {
  const application = await makePublicApplication(api, 'kiosk')
  const sizes: [string, number][] = []
  page.on('response', async (response) => {
    if (response.status() === 200) sizes.push([response.url(), (await response.body()).byteLength])
  })
  await page.goto(application.begin(), { waitUntil: 'networkidle' })
  await expect(page.getByLabel('Work e-mail address')).toBeVisible()
  const needed = sizes.filter(([url]) => !url.endsWith('.svg'))
  expect(needed.map(([url]) => new URL(url).pathname).sort()).toEqual([
    '/end-user.css',
    '/login',
    '/passkey.js',
  ])
  expect(needed.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(40_000)
  await application.close()
})
