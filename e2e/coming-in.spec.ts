import { expect, test, visit } from './fixtures.ts'

test.use({ serverFor: 'coming in' })
// One server, on which the number of those who wait is told.
test.describe.configure({ mode: 'serial' })

test('who signs in where admins are asked first waits, is approved, comes in, and is known from then on @postgresql', async ({
  portal: page,
  desk,
  api,
  application,
  identityProvider,
  server,
}) => {
  await api.createTenant({ slug: 'embassy', name: 'Embassy' })
  const { clientID } = await api.createConnection({
    ...{ tenant: 'embassy', product: 'crm', name: 'Embassy employees', provisioning: 'approval' },
    ...{ rawMetadata: await identityProvider.metadata(), redirectUrl: application.redirectUrl },
  })
  await identityProvider.configure({
    acsUrl: `${server.url}/api/oauth/saml/${clientID}`,
    entityId: `${server.url}/saml`,
  })
  const enter = async (user: string) => {
    await desk.goto(`${application.url}/sign-in?tenant=embassy&product=crm`)
    await desk.getByLabel('User name').fill(user)
    await desk.getByRole('button', { name: 'Sign in' }).click()
  }
  const requests = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Requests/ })

  await visit(page, '/')
  await expect(requests).toHaveText('Requests to join')
  await enter('erin.engineer')
  await expect(desk.getByRole('heading', { name: 'Your request is on its way' })).toBeVisible()
  await visit(page, '/')
  await expect(page.getByText('One person waits to be let in.')).toBeVisible()
  await expect(requests).toHaveText(/1 waiting$/)

  await requests.click()
  const erin = page.getByRole('listitem').filter({ hasText: 'erin.engineer@globex.example' })
  await expect(erin).toContainText('Erin Engineer')
  await expect(erin).toContainText('Signed in through Embassy employees')
  await erin.getByRole('link', { name: 'Erin Engineer' }).click()
  await expect(page.getByText('Asked to come in')).toBeVisible()
  await page.getByRole('link', { name: 'Requests to join' }).last().click()
  await erin.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
  await expect(page.getByText('No request matches')).toBeVisible()
  await expect(requests).toHaveText('Requests to join')
  await page.getByLabel('Status').selectOption('Approved')
  await expect(erin).toContainText('Decided by')
  await visit(page, '/settings/outbox?query=erin.engineer')
  await expect(page.getByRole('row').filter({ hasText: 'asks to join' })).toHaveCount(1)
  await expect(page.getByRole('row').filter({ hasText: 'You may sign in' })).toHaveCount(1)

  await enter('erin.engineer')
  await expect(desk.getByRole('heading', { name: 'Welcome' })).toBeVisible()

  await visit(page, '/users?query=erin.engineer')
  await page.getByRole('link', { name: 'Erin Engineer' }).click()
  const identity = page.getByRole('table', { name: 'Identities' }).getByRole('row').nth(1)
  await expect(identity).toContainText('Embassy employees')
  await expect(page.getByText('Nobody has proven this address')).toBeVisible()
  await page.getByRole('button', { name: 'Confirm address' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm address' }).click()
  await expect(page.getByText('Nobody has proven this address')).toBeHidden()
  await expect(page.getByText('Confirmed', { exact: true })).toBeVisible()
  await identity.getByRole('button', { name: 'Unlink' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click()
  await expect(page.getByText('Not known to any connection yet')).toBeVisible()
  await visit(page, '/audit?query=erin.engineer')
  await expect(page.getByRole('row').filter({ hasText: 'unlinked an identity of the user' })).toHaveCount(1)

  await enter('sam.support')
  await expect(desk.getByRole('heading', { name: 'Your request is on its way' })).toBeVisible()
  await visit(page, '/users/requests')
  const sam = page.getByRole('listitem').filter({ hasText: 'sam.support@globex.example' })
  await sam.getByRole('button', { name: 'Reject' }).click()
  await page.getByLabel('A note to them').fill('You have an account at the consulate.')
  await page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click()
  await expect(page.getByText('Nobody waits')).toBeVisible()
  await enter('sam.support')
  await expect(desk.getByRole('heading', { name: 'Not signed in' })).toBeVisible()
  await visit(page, '/users/requests?status=rejected')
  await expect(sam).toContainText('You have an account at the consulate.')
  await sam.getByRole('button', { name: 'Let them ask again' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the request' }).click()
  await expect(page.getByText('No request matches')).toBeVisible()
  await enter('sam.support')
  await expect(desk.getByRole('heading', { name: 'Your request is on its way' })).toBeVisible()
})

test('who is invited chooses a password, and is in', async ({ portal: page, desk, api }) => {
  await api.createTenant({ slug: 'gala', name: 'Gala' })
  const email = 'guest@gala.example'
  await visit(page, '/users/invitations?tenant=gala')
  await page.getByRole('button', { name: 'Invite somebody' }).first().click()
  await page.getByLabel('E-mail address').fill(email)
  await page.getByRole('button', { name: 'Send invitation' }).click()
  const row = page.getByRole('row').filter({ hasText: email })
  await row.getByRole('link', { name: /No mail server/ }).click()
  await page.getByText('Read it').click()
  const link = await page.getByRole('link', { name: /\/invite\// }).getAttribute('href')

  await desk.goto(link!)
  await desk.getByLabel('First name').fill('Gil')
  await desk.getByLabel('Last name').fill('Guest')
  await desk.getByLabel('Choose a password').fill('umbrellas under seven quiet moons')
  await desk.getByRole('button', { name: 'Accept the invitation' }).click()
  await expect(desk.getByRole('heading', { name: 'Your account is ready' })).toBeVisible()

  await visit(page, '/users/invitations?query=guest@gala')
  await expect(row).toContainText('Accepted')
  await expect(row.getByRole('button')).toHaveCount(0)
  await row.getByRole('link', { name: email }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Gil Guest' })).toBeVisible()
  await expect(page.getByText('Active', { exact: true })).toBeVisible()
  await expect(page.getByText('One is set', { exact: true })).toBeVisible()
})
