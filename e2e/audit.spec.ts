import { expect, test, visit } from './fixtures.ts'

test('the audit log says who did what, from where, and what changed @postgresql', async ({
  portal: page,
  api,
}) => {
  await api.createTenant({ slug: 'stark', name: 'Stark' })
  await visit(page, '/tenants/stark')
  await page.getByLabel('Company name').fill('Stark Industries')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByRole('heading', { name: 'Stark Industries', level: 1 })).toBeVisible()

  await visit(page, '/audit')
  await page.getByRole('searchbox').fill('stark')
  const rows = page.getByRole('row')
  await expect(rows).toHaveCount(3)
  await expect(rows.nth(2)).toContainText(/Bootstrap key 1.*created the tenant Stark/)
  await expect(rows.nth(1)).toContainText(/Owner.*(changed|updated) the tenant Stark/)
  await expect(rows.nth(1)).toContainText(/127\.0\.0\.1|::1/)
  await rows.nth(1).getByText('1 field').click()
  await expect(rows.nth(1).locator('del')).toHaveText('Stark')
  await expect(rows.nth(1).locator('ins')).toHaveText('Stark Industries')
})
