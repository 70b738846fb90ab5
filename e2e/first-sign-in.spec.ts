import { expect, signIn, test } from './fixtures.ts'

test('a newcomer signs in through SAML, then sees a fault caught, and finds it in the portal @postgresql', async ({
  page,
  expectTrouble,
  adminEmail,
  adminPassword,
}) => {
  await page.goto('/demo')
  await page.getByRole('link', { name: 'Sign in with SAML' }).click()
  await expect(page.getByText('anyone can sign in as anyone')).toBeVisible()
  await page.getByRole('radio', { name: 'Demo Analyst' }).check()
  await page.getByRole('button', { name: 'Sign in' }).click()

  await expect(page.getByRole('heading', { name: 'Signed in as Demo Analyst' })).toBeVisible()
  const profile = page.locator('section', { has: page.getByRole('heading', { name: 'Profile' }) })
  await expect(profile.getByText('analyst@acme.example')).toBeVisible()
  await expect(profile.getByText('everyone, finance')).toBeVisible()
  await expect(page.getByText('Claims of the ID token')).toBeVisible()
  await expect(
    page.getByText(/^The SAML answer, before anybody was signed in\. All \d+ checks passed/),
  ).toBeVisible()

  await page.getByRole('link', { name: 'Back to the start of the demo' }).click()
  await page.getByRole('link', { name: 'Try a fault' }).click()
  await page.getByText('Send a faulty response').click()
  await page.getByRole('radio', { name: 'For another audience' }).check()
  expectTrouble(/\/demo\/callback/)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'The sign-in was refused' })).toBeVisible()
  const sentence = await page.getByRole('alert').innerText()
  expect(sentence).toMatch(/audience|entity ID/i)
  const failed = page.locator('section', {
    has: page.getByRole('heading', { name: 'The check that failed' }),
  })
  await expect(failed.getByText('Audience')).toBeVisible()
  await expect(failed.getByText('Expected')).toBeVisible()
  const tracePath = await page.getByRole('link', { name: 'See it in the portal' }).getAttribute('href')

  await signIn(page, { adminEmail, adminPassword })
  await page.goto(tracePath!)
  const [what, ...whatToDo] = sentence.split(/(?<=\.) (?=In )/)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(what!)
  await expect(page.getByRole('main')).toContainText(whatToDo.join(' '))
  await expect(page.getByText('Show the message')).toBeVisible()
})

test('whoever follows a link into the portal signs in first, and is then where it leads', async ({
  page,
  adminEmail,
  adminPassword,
}) => {
  await page.goto('/demo/sign-in')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'See it in the portal' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await page.getByLabel('E-mail').fill(adminEmail)
  await page.getByLabel('Password').fill(adminPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/traces\/trc_/)
})
