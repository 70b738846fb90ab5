import { expect, test, visit } from './fixtures.ts'

test('the audit log says who did what, from where, and what changed @postgresql', async ({
  portal: page,
  api,
}) => {
  await api.createTenant({ slug: 'wakanda', name: 'Wakanda' })
  await visit(page, '/tenants/wakanda')
  await page.getByLabel('Company name').fill('Wakanda Industries')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByRole('heading', { name: 'Wakanda Industries', level: 1 })).toBeVisible()

  await visit(page, '/audit')
  await page.getByRole('searchbox').fill('wakanda')
  const rows = page.getByRole('row')
  await expect(rows).toHaveCount(3)
  await expect(rows.nth(2)).toContainText(/Bootstrap key 1.*created the tenant Wakanda/)
  await expect(rows.nth(1)).toContainText(/Owner.*(changed|updated) the tenant Wakanda/)
  await expect(rows.nth(1)).toContainText(/127\.0\.0\.1|::1/)
  await rows.nth(1).getByText('1 field').click()
  await expect(rows.nth(1).locator('del')).toHaveText('Wakanda')
  await expect(rows.nth(1).locator('ins')).toHaveText('Wakanda Industries')
})
