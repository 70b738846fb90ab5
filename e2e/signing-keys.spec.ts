import type { Page } from '@playwright/test'
import { expect, test, visit } from './fixtures.ts'

test.use({ serverFor: 'signing keys' })
test.describe.configure({ mode: 'serial' })

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

async function confirm(page: Page, title: string, button: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.getByRole('button', { name: button }).click()
  await expect(dialog).toBeHidden()
}

test('the SAML key is exchanged in steps: next, current, retired, gone; sign-ins go on @postgresql', async ({
  portal: page,
  request,
}) => {
  await visit(page, '/settings/signing-keys')
  const saml = section(page, 'SAML')
  const rows = saml.getByRole('listitem')
  await expect(rows).toHaveCount(1)
  const first = await rows.first().locator('code').first().innerText()

  await saml.getByRole('button', { name: 'Make next key' }).click()
  await expect(page.getByRole('dialog')).toContainText(
    'Requests are signed with the current key until you switch.',
  )
  await confirm(page, 'Make the next key for SAML?', 'Make next key')
  await expect(rows).toHaveCount(2)
  await expect(rows.nth(1)).toContainText('Next')
  const second = await rows.nth(1).locator('code').first().innerText()
  const certificate = async (row: number) => {
    const href = await rows.nth(row).getByRole('link', { name: 'Download certificate' }).getAttribute('href')
    return (await (await request.get(href!)).text()).replace(/-----[A-Z ]+-----|\s/g, '')
  }
  const [current, next] = [await certificate(0), await certificate(1)]
  expect(next).not.toBe(current)
  const metadata = await (await request.get('/.well-known/sp-metadata')).text()
  expect(metadata.split(next)).toHaveLength(2)
  expect(metadata.indexOf(current)).toBeLessThan(metadata.indexOf(next))

  await saml.getByRole('button', { name: 'Switch now' }).click()
  await expect(page.getByRole('dialog', { name: 'Switch to the next key for SAML?' })).toContainText(
    'has not been given the new certificate',
  )
  await confirm(page, 'Switch to the next key for SAML?', 'Switch now')
  await expect(rows.first().locator('code').first()).toHaveText(second)
  await expect(rows.nth(1)).toContainText('Retired')
  await expect(rows.nth(1).locator('code').first()).toHaveText(first)
  await expect(saml.getByRole('button', { name: 'Make next key' })).toBeVisible()

  await page.goto('/demo/sign-in')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: /^Signed in as/ }).waitFor()

  await visit(page, '/settings/signing-keys')
  await rows.nth(1).getByRole('button', { name: 'Remove' }).click()
  await confirm(page, 'Remove this retired key?', 'Remove key')
  await expect(rows).toHaveCount(1)

  await visit(page, '/audit')
  for (const words of ['removed the retired key', 'switched to the next key', 'made the next key'])
    await expect(page.getByText(`${words} for SAML`).first()).toBeVisible()
})

test('a key of ID tokens cannot be switched to before everybody has read it', async ({
  portal: page,
  request,
}) => {
  await visit(page, '/settings/signing-keys')
  const tokens = section(page, 'ID tokens')
  await tokens.getByRole('button', { name: 'Make next key' }).click()
  await confirm(page, 'Make the next key for ID tokens?', 'Make next key')
  await expect(tokens.getByRole('listitem')).toHaveCount(2)
  await expect(tokens).toContainText('It can be switched to from')
  await expect(tokens.getByRole('button', { name: 'Switch now' })).toHaveCount(0)
  const { keys } = (await (await request.get('/api/oauth/jwks')).json()) as { keys: object[] }
  expect(keys).toHaveLength(2)
})
