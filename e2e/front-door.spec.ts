import { expect, test } from './fixtures.ts'

test('a new installation lets its first owner in, and nobody else @postgresql', async ({
  page,
  adminEmail,
  adminPassword,
}) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/sign-in/)
  await page.getByLabel('E-mail').fill(adminEmail)
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toBeVisible()
  await expect(page).toHaveURL(/\/sign-in/)

  await page.getByLabel('Password').fill(adminPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).not.toHaveURL(/\/sign-in/)
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
})

test('a management key opens the API, and a wrong one does not @postgresql', async ({ request, apiKey }) => {
  const list = (key: string) =>
    request.get('/api/v1/connections?tenant=none.example&product=none', {
      headers: { authorization: `Api-Key ${key}` },
    })
  const answer = await list(apiKey)
  expect(answer.status()).toBe(200)
  expect(await answer.json()).toEqual([])
  expect((await list('a-key-that-nobody-was-given')).status()).toBe(401)
})
