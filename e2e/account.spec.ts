import { expect, signIn, test, visit } from './fixtures.ts'

test.use({ serverFor: 'account' })
test.describe.configure({ mode: 'serial' })

test('a session is ended from another browser, and its cookie is worth nothing then @postgresql', async ({
  page,
  server,
  browser,
  watch,
}) => {
  const lost = await browser.newContext({ baseURL: server.url })
  watch.context(lost)
  const lostPage = await lost.newPage()
  await signIn(lostPage, server)
  await signIn(page, server)
  await visit(page, '/settings/account')
  await page.getByRole('button', { name: 'End', exact: true }).click()
  await page
    .getByRole('dialog', { name: 'End this session?' })
    .getByRole('button', { name: 'End session' })
    .click()
  await expect(page.getByRole('button', { name: 'End', exact: true })).toBeHidden()
  await lostPage.goto('/tenants')
  await expect(lostPage).toHaveURL(/\/sign-in/)
  await visit(page, '/tenants')
  await expect(page.getByRole('heading', { name: 'Tenants', level: 1 })).toBeVisible()
  await lost.close()
})

test('signing out ends the session on the server: the old cookie does not come back to life @postgresql', async ({
  page,
  context,
  server,
}) => {
  await signIn(page, server)
  const cookies = await context.cookies()
  await page.getByRole('button', { name: /Owner/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await context.addCookies(cookies)
  await visit(page, '/tenants')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('a changed password holds at once and ends the other sessions @postgresql', async ({
  page,
  server,
  browser,
  watch,
}) => {
  const other = await browser.newContext({ baseURL: server.url })
  watch.context(other)
  const otherPage = await other.newPage()
  await signIn(otherPage, server)
  await signIn(page, server)
  await visit(page, '/settings/account')
  const change = async (current: string, next: string, again = next) => {
    await page.getByLabel('Current password').fill(current)
    await page.getByLabel('New password', { exact: true }).fill(next)
    await page.getByLabel('New password, again').fill(again)
    await page.getByRole('button', { name: 'Change password' }).click()
  }
  const next = 'a longer password than before'
  await change('not my password', next)
  await expect(page.getByText('This is not your current password.')).toBeVisible()
  await change(server.adminPassword, next, 'something else')
  await expect(page.getByText('The two do not match')).toBeVisible()
  await change(server.adminPassword, 'short')
  await expect(page.getByText(/12 characters/).first()).toBeVisible()
  await change(server.adminPassword, next)
  await expect(page.getByText(/Your password is changed/)).toBeVisible()

  await visit(page, '/tenants')
  await expect(page.getByRole('heading', { name: 'Tenants', level: 1 })).toBeVisible()
  await otherPage.goto('/tenants')
  await expect(otherPage).toHaveURL(/\/sign-in/)
  await otherPage.getByLabel('E-mail').fill(server.adminEmail)
  await otherPage.getByLabel('Password').fill(server.adminPassword)
  await otherPage.getByRole('button', { name: 'Sign in' }).click()
  await expect(otherPage.getByText(/do not belong together/)).toBeVisible()
  await signIn(otherPage, { adminEmail: server.adminEmail, adminPassword: next })
  await other.close()
})
