import { expect, test, visit } from './fixtures.ts'

for (const protocol of ['SAML', 'OpenID Connect'] as const) {
  const tenant = protocol === 'SAML' ? 'library' : 'archive'

  test(`${protocol}: an admin decides in the portal who of a connection gets in, and sees it before it holds @postgresql`, async ({
    portal: page,
    desk,
    api,
    application,
    server,
    request,
  }) => {
    await api.createTenant({ slug: tenant, name: tenant })
    const idp = `${server.url}/test-idp/${tenant}`
    const upstream =
      protocol === 'SAML'
        ? { rawMetadata: await (await request.get(`${idp}/metadata`)).text() }
        : {
            oidcDiscoveryUrl: `${idp}/oidc`,
            oidcClientId: 'the-client',
            oidcClientSecret: 'the secret of the client',
          }
    const { redirectUrl } = application
    const { clientID } = await api.createConnection({
      tenant,
      product: 'crm',
      name: 'Readers',
      redirectUrl,
      ...upstream,
    })
    const enter = async (person: string) => {
      await desk.goto(`${application.url}/sign-in?tenant=${tenant}&product=crm`)
      await desk.getByRole('radio', { name: person }).check()
      await desk.getByRole('button', { name: 'Sign in' }).click()
    }
    const welcome = desk.getByRole('heading', { name: 'Welcome' })
    const refused = desk.getByRole('heading', { name: 'Not signed in' })

    await test.step('as it is made, everybody the identity provider knows gets in', async () => {
      await enter('Demo Engineer')
      await expect(welcome).toBeVisible()
    })

    await test.step('only who is there: tried on the sign-ins there were before it is saved', async () => {
      await visit(page, `/connections/${clientID}/people`)
      await page.getByRole('radio', { name: /^Only people who are users already/ }).check()
      await page.getByLabel('Trust the e-mail addresses of this connection').check()
      await page.getByLabel('On whom').selectOption('traces')
      await page.getByRole('button', { name: 'Run it' }).click()
      await expect(page.getByText(`engineer@${tenant}.example`).first()).toBeVisible()
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText('Saved. It holds from the next sign-in.')).toBeVisible()
      await enter('Demo Engineer')
      await expect(refused).toBeVisible()
      await visit(page, `/traces?tenant=${tenant}&outcome=failure`)
      await expect(page.getByRole('table')).toContainText('nobody in the directory')
    })

    await test.step('somebody in the directory is recognised, and their name is brought up to date', async () => {
      await api.createUser({ tenant, email: `engineer@${tenant}.example`, firstName: 'Old' })
      await enter('Demo Engineer')
      await expect(welcome).toBeVisible()
      await expect(desk.getByText('"firstName": "Demo"').first()).toBeVisible()
    })

    await test.step('whoever is new becomes a user', async () => {
      await visit(page, `/connections/${clientID}/people`)
      await page.getByRole('radio', { name: /^Make users by themselves/ }).check()
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText('Saved. It holds from the next sign-in.')).toBeVisible()
      await enter('Demo Analyst')
      await expect(welcome).toBeVisible()
      await visit(page, `/users?tenant=${tenant}`)
      await expect(page.getByRole('table')).toContainText(`analyst@${tenant}.example`)
    })

    await test.step('whoever is new waits, is approved, and goes on from the page they wait on', async () => {
      await visit(page, `/connections/${clientID}/people`)
      await page.getByRole('radio', { name: /^Make users, once you approve/ }).check()
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText('Saved. It holds from the next sign-in.')).toBeVisible()
      await enter('Demo Contractor')
      await expect(desk.getByRole('heading', { name: 'Your request is on its way' })).toBeVisible()
      await api.approveJoinRequest(`contractor@${tenant}.example`)
      await desk.getByRole('link', { name: 'Try again' }).click()
      await desk.getByRole('radio', { name: 'Demo Contractor' }).check()
      await desk.getByRole('button', { name: 'Sign in' }).click()
      await expect(welcome).toBeVisible()
    })
  })
}
