import { expect, test, visit } from './fixtures.ts'

const redirectUrl = 'https://app.acme.example/callback'

test('metadata that is none gives a sentence, and nothing typed is lost @postgresql', async ({
  portal: page,
  identityProvider,
}) => {
  await visit(page, '/connections/new')
  const acsUrl = await page
    .getByText(/\/api\/oauth\/saml\//)
    .first()
    .innerText()
  await page.getByLabel('Tenant', { exact: true }).fill('hooli')
  await page.getByLabel('Product').fill('crm')
  await page.getByLabel('Name').fill('Hooli employees')
  await page.getByLabel('Default redirect URL').fill(redirectUrl)
  for (const wrong of ['this is not XML', '<a><b></a>', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<a/>']) {
    await page.getByLabel('Metadata (XML)').fill(wrong)
    await expect(page.getByText('This is not usable metadata')).toBeVisible()
    await page.getByRole('button', { name: 'Create connection' }).click()
    await expect(page).toHaveURL(/\/connections\/new/)
  }
  await expect(page.getByLabel('Tenant', { exact: true })).toHaveValue('hooli')
  await expect(page.getByLabel('Product')).toHaveValue('crm')
  await expect(page.getByLabel('Name')).toHaveValue('Hooli employees')
  await expect(page.getByLabel('Default redirect URL')).toHaveValue(redirectUrl)

  await page.getByLabel('Default redirect URL').fill('not an address')
  await page.getByLabel('Metadata (XML)').fill(await identityProvider.metadata())
  await page.getByRole('button', { name: 'Create connection' }).click()
  await expect(page.getByText(/^Enter a whole address/)).toBeVisible()
  await page.getByLabel('Default redirect URL').fill(redirectUrl)
  await page.getByRole('button', { name: 'Create connection' }).click()
  await expect(page.getByRole('heading', { name: 'Hooli employees', level: 1 })).toBeVisible()
  await page.getByRole('link', { name: 'Values to copy' }).click()
  await expect(page.getByText(acsUrl, { exact: true }).first()).toBeVisible()
})

test('a connection is found, filtered, edited and deleted @postgresql', async ({
  portal: page,
  api,
  identityProvider,
  expectTrouble,
}) => {
  const rawMetadata = await identityProvider.metadata()
  const connection = { product: 'sorting', rawMetadata, redirectUrl }
  const { clientID, clientSecret } = await api.createConnection({
    ...connection,
    tenant: 'soylent',
    name: 'Soylent employees',
  })
  await api.createConnection({ ...connection, tenant: 'tyrell', name: 'Tyrell employees' })

  await test.step('found and filtered', async () => {
    await visit(page, '/connections')
    await page.getByRole('searchbox').fill('soylent')
    await expect(page.getByRole('row')).toHaveCount(2)
    await page.getByRole('searchbox').fill('')
    await page.getByLabel('Product').selectOption('sorting')
    await expect(page.getByRole('row')).toHaveCount(3)
    await page.getByLabel('State', { exact: true }).selectOption('deactivated')
    await expect(page.getByText('No connection matches')).toBeVisible()
    await visit(page, '/connections?product=sorting&state=active')
    await page.getByRole('link', { name: 'Soylent employees' }).click()
  })

  await test.step('its secret is shown on demand', async () => {
    await page.getByRole('link', { name: 'Values to copy' }).click()
    await expect(page.getByText(clientID, { exact: true })).toBeVisible()
    await expect(page.getByText(clientSecret)).toBeHidden()
    await page.getByRole('button', { name: 'Show Client secret' }).click()
    await expect(page.getByText(clientSecret)).toBeVisible()
  })

  await test.step('edited', async () => {
    await page.getByRole('link', { name: 'Settings', exact: true }).last().click()
    await page.getByLabel('Name optional', { exact: true }).fill('Soylent staff')
    await page
      .getByLabel('Further redirect URLs')
      .fill('https://*.acme.example/callback\njavascript:alert(1)')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await expect(page.getByText(/This is not an address that can be allowed: javascript:/)).toBeVisible()
    await page.getByLabel('Further redirect URLs').fill('https://*.acme.example/callback')
    await page.getByLabel('Ask for the password every time').check({ force: true })
    await page.getByRole('button', { name: 'Save changes' }).click()
    await expect(page.getByRole('heading', { name: 'Soylent staff', level: 1 })).toBeVisible()
    await page.reload()
    await expect(page.getByLabel('Further redirect URLs')).toHaveValue('https://*.acme.example/callback')
    await expect(page.getByLabel('Ask for the password every time')).toBeChecked()
  })

  await test.step('deleted', async () => {
    await page.getByRole('button', { name: 'Delete connection' }).click()
    const question = page.getByRole('dialog', { name: 'Delete Soylent staff?' })
    await question.getByLabel('Type soylent to confirm').fill('soylent')
    await question.getByRole('button', { name: 'Delete connection' }).click()
    await expect(page).not.toHaveURL(new RegExp(clientID))
    expectTrouble(/\/connections\//)
    await visit(page, `/connections/${clientID}`)
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  })
})
