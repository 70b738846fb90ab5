import { expect, test } from './fixtures.ts'

test.use({ javaScriptEnabled: false })
// Chromium counts the scripts it does not run as kept out by the policy.
test.beforeEach(({ expectTrouble }) => expectTrouble(/^failed: .*\.js \(csp\)$/))

test('a person whose browser runs no scripts signs in through SAML', async ({ page }) => {
  await page.goto('/demo')
  await page.getByRole('link', { name: 'Sign in with SAML' }).click()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Signing you in' })).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Signed in as Demo Engineer' })).toBeVisible()
})

test('a member signs in to the portal', async ({ page, adminEmail, adminPassword }) => {
  await page.goto('/')
  await page.getByLabel('E-mail').fill(adminEmail)
  await page.getByLabel('Password').fill(adminPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
})

test('whoever guesses passwords is told to wait @postgresql', async ({ page }) => {
  await page.goto('/sign-in')
  const attempt = async () => {
    await page.getByLabel('E-mail').fill('guessed@acme.example')
    await page.getByLabel('Password').fill('a guess')
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  for (let tries = 0; tries < 10; tries++) {
    await attempt()
    await expect(page.getByText(/do not belong together/)).toBeVisible()
  }
  await attempt()
  await expect(page.getByText('Too many tries. Wait a few minutes, then try again.')).toBeVisible()
})
