import type { Page } from '@playwright/test'
import { expect, test, visit } from './fixtures.ts'

/** The value the page shows under that name, beside its copy button. */
const shownValue = (page: Page, label: string) =>
  page.getByText(label, { exact: true }).locator('xpath=following-sibling::div[1]').getByRole('code')

const part = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Parts of this application' }).getByRole('link', { name })

async function fill(page: Page, values: { type: string; name: string; product: string; urls: string[] }) {
  await page.getByRole('radio', { name: values.type }).check()
  await page.getByLabel('Name', { exact: true }).fill(values.name)
  await page.getByLabel('Product', { exact: true }).fill(values.product)
  await page.getByLabel('Redirect URLs', { exact: true }).fill(values.urls.join('\n'))
  await page.getByRole('button', { name: 'Create application' }).click()
}

test('a web application is made, its secret exchanged without downtime, changed and deleted @postgresql', async ({
  portal: page,
  server,
  expectTrouble,
}) => {
  let secret = ''
  await test.step('made, with its secret and code to copy', async () => {
    await visit(page, '/applications')
    await page.getByRole('link', { name: 'New application' }).first().click()
    await fill(page, {
      type: 'Web application with a server',
      name: 'Wayne CRM',
      product: 'wayne',
      urls: ['https://crm.wayne.example/api/auth/callback/wayne'],
    })
    await expect(page.getByRole('heading', { name: 'Wayne CRM', level: 1 })).toBeVisible()
    secret = (await shownValue(page, 'Client secret').textContent()) ?? ''
    expect(secret).toMatch(/^vcs_[A-Za-z0-9_-]{43}$/)
    const clientId = (await shownValue(page, 'Client ID').textContent()) ?? ''
    expect(clientId).toMatch(/^vc_[A-Za-z0-9_-]{27}$/)
    for (const library of ['next-auth 4', 'Auth.js', 'openid-client 6', 'curl']) {
      await page.getByRole('tab', { name: library }).click()
      const blocks = page.getByRole('tabpanel', { name: library }).locator('pre')
      const code = (await blocks.allTextContents()).join('\n')
      expect(code).toContain(clientId)
      expect(code).toContain(server.url)
      expect(code).toContain(secret)
    }
  })

  await test.step('copied', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy Terminal for curl' }).click()
    await expect(page.getByText('Copied Terminal for curl')).toBeAttached()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(secret)
  })

  await test.step('afterwards the secret is nowhere', async () => {
    await page.getByRole('link', { name: 'Open the application' }).click()
    await expect(page.getByText(`…${secret.slice(-4)}`)).toBeVisible()
    expect(await page.content()).not.toContain(secret)
    await part(page, 'Code to copy').click()
    await expect(page.getByText('VESTIBULE_CLIENT_SECRET=THE_CLIENT_SECRET')).toBeVisible()
    expect(await page.content()).not.toContain(secret)
    await part(page, 'Overview').click()
  })

  await test.step('a second secret, and the first goes', async () => {
    const secrets = page.getByRole('table', { name: 'Secrets' })
    await expect(secrets.getByText('The only one')).toBeVisible()
    await page.getByRole('button', { name: 'New secret' }).click()
    const dialog = page.getByRole('dialog', { name: 'The new secret' })
    const second = (await shownValue(page, 'Client secret').textContent()) ?? ''
    expect(second).toMatch(/^vcs_[A-Za-z0-9_-]{43}$/)
    await dialog.getByRole('button', { name: 'I have copied it' }).click()
    await expect(secrets.getByRole('row')).toHaveCount(3)
    await expect(page.getByRole('button', { name: 'New secret' })).toBeDisabled()
    const old = secrets.getByRole('row').filter({ hasText: `…${secret.slice(-4)}` })
    await old.getByRole('button', { name: 'Delete' }).click()
    const question = page.getByRole('dialog', { name: `Delete the secret that ends in ${secret.slice(-4)}?` })
    await expect(question.getByText('It was never used.')).toBeVisible()
    await question.getByRole('button', { name: 'Delete secret' }).click()
    await expect(secrets.getByRole('row')).toHaveCount(2)
    await expect(secrets.getByText(`…${second.slice(-4)}`)).toBeVisible()
    await expect(secrets.getByText('The only one')).toBeVisible()
  })

  await test.step('settings are refused at their field, then saved', async () => {
    await part(page, 'Settings').click()
    const save = page.getByRole('button', { name: 'Save changes' })
    await page.getByLabel('Back-channel sign-out URL').fill('http://crm.wayne.example/out')
    await save.click()
    await expect(page.getByText(/Must be an https address/)).toBeVisible()
    await page.getByLabel('Back-channel sign-out URL').fill('https://crm.wayne.example/out')
    await page.getByLabel('How it proves who it is').selectOption('private_key_jwt')
    await page.getByLabel(/^Public keys/).fill('{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}')
    await save.click()
    await expect(page.getByText(/must be a public key of type/)).toBeVisible()
    await page.getByLabel('How it proves who it is').selectOption('client_secret_post')
    await save.click()
    await expect(page.getByText('Saved. It holds from the next request.')).toBeVisible()
    await page.reload()
    await expect(page.getByLabel('How it proves who it is')).toHaveValue('client_secret_post')
    await expect(page.getByLabel('Back-channel sign-out URL')).toHaveValue('https://crm.wayne.example/out')
  })

  await test.step('deleted only when its name is typed', async () => {
    const { pathname } = new URL(page.url())
    await visit(page, pathname)
    await page.getByRole('button', { name: 'Delete application' }).click()
    const question = page.getByRole('dialog', { name: 'Delete Wayne CRM?' })
    const confirm = question.getByRole('button', { name: 'Delete application' })
    await expect(confirm).toBeDisabled()
    await question.getByLabel('Type Wayne CRM to confirm').fill('Wayne CRM')
    await confirm.click()
    await expect(page).toHaveURL(/\/applications$/)
    expectTrouble(/\/applications\/app_/)
    await visit(page, pathname)
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  })
})

test('a single-page application and an app are made, found and told apart', async ({ portal: page, api }) => {
  await test.step('a single-page application', async () => {
    await visit(page, '/applications/new')
    await fill(page, {
      type: 'Single-page application',
      name: 'Stark Board',
      product: 'stark',
      urls: ['http://board.stark.example/cb'],
    })
    await expect(page.getByText(/Line 1 must be a whole https address/)).toBeVisible()
    await page.getByLabel('Redirect URLs').fill('https://board.stark.example/cb')
    await page.getByRole('button', { name: 'Create application' }).click()
    await expect(page.getByText('It has no secret to keep')).toBeVisible()
    await expect(page.getByText('Client secret')).toHaveCount(0)
    await expect(page.getByRole('tab')).toHaveText(['openid-client 6', 'curl'])
    await page.getByRole('link', { name: 'Open the application' }).click()
    await expect(page.getByRole('heading', { name: 'It has no secret' })).toBeVisible()
  })

  await test.step('an app, by a scheme and by loopback', async () => {
    await visit(page, '/applications/new')
    await fill(page, {
      type: 'Mobile or desktop app',
      name: 'Stark Mobile',
      product: 'stark',
      urls: ['example.stark.app:/cb', 'http://127.0.0.1/cb'],
    })
    await expect(page.getByRole('heading', { name: 'Stark Mobile', level: 1 })).toBeVisible()
    await page.getByRole('link', { name: 'Open the application' }).click()
    await part(page, 'Settings').click()
    await page.getByText('Unusual settings').click()
    await expect(page.getByLabel('Require pushed requests (PAR)')).toBeVisible()
    await expect(page.getByLabel('How it proves who it is')).toHaveCount(0)
    await expect(page.getByLabel('Require PKCE')).toHaveCount(0)
  })

  await test.step('both are found by name and by product, with the connections of their product', async () => {
    await api.createApplication({
      name: 'Elsewhere',
      product: 'elsewhere',
      type: 'public',
      redirectUrls: ['https://elsewhere.example/cb'],
    })
    await visit(page, '/applications')
    await page.getByLabel('Product').selectOption('stark')
    const table = page.getByRole('table', { name: 'Applications' })
    await expect(table.getByRole('row')).toHaveCount(3)
    await page.getByRole('searchbox').fill('mobile')
    await expect(table.getByRole('row')).toHaveCount(2)
    await expect(table.getByText('Mobile or desktop')).toBeVisible()
    await table.getByRole('link', { name: 'Stark Mobile' }).click()
    const connections = page.getByRole('region', { name: 'Your connections for this product' })
    await expect(connections.getByText('No connection for this product yet')).toBeVisible()
  })
})
