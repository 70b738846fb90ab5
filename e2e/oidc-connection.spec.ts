import { expect, test, visit } from './fixtures.ts'

test('an OpenID provider is connected in the portal, tested, and people sign in through it @postgresql', async ({
  portal: page,
  api,
  application,
  server,
}) => {
  await api.createTenant({ slug: 'wonka', name: 'Wonka' })
  const redirectUri = `${server.url}/api/oauth/oidc`

  await test.step('the provider and the protocol are chosen, and its guide holds our own values', async () => {
    await visit(page, '/connections/new?tenant=wonka')
    await page
      .getByRole('navigation', { name: 'Protocol' })
      .getByRole('link', { name: 'OpenID Connect' })
      .click()
    await expect(page.getByRole('heading', { name: 'New OpenID Connect connection', level: 1 })).toBeVisible()
    await page.getByRole('link', { name: 'Keycloak' }).click()
    await expect(page.getByText('How it is set up in Keycloak')).toBeVisible()
    await expect(page.getByRole('listitem').filter({ hasText: `Enter ${redirectUri}` })).toBeVisible()
    await expect(page.getByLabel('Tenant', { exact: true })).toHaveValue('wonka')
  })

  await test.step('a wrong address gives a sentence, and nothing typed is lost', async () => {
    await page.getByLabel('Product').fill('crm')
    await page.getByLabel('Name').fill('Wonka employees')
    await page.getByLabel('Discovery URL').fill(`${server.url}/test-idp/nobody/oidc`)
    await page.getByLabel('Client ID').fill('the-client-at-wonka')
    await page.getByLabel('Client secret').fill('a secret nobody may see')
    await page.getByLabel('Default redirect URL').fill(application.redirectUrl)
    await page.getByRole('button', { name: 'Create connection' }).click()
    await expect(page.getByText(/^The discovery document could not be fetched: .*status 404/)).toBeVisible()
    await expect(page.getByLabel('Client ID')).toHaveValue('the-client-at-wonka')
  })

  await test.step('created; the secret is nowhere to be read', async () => {
    await page.getByLabel('Discovery URL').fill(`${server.url}/test-idp/wonka/oidc`)
    await page.getByRole('button', { name: 'Create connection' }).click()
    await expect(page.getByRole('heading', { name: 'Wonka employees', level: 1 })).toBeVisible()
    await expect(page.getByText('The connection is ready to be tested')).toBeVisible()
    await expect(page.getByText(`${server.url}/test-idp/wonka/oidc`, { exact: true })).toBeVisible()
    expect(await page.content()).not.toContain('a secret nobody may see')
    await page.getByRole('link', { name: 'Values to copy' }).click()
    await expect(page.getByText(new RegExp(`^${redirectUri}/[\\w-]+$`)).first()).toBeVisible()
  })

  await test.step('tested: every check is shown', async () => {
    await page.getByRole('link', { name: 'Test sign-in' }).click()
    await page.getByRole('radio', { name: 'Demo Analyst' }).check()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText('analyst@wonka.example was recognised.').first()).toBeVisible()
    await expect(page.getByText('Subject of userinfo')).toBeVisible()
  })

  await test.step('people sign in to the application', async () => {
    await page.goto(`${application.url}/sign-in?tenant=wonka&product=crm`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
    await expect(page.getByText('"email": "engineer@wonka.example"').first()).toBeVisible()
  })

  await test.step('a token of somebody else is caught, and the trace says what it was', async () => {
    await page.goto(`${application.url}/sign-in?tenant=wonka&product=crm`)
    await page.getByText('Send a faulty response').click()
    await page.getByRole('radio', { name: 'Of another sign-in' }).check()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { name: 'Not signed in' })).toBeVisible()
    await visit(page, `${server.url}/traces?tenant=wonka&outcome=failure`)
    await page.getByRole('table').getByRole('link').first().click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('belongs to another sign-in')
    await page.getByText('Show the message').click()
    await expect(page.getByText('"iss":').first()).toBeVisible()
  })

  await test.step('the secret is replaced, the provider stays', async () => {
    await visit(page, `${server.url}/connections`)
    await page.getByRole('link', { name: 'Wonka employees' }).click()
    await page.getByRole('button', { name: 'Change provider or secret' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change provider or secret' })
    await dialog.getByLabel('New client secret').fill('the next secret')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('It holds from the next sign-in.')).toBeVisible()
    await visit(page, `${server.url}/audit`)
    await expect(
      page
        .getByText('connection.updated')
        .or(page.getByText(/changed.*connection/i))
        .first(),
    ).toBeVisible()
    expect(await page.content()).not.toContain('the next secret')
  })
})
