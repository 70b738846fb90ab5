import type { Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'

/** The app on a person's phone: keeps the secret it was shown, and shows a code. */
export type AuthenticatorApp = { code(stepsLater?: number): string }

export function authenticatorApp(shownSecret: string): AuthenticatorApp {
  const secret = Secret.fromBase32(shownSecret.replaceAll(' ', ''))
  return {
    code: (stepsLater = 0) => TOTP.generate({ secret, timestamp: Date.now() + stepsLater * 30_000 }),
  }
}

/** Reads the secret off the page that shows it, as a person does who cannot scan it, and types the first code. */
export async function typeFirstCode(page: Page): Promise<AuthenticatorApp> {
  await page.getByText('You cannot scan it?').click()
  const app = authenticatorApp((await page.locator('pre.code').textContent()) ?? '')
  await page.getByLabel('Code', { exact: true }).fill(app.code())
  await page.getByRole('button', { name: 'Set up', exact: true }).click()
  return app
}
