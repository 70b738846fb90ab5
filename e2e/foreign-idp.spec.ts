import type { Page } from '@playwright/test'
import { expect, test, visit } from './fixtures.ts'
import type { TestApplication } from './test-application.ts'

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

test('an admin connects a foreign identity provider, and its people get in while they should @postgresql', async ({
  portal: page,
  identityProvider,
  application,
  desk,
  watch,
}) => {
  await createTenant(page, 'Globex Corporation', 'globex')

  await test.step('the values of the page go into the identity provider, its metadata into the page', async () => {
    await page.getByRole('link', { name: 'New connection' }).first().click()
    await expect(page.getByLabel('Tenant', { exact: true })).toHaveValue('globex')
    await identityProvider.configure({
      acsUrl: await copied(page, 'ACS URL'),
      entityId: await copied(page, 'Entity ID'),
    })
    await page.getByLabel('Product').fill('crm')
    await page.getByLabel('Name').fill('Globex employees')
    await page.getByLabel('Metadata (XML)').fill(await identityProvider.metadata())
    await expect(page.getByText(identityProvider.metadataUrl)).toBeVisible()
    await expect(page.getByText('CN=Globex sign-in')).toBeVisible()
    await page.getByLabel('Default redirect URL').fill(application.redirectUrl)
    await page.getByRole('button', { name: 'Create connection' }).click()
    await expect(page.getByText('The connection is ready to be tested')).toBeVisible()
  })
  const connectionPath = new URL(page.url()).pathname

  await test.step('the test sign-in shows that it works', async () => {
    await testSignIn(page, 'alex.analyst')
    await expect(page.getByText(/^It works\./)).toBeVisible()
    await expect(page.getByText(/All \d+ checks passed/)).toBeVisible()
    await expect(page.getByText('alex.analyst@globex.example').first()).toBeVisible()
  })

  await test.step('an employee signs in, and the application gets the profile', async () => {
    await enter(desk, application, 'erin.engineer')
    await expect(desk.getByRole('heading', { name: 'Welcome' })).toBeVisible()
    expect(await shown(desk)).toMatchObject({
      email: 'erin.engineer@globex.example',
      firstName: 'Erin',
      lastName: 'Engineer',
    })
  })

  await test.step('deactivated: refused with a clear outcome and a trace', async () => {
    await visit(page, `${connectionPath}/settings`)
    await page.getByRole('button', { name: 'Deactivate', exact: true }).click()
    await page
      .getByRole('dialog', { name: /^Deactivate/ })
      .getByRole('button', { name: 'Deactivate' })
      .click()
    await expect(page.getByRole('button', { name: 'Activate', exact: true })).toBeVisible()
    watch.expect(/\/api\/oauth\/authorize/)
    await desk.goto(signInAddress(application))
    await expectRefusal(desk, page, /deactivated/)
    await visit(page, `${connectionPath}/settings`)
    await page.getByRole('button', { name: 'Activate', exact: true }).click()
    await page
      .getByRole('dialog', { name: /^Activate/ })
      .getByRole('button', { name: 'Activate' })
      .click()
    await expect(page.getByRole('button', { name: 'Deactivate', exact: true })).toBeVisible()
    await enter(desk, application, 'erin.engineer')
    await expect(desk.getByRole('heading', { name: 'Welcome' })).toBeVisible()
  })

  await test.step('a new certificate there: refused until its metadata is replaced here', async () => {
    await identityProvider.replaceKey()
    await enter(desk, application, 'erin.engineer')
    await expectRefusal(desk, page, /certificate we do not know/)
    await visit(page, connectionPath)
    await page.getByRole('button', { name: 'Replace metadata' }).click()
    const dialog = page.getByRole('dialog', { name: 'Replace metadata' })
    await dialog.getByLabel('Metadata (XML)').fill(await identityProvider.metadata())
    await expect(dialog.getByText('CN=Globex sign-in')).toBeVisible()
    await dialog.getByRole('button', { name: 'Replace', exact: true }).click()
    await expect(dialog).toBeHidden()
    await enter(desk, application, 'erin.engineer')
    await expect(desk.getByRole('heading', { name: 'Welcome' })).toBeVisible()
  })
})

test('metadata comes from a file as well, and the answers may be signed as a whole and encrypted @postgresql', async ({
  portal: page,
  identityProvider,
  application,
}) => {
  await visit(page, '/connections/new?tenant=initech')
  const values = { acsUrl: await copied(page, 'ACS URL'), entityId: await copied(page, 'Entity ID') }
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download' }).click()
  const pem = await readAll(await (await download).createReadStream())
  const certificate = pem.replace(/-----[^-]+-----|\s/g, '')
  expect(certificate).toMatch(/^MII[A-Za-z0-9+/=]{800,}$/)

  await page.getByLabel('Product').fill('crm')
  await page.getByLabel('Default redirect URL').fill(application.redirectUrl)
  await page.getByLabel('Choose a file').setInputFiles({
    name: 'metadata.xml',
    mimeType: 'application/xml',
    buffer: Buffer.from(await identityProvider.metadata()),
  })
  await expect(page.getByText('CN=Globex sign-in')).toBeVisible()
  await page.getByRole('button', { name: 'Create connection' }).click()
  await expect(page.getByText('The connection is ready to be tested')).toBeVisible()
  const path = new URL(page.url()).pathname

  for (const way of [
    { sign: 'message', encrypt: false },
    { sign: 'assertion', encrypt: true },
    { sign: 'both', encrypt: true },
  ] as const) {
    await identityProvider.configure({ ...values, certificate, ...way })
    await visit(page, path)
    await testSignIn(page, 'sam.support')
    await expect(page.getByText(/^It works\./), JSON.stringify(way)).toBeVisible()
  }
})

test('metadata comes from its address, a key exchanged there is found by the sign-in that needs it, and it is read again by hand', async ({
  portal: page,
  identityProvider,
  application,
}) => {
  await visit(page, '/connections/new?tenant=umbrella')
  await identityProvider.configure({
    acsUrl: await copied(page, 'ACS URL'),
    entityId: await copied(page, 'Entity ID'),
  })
  await page.getByLabel('Product').fill('crm')
  await page.getByLabel('Default redirect URL').fill(application.redirectUrl)
  await page.getByText('Address', { exact: true }).click()
  await page.getByLabel('Address of the metadata').fill(identityProvider.metadataUrl)
  await page.getByRole('button', { name: 'Read it' }).click()
  await expect(page.getByText('CN=Globex sign-in')).toBeVisible()
  await page.getByRole('button', { name: 'Create connection' }).click()
  await expect(page.getByText('The connection is ready to be tested')).toBeVisible()
  const path = new URL(page.url()).pathname

  await identityProvider.replaceKey()
  await testSignIn(page, 'sam.support')
  await expect(page.getByText(/^It works\./)).toBeVisible()
  await visit(page, path)
  await expect(page.getByText('CN=Globex sign-in')).toHaveCount(2)
  await page.getByRole('button', { name: 'Replace metadata' }).click()
  const dialog = page.getByRole('dialog', { name: 'Replace metadata' })
  await expect(dialog.getByLabel('Address of the metadata')).toHaveValue(identityProvider.metadataUrl)
  await dialog.getByRole('button', { name: 'Replace', exact: true }).click()
  await expect(dialog).toBeHidden()
  await testSignIn(page, 'sam.support')
  await expect(page.getByText(/^It works\./)).toBeVisible()
})

async function createTenant(page: Page, name: string, slug: string): Promise<void> {
  await visit(page, '/tenants')
  await page.getByRole('button', { name: 'New tenant' }).first().click()
  await page.getByLabel('Company name').fill(name)
  await page.getByLabel('Slug', { exact: true }).fill(slug)
  await page.getByRole('button', { name: 'Create tenant' }).click()
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
}

/** What the copy button beside a value leaves in the clipboard. */
async function copied(page: Page, label: string): Promise<string> {
  await page.getByRole('button', { name: `Copy ${label}`, exact: true }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^http/)
  const text = await page.evaluate(() => navigator.clipboard.readText())
  await expect(page.getByText(text, { exact: true }).first()).toBeVisible()
  return text
}

async function testSignIn(page: Page, user: string): Promise<void> {
  await page.getByRole('link', { name: /Test sign-in|Test again/ }).click()
  await signInThere(page, user)
  await expect(page).toHaveURL(/\/test\/result\?trace=trc_/)
}

function signInAddress(application: TestApplication): string {
  return `${application.url}/sign-in?tenant=globex&product=crm`
}

async function enter(desk: Page, application: TestApplication, user: string): Promise<void> {
  await desk.goto(signInAddress(application))
  await signInThere(desk, user)
}

/** The login page of the foreign identity provider. */
async function signInThere(page: Page, user: string): Promise<void> {
  await page.getByLabel('User name').fill(user)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function shown(desk: Page): Promise<Record<string, unknown>> {
  return JSON.parse(await desk.locator('pre').innerText())
}

/** The application, or our page, names a trace; the portal shows under it what happened. */
async function expectRefusal(desk: Page, portal: Page, sentence: RegExp): Promise<void> {
  const [trace] = await expect
    .poll(async () => /trc_[a-z0-9]{26}/.exec(await desk.locator('body').innerText()) ?? [])
    .not.toEqual([])
    .then(async () => /trc_[a-z0-9]{26}/.exec(await desk.locator('body').innerText())!)
  await portal.goto(`/traces/${trace}`)
  await expect(portal.getByRole('heading', { level: 1 })).toHaveText(sentence)
  await expect(portal.getByText('Refused').first()).toBeVisible()
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
