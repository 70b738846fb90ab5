import { expect, test, visit } from './fixtures.ts'

test('a tenant is created, found, renamed, marked live and deleted @postgresql', async ({
  portal: page,
  expectTrouble,
}) => {
  await visit(page, '/tenants')
  await page.getByRole('button', { name: 'New tenant' }).click()
  const dialog = page.getByRole('dialog', { name: 'New tenant' })
  await dialog.getByLabel('Company name').fill('Wayne Enterprises')
  await expect(dialog.getByLabel('Slug')).toHaveValue('wayne-enterprises')
  await dialog.getByRole('button', { name: 'Create tenant' }).click()
  await expect(page.getByRole('heading', { name: 'Wayne Enterprises', level: 1 })).toBeVisible()

  await test.step('found by a part of its name', async () => {
    await visit(page, '/tenants')
    await page.keyboard.press('/')
    await page.keyboard.type('wayne ent')
    await expect(page).toHaveURL(/query=wayne/)
    await expect(page.getByRole('row')).toHaveCount(2)
    await page.getByRole('searchbox').fill('nobody is called this')
    await expect(page.getByText('No tenant matches')).toBeVisible()
    await page.getByRole('searchbox').fill('wayne')
    await page.getByRole('link', { name: 'Wayne Enterprises' }).click()
  })

  await test.step('renamed, and marked live', async () => {
    await page.getByLabel('Company name').fill('Wayne Industries')
    await page.getByLabel('Slug').fill('wayne')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await expect(page).toHaveURL(/\/tenants\/wayne$/)
    await expect(page.getByRole('heading', { name: 'Wayne Industries', level: 1 })).toBeVisible()
    await page.getByRole('button', { name: 'Mark as live' }).click()
    await expect(page.getByText('This tenant is live')).toBeVisible()
    await page.reload()
    await expect(page.getByText('This tenant is live')).toBeVisible()
  })

  await test.step('deleted only when its slug is typed', async () => {
    await page.getByRole('button', { name: 'Delete tenant' }).click()
    const question = page.getByRole('dialog', { name: 'Delete Wayne Industries?' })
    const confirm = question.getByRole('button', { name: 'Delete tenant' })
    await expect(confirm).toBeDisabled()
    await question.getByLabel('Type wayne to confirm').fill('Wayne')
    await expect(confirm).toBeDisabled()
    await page.keyboard.press('Escape')
    await expect(question).toBeHidden()
    await page.getByRole('button', { name: 'Delete tenant' }).click()
    await question.getByLabel('Type wayne to confirm').fill('wayne')
    await confirm.click()
    await expect(page).toHaveURL(/\/tenants$/)
    expectTrouble(/\/tenants\/wayne/)
    await visit(page, '/tenants/wayne')
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  })
})

test('a slug that is taken is refused at its field, and nothing typed is lost', async ({
  portal: page,
  api,
}) => {
  await api.createTenant({ slug: 'taken', name: 'Taken' })
  await visit(page, '/tenants')
  await page.getByRole('button', { name: 'New tenant' }).click()
  await page.getByLabel('Company name').fill('Another')
  await page.getByLabel('Slug', { exact: true }).fill('taken')
  await page.getByRole('button', { name: 'Create tenant' }).click()
  const dialog = page.getByRole('dialog', { name: 'New tenant' })
  await expect(dialog.getByText(/taken.*(in use|exists|already)|already.*(taken|exists)/i)).toBeVisible()
  await expect(dialog.getByLabel('Company name')).toHaveValue('Another')
  await expect(dialog.getByLabel('Slug')).toHaveValue('taken')
  await dialog.getByLabel('Slug').fill('not:possible')
  await dialog.getByRole('button', { name: 'Create tenant' }).click()
  await expect(dialog.getByText(/cannot contain the character :/i)).toBeVisible()
  await dialog.getByLabel('Slug').fill('another')
  await dialog.getByRole('button', { name: 'Create tenant' }).click()
  await expect(page.getByRole('heading', { name: 'Another', level: 1 })).toBeVisible()
})

test('a hundred and twenty tenants are leafed through, each seen once', async ({ portal: page, api }) => {
  const slugs = Array.from({ length: 120 }, (_, place) => `many-${String(place).padStart(3, '0')}`)
  for (const slug of slugs) await api.createTenant({ slug, name: `Many ${slug.slice(5)}` })
  await visit(page, '/tenants?query=many-')
  const seen: string[] = []
  for (let pageNumber = 1; pageNumber <= 10; pageNumber++) {
    const links = page.getByRole('table').getByRole('link')
    await expect(links.first()).toBeVisible()
    seen.push(...(await links.allInnerTexts()))
    const next = page.getByRole('link', { name: 'Next page' })
    if ((await next.count()) === 0) break
    const before = page.url()
    await next.click()
    await expect(page).not.toHaveURL(before)
    await expect(links.first()).not.toHaveText(seen.at(-25) ?? '')
  }
  expect(seen.toSorted()).toEqual(slugs.map((slug) => `Many ${slug.slice(5)}`))
  await page.getByRole('link', { name: 'First page' }).click()
  await expect(page.getByRole('table').getByRole('link').first()).toHaveText('Many 119')
})
