import { expect, test, visit } from './fixtures.ts'

test('an admin finds out why somebody was refused @postgresql', async ({
  portal: page,
  api,
  server,
  identityProvider,
  expectTrouble,
}) => {
  const tenant = 'vandelay'
  const redirectUrl = `${server.url}/demo/callback`
  const rawMetadata = await identityProvider.metadata()
  const { clientID } = await api.createConnection({
    tenant,
    product: 'tracing',
    name: 'Vandelay employees',
    rawMetadata,
    redirectUrl,
  })
  const acsUrl = `${server.url}/api/oauth/saml`
  const attempt = async (entityId: string) => {
    await identityProvider.configure({ acsUrl, entityId: `${server.url}/saml`, audience: entityId })
    await page.goto(`/connections/${clientID}/test`)
    await page.getByLabel('User name').fill('art.vandelay')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(/\/test\/result/)
  }
  await attempt(`${server.url}/saml`)
  await attempt('https://another.example/saml')

  await test.step('listed, and narrowed by tenant and outcome', async () => {
    await visit(page, '/traces')
    await page.getByLabel('Tenant').selectOption(tenant)
    await expect(page.getByRole('row')).toHaveCount(3)
    await page.getByLabel('Outcome').selectOption('success')
    await expect(page.getByRole('row')).toHaveCount(2)
    await expect(page.getByRole('row').last()).toContainText('art.vandelay@globex.example')
    await page.getByLabel('Outcome').selectOption('failure')
    await expect(page.getByRole('row').last()).toContainText('https://another.example/saml')
    await page.getByLabel('Product').selectOption('demo')
    await expect(page.getByText('No sign-in matches')).toBeVisible()
    await page.goBack()
  })

  await test.step('one of them, check by check', async () => {
    await visit(page, `/traces?tenant=${tenant}&outcome=failure`)
    await page.getByRole('table').getByRole('link').first().click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('another.example')
    const failed = page.getByRole('listitem').filter({ has: page.getByLabel('Failed') })
    await expect(failed).toHaveCount(1)
    await expect(failed).toContainText('Audience')
    await expect(failed).toContainText(`${server.url}/saml`)
    await expect(failed).toContainText('https://another.example/saml')
    await page.getByText('Show the message').click()
    await expect(page.getByText('<saml:Audience>').or(page.getByText('Audience>').last())).toBeVisible()
    await page.getByRole('link', { name: 'Vandelay employees' }).click()
    await expect(page.getByRole('heading', { name: 'Vandelay employees', level: 1 })).toBeVisible()
  })

  expectTrouble(/\/traces\/trc_none/)
  await page.goto('/traces/trc_none')
  await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
})
