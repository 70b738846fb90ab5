import type { Page } from '@playwright/test'
import { startLogoutReceiver } from '../server/testing/logout-receiver.ts'
import { typeFirstCode } from './authenticator-app.ts'
import { enterAccount } from './end-user.ts'
import { expect, test, visit } from './fixtures.ts'

test('an owner makes a user, and edits them', async ({ portal: page, api }) => {
  await api.createTenant({ slug: 'atelier', name: 'Atelier' })
  await visit(page, '/users/new?tenant=atelier')
  await page.getByLabel('E-mail address').fill('ada')
  await page.getByLabel('First name').fill('Ada')
  await page.getByLabel('Last name').fill('Byron')
  await page.getByLabel('Tags').fill('office: Paris\nLondon')
  await page.getByLabel('Namespaces').fill('nobody-is-in-this')
  await page.getByRole('button', { name: 'Create user' }).click()
  await expect(page.getByText('Must be an e-mail address.')).toBeVisible()
  await expect(page.getByText('Line 2 must be written category: value.')).toBeVisible()
  await page.getByLabel('E-mail address').fill('ada@atelier.example')
  await page.getByLabel('Tags').fill('office: Paris\noffice: London')
  await page.getByRole('button', { name: 'Create user' }).click()
  await expect(page.getByText('Line 1: there is no such namespace.')).toBeVisible()
  await page.getByLabel('Namespaces').fill('')
  await page.getByRole('button', { name: 'Create user' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Ada Byron' })).toBeVisible()
  await expect(page.getByText('office: Paris, London')).toBeVisible()
  await expect(page.getByText('None is set')).toBeVisible()

  await page.getByRole('link', { name: 'Settings' }).last().click()
  await page.getByLabel('The address is confirmed').check()
  await page.getByLabel('Last name').fill('Lovelace')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await expect(page.getByRole('heading', { level: 1, name: 'Ada Lovelace' })).toBeVisible()
  // What was confirmed was the address before.
  await page.getByLabel('E-mail address').fill('ada.lovelace@atelier.example')
  await expect(page.getByLabel('The address is confirmed')).not.toBeChecked()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByText('ada.lovelace@atelier.example').first()).toBeVisible()
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByLabel('New password').fill('short')
  await page.getByRole('dialog').getByRole('button', { name: 'Set password' }).click()
  await expect(page.getByText('Must have at least 8 characters.')).toBeVisible()
  await page.getByLabel('New password').fill('the password of ada')
  await page.getByRole('dialog').getByRole('button', { name: 'Set password' }).click()
  await expect(page.getByRole('button', { name: 'Remove password' })).toBeVisible()

  await api.createUser({ tenant: 'atelier', email: 'taken@atelier.example' })
  await page.getByLabel('E-mail address').fill('Taken@atelier.example')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByText('Belongs to another user of the tenant.')).toBeVisible()

  await visit(page, '/users?query=lovelace@atelier&tenant=atelier&status=active')
  await expect(rows(page)).toHaveCount(2)
  await page.getByLabel('Status').selectOption({ label: 'Disabled' })
  await expect(page.getByText('No user matches')).toBeVisible()
  await visit(page, '/audit?query=atelier')
  await expect(
    page.getByRole('row').filter({ hasText: 'updated the user ada.lovelace@atelier.example' }),
  ).toHaveCount(2)
})

test('a user who is disabled is signed out at once, comes in again when enabled, and is gone when deleted @postgresql', async ({
  portal: page,
  api,
  desk: theirs,
  watch,
}) => {
  // A password that does not count is answered so.
  watch.expect(/401.*\/login/)
  const application = await startLogoutReceiver()
  const told = () => application.received.filter(({ method }) => method === 'POST').length
  await api.createTenant({ slug: 'leaver', name: 'Leaver' })
  const email = 'grace@leaver.example'
  const password = 'the password of grace'
  const { id } = await api.createUser({ tenant: 'leaver', email, password })
  const registration = {
    name: 'Leaver planner',
    product: 'leaver',
    type: 'confidential' as const,
    redirectUrls: [application.url],
    backchannelLogoutUrl: application.url,
    requirePkce: false,
  }
  const { clientId } = await api.createApplication(registration)
  const begin = (more: Record<string, string>) =>
    theirs.goto(
      `/api/oauth/authorize?${new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: application.url,
        scope: 'openid email',
        state: 'begun',
        ...more,
      })}`,
    )
  const typePassword = async () => {
    await begin({ login_hint: email })
    await theirs.getByRole('button', { name: 'Continue' }).click()
    await theirs.getByLabel('Password').fill(password)
    await theirs.getByRole('button', { name: 'Sign in' }).click()
  }
  const isSignedIn = async () => {
    await begin({ prompt: 'none' })
    return new URL(theirs.url()).searchParams.has('code')
  }
  await typePassword()
  await expect(theirs).toHaveURL(/code=/)
  expect(await isSignedIn()).toBe(true)

  await visit(page, `/users/${id}/sessions`)
  await expect(page.getByRole('table', { name: 'Sessions' }).getByRole('row')).toHaveCount(2)
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page.getByText('Not signed in anywhere')).toBeVisible()
  await expect.poll(told).toBe(1)
  expect(await isSignedIn()).toBe(false)

  await typePassword()
  await expect(theirs).toHaveURL(/code=/)
  await visit(page, `/users/${id}`)
  await page.getByRole('button', { name: 'Disable' }).click()
  await expect(page.getByRole('dialog')).toContainText('every session ends')
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await expect(page.getByText('Cannot sign in until enabled again.')).toBeVisible()
  expect(await isSignedIn()).toBe(false)
  await typePassword()
  await expect(theirs.getByText(/do not belong together/)).toBeVisible()

  await page.getByRole('button', { name: 'Enable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click()
  await expect(page.getByRole('main').getByRole('button', { name: 'Disable' })).toBeVisible()
  await typePassword()
  await expect(theirs).toHaveURL(/code=/)

  await visit(page, `/users/${id}/settings`)
  await page.getByRole('button', { name: 'Delete user' }).click()
  const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete user' })
  await expect(confirm).toBeDisabled()
  await page.getByLabel(`Type ${email} to confirm`).fill(email)
  await confirm.click()
  await expect(page).toHaveURL(/\/users$/)
  expect(await isSignedIn()).toBe(false)
  await visit(page, '/users?query=grace@leaver')
  await expect(page.getByText('No user matches')).toBeVisible()
  await application.close()
})

test('an owner frees somebody who lost their second step', async ({ portal: page, api, desk: theirs }) => {
  await api.createTenant({ slug: 'lighthouse', name: 'Lighthouse' })
  const email = 'keeper@lighthouse.example'
  const password = 'the password of a keeper'
  const { id } = await api.createUser({ tenant: 'lighthouse', email, password })
  await theirs.goto('/account')
  await theirs.getByRole('link', { name: 'Sign in' }).click()
  await enterAccount(theirs, email, password)
  await theirs.getByRole('button', { name: 'Set up an authenticator app' }).click()
  await typeFirstCode(theirs)
  await expect(theirs.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible()

  await visit(page, `/users/${id}`)
  await expect(page.getByText(/^One-time codes/)).toBeVisible()
  await visit(page, `/users/${id}/settings`)
  await page.getByRole('button', { name: 'Remove second step' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove second step' }).click()
  await expect(page.getByRole('heading', { name: 'Second step', exact: true })).toBeHidden()
  await visit(page, `/users/${id}`)
  await expect(page.getByText(/^One-time codes/)).toBeHidden()
})

test('an owner invites somebody, sends it again, and takes it back', async ({ portal: page, api }) => {
  await api.createTenant({ slug: 'soiree', name: 'Soirée' })
  const email = 'guest@soiree.example'
  const invite = async () => {
    await page.getByRole('button', { name: 'Invite somebody' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByLabel('Tenant')).toHaveValue('soiree')
    await dialog.getByLabel('E-mail address').fill(email)
    await dialog.getByRole('button', { name: 'Send invitation' }).click()
  }
  await visit(page, '/users/invitations?tenant=soiree')
  await invite()
  const row = page.getByRole('row').filter({ hasText: email })
  await expect(row).toContainText('Pending')
  await expect(row).toContainText('No mail server')
  await invite()
  await expect(page.getByText(`${email} is invited to "soiree" already.`, { exact: false })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()

  await row.getByRole('button', { name: 'Send again' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click()
  await expect(page.getByText(`${email} gets a new link.`)).toBeVisible()
  await row.getByRole('link', { name: email }).click()
  await expect(page.getByText('Has not accepted the invitation yet')).toBeVisible()

  await visit(page, '/users/invitations?query=guest@soiree')
  await row.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(row).toContainText('Revoked')
  await expect(row.getByRole('button')).toHaveCount(0)
  await visit(page, '/users?query=guest@soiree')
  await expect(page.getByText('No user matches')).toBeVisible()
  await visit(page, `/settings/outbox?query=${email}`)
  await expect(page.getByRole('row').filter({ hasText: email })).toHaveCount(2)
})

function rows(page: Page) {
  return page.getByRole('table', { name: 'Users' }).getByRole('row')
}
