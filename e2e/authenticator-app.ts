import type { Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'

/** The app on a person's phone: keeps the secret it was shown, and shows a code. */
export type AuthenticatorApp = { code(stepsLater?: number): string }

/** Reads the secret off the page that shows it, as a person does who cannot scan it, and types the first code. */
export async function typeFirstCode(page: Page): Promise<AuthenticatorApp> {
  await page.getByText('You cannot scan it?').click()
  const key = (await page.locator('pre.code').textContent()) ?? ''
  const secret = Secret.fromBase32(key.replaceAll(' ', ''))
  const app = {
    code: (stepsLater = 0) => TOTP.generate({ secret, timestamp: Date.now() + stepsLater * 30_000 }),
  }
  await page.getByLabel('Code').fill(app.code())
  await page.getByRole('button', { name: 'Set up', exact: true }).click()
  return app
}
