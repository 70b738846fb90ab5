import type { Page } from '@playwright/test'
import { expect, test, visit } from './fixtures.ts'

test('with the keyboard alone: sign in, create a tenant, sign out', async ({
  page,
  adminEmail,
  adminPassword,
}) => {
  await visit(page, '/sign-in')
  await expect(page.getByLabel('E-mail')).toBeFocused()
  await page.keyboard.type(adminEmail)
  await page.keyboard.press('Tab')
  await page.keyboard.type(adminPassword)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()

  await test.step('past the navigation by the skip link', async () => {
    await visit(page, '/tenants')
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
    await page.keyboard.press('Enter')
    await tabTo(page, 'New tenant')
  })

  await test.step('the dialog keeps the focus, Escape gives it back', async () => {
    await page.keyboard.press('Enter')
    await expect(page.getByLabel('Company name')).toBeFocused()
    for (let presses = 0; presses < 8; presses++) await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect(page.getByRole('button', { name: 'New tenant' })).toBeFocused()
  })

  await test.step('a tenant is created', async () => {
    await page.keyboard.press('Enter')
    await page.keyboard.type('Keyboard Company')
    await page.keyboard.press('Tab')
    await expect(page.getByLabel('Slug', { exact: true })).toHaveValue('keyboard-company')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Keyboard Company', level: 1 })).toBeVisible()
  })

  await test.step('what has the focus shows it', async () => {
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(showsFocus), await focused(page)).toBe(true)
    }
  })

  await test.step('out again by the menu', async () => {
    await visit(page, '/')
    await tabTo(page, /Owner/)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('menu')).toBeVisible()
    await page.keyboard.press('ArrowUp')
    await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/sign-in/)
  })
})

/** Presses Tab until the button has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole('button', { name })
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab')
    if (await button.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error(`Tab does not lead to ${name}; it led to ${await focused(page)}.`)
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? '')
}

/** Runs in the page: an outline, on the element or on what stands for it, that is not the page's default of none. */
function showsFocus(): boolean {
  const element = document.activeElement
  if (!element || element === document.body) return true
  const shown = [element, element.parentElement, element.nextElementSibling]
  return shown.some((one) => {
    if (!one) return false
    const { outlineStyle, outlineWidth } = getComputedStyle(one)
    return outlineStyle !== 'none' && outlineWidth !== '0px'
  })
}
