import type { Page } from '@playwright/test'

/** What people type at our own sign-in pages. */

/** At the login page: first the address, then the password it leads to. */
export async function enterPassword(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Work e-mail address').fill(email)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** At the sign-in to the account: both on one page. */
export async function enterAccount(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Work e-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}
