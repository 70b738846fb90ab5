import { type CustomersPage, startCustomersPage } from './customers-page.ts'
import { expect, test, visit } from './fixtures.ts'

let customersPage: CustomersPage

test.beforeAll(async () => {
  customersPage = await startCustomersPage()
})
test.afterAll(() => customersPage.stop())

test('a customer’s own login page is connected in the portal, signs people in, and its secret is exchanged @postgresql', async ({
  portal: page,
  api,
  application,
  server,
  expectTrouble,
}) => {
  await api.createTenant({ slug: 'aviato', name: 'Aviato' })
  const returnTo = server.url
  let audience = ''

  await test.step('created; the secret is shown once', async () => {
    await visit(page, '/connections/new?tenant=aviato')
    await page.getByRole('navigation', { name: 'Protocol' }).getByRole('link', { name: 'JWT' }).click()
    await expect(page.getByRole('heading', { name: 'New JWT connection', level: 1 })).toBeVisible()
    await page.getByLabel('Product').fill('surveys')
    await page.getByLabel('Name').fill('Aviato intranet')
    await page.getByLabel('SSO URL').fill('http://aviato.example/sso')
    await page.getByLabel('Default redirect URL').fill(application.redirectUrl)
    await page.getByRole('button', { name: 'Create connection' }).click()
    await expect(page.getByText(/begins with https:\/\//)).toBeVisible()
    await page.getByLabel('SSO URL').fill(customersPage.ssoUrl)
    await page.getByRole('button', { name: 'Create connection' }).click()
    await expect(page.getByText('The secret is shown this once')).toBeVisible()
    const secret = (await page.getByText(/^[\w-]{86}$/).textContent())!
    audience = new URL(server.url).host
    await expect(page.getByText(audience, { exact: true }).first()).toBeVisible()
    customersPage.configure({ returnTo, secret, audience })
    await page.getByRole('link', { name: 'I have copied it' }).click()
    await expect(page.getByRole('heading', { name: 'Aviato intranet', level: 1 })).toBeVisible()
    await expect(page.getByText('Login page of the customer')).toBeVisible()
    expect(await page.content()).not.toContain(secret)
    await page.getByRole('link', { name: 'Values to copy' }).click()
    await expect(page.getByText('How the page is built')).toBeVisible()
  })

  await test.step('tested: every check is shown', async () => {
    await page.getByRole('link', { name: 'Test sign-in' }).click()
    await page.getByLabel('Name').fill('pat')
    await page.getByRole('button', { name: 'Enter' }).click()
    await expect(page.getByText('pat@acme.example was recognised.').first()).toBeVisible()
    await expect(page.getByText('left out: Department')).toBeVisible()
    expect(page.url()).not.toContain('sso_jwt')
  })

  await test.step('people sign in; what the application passed comes back byte for byte; the token stays nowhere', async () => {
    const state = '/reports/größe?a=1&b=%26%3D%23 +"\'<>|∑🙂&a=2#top'
    const asked = new URLSearchParams({ tenant: 'aviato', product: 'surveys', state })
    asked.set('return_to_params', 'view=vote&q=a%26b%3Dc%23d')
    await page.goto(`${application.url}/sign-in?${asked}`)
    expect(new URL(page.url()).searchParams.get('brand')).toBe('acme')
    expect(new URL(page.url()).searchParams.get('return_to_params')).toBe('view=vote&q=a%26b%3Dc%23d')
    const seen: string[] = []
    page.on('request', (request) => seen.push(request.headers().referer ?? ''))
    await page.getByLabel('Name').fill('ada')
    await page.getByRole('button', { name: 'Enter' }).click()
    await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
    await expect(page.getByText('"email": "ada@acme.example"').first()).toBeVisible()
    expect(new URL(page.url()).searchParams.get('state')).toBe(state)
    expect(page.url()).not.toContain('sso_jwt')
    expect(await page.evaluate(() => document.referrer)).not.toContain('sso_jwt')
    expect(seen.join(' ')).not.toContain('sso_jwt')
  })

  await test.step('the token that was used is worth nothing to whoever finds it', async () => {
    expectTrouble(/i\/refused/)
    const token = page.waitForRequest(/sso_jwt=/)
    await page.goto(`${application.url}/sign-in?tenant=aviato&product=surveys`)
    await page.getByLabel('Name').fill('ada')
    await page.getByRole('button', { name: 'Enter' }).click()
    await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
    await page.goto((await token).url())
    await expect(page.getByRole('heading', { name: 'Sign-in did not work' })).toBeVisible()
    expect(page.url()).not.toContain('sso_jwt')
  })

  await test.step('the secret is exchanged while both work', async () => {
    await visit(page, `${server.url}/connections`)
    await page.getByRole('link', { name: 'Aviato intranet' }).click()
    await page.getByRole('button', { name: 'New secret' }).click()
    const dialog = page.getByRole('dialog', { name: 'The new secret' })
    const secret = (await dialog.getByText(/^[\w-]{86}$/).textContent())!
    await dialog.getByRole('button', { name: 'I have copied it' }).click()
    await expect(page.getByRole('button', { name: 'New secret' })).toBeDisabled()
    await page.getByRole('button', { name: 'Delete', exact: true }).first().click()
    await page.getByRole('button', { name: 'Delete secret' }).click()
    await expect(page.getByText('The only one')).toBeVisible()
    await page.goto(`${application.url}/sign-in?tenant=aviato&product=surveys`)
    await page.getByLabel('Name').fill('ada')
    await page.getByRole('button', { name: 'Enter' }).click()
    await expect(page.getByRole('heading', { name: 'Not signed in' })).toBeVisible()
    await visit(page, `${server.url}/traces?tenant=aviato&outcome=failure`)
    await page.getByRole('table').getByRole('link').first().click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('fits no secret of this connection')
    customersPage.configure({ returnTo, secret, audience })
    await page.goto(`${application.url}/sign-in?tenant=aviato&product=surveys`)
    await page.getByLabel('Name').fill('ada')
    await page.getByRole('button', { name: 'Enter' }).click()
    await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
  })
})

test('without a page at hand the built-in one is used, and its faults are explained', async ({
  portal: page,
  api,
  application,
  server,
}) => {
  await api.createTenant({ slug: 'pied-piper', name: 'Pied Piper' })
  await visit(page, '/connections/new?kind=jwt&tenant=pied-piper')
  await page.getByLabel('Product').fill('surveys')
  await page.getByLabel('Name').fill('Pied Piper test page')
  await page.getByLabel('Default redirect URL').fill(application.redirectUrl)
  await page.getByRole('button', { name: 'Use the built-in test page' }).click()
  await expect(page.getByLabel('SSO URL')).toHaveValue(`${server.url}/test-idp/pied-piper/jwt`)
  await page.getByRole('button', { name: 'Create connection' }).click()
  await page.getByRole('link', { name: 'I have copied it' }).click()
  await page.getByRole('link', { name: 'Test sign-in' }).click()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('engineer@pied-piper.example was recognised.').first()).toBeVisible()

  await page.goto(`${application.url}/sign-in?tenant=pied-piper&product=surveys`)
  await page.getByText('Send a faulty response').click()
  await page.getByRole('radio', { name: 'Milliseconds' }).check()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Not signed in' })).toBeVisible()
  await visit(page, `${server.url}/traces?tenant=pied-piper&outcome=failure`)
  await page.getByRole('table').getByRole('link').first().click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('a time in milliseconds')
})
