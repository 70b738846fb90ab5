import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expect, test, visit } from './fixtures.ts'

test('a namespace is made, filled by search, emptied and deleted @postgresql', async ({
  portal: page,
  api,
  expectTrouble,
}) => {
  await api.createTenant({ slug: 'group-co', name: 'Group Co' })
  for (const name of ['ada', 'bob', 'eve'])
    await api.createUser({
      tenant: 'group-co',
      email: `${name}@group-co.example`,
      password: 'a password of them',
    })
  await visit(page, '/namespaces')
  await page.getByRole('button', { name: 'New namespace' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'New namespace' })

  await test.step('a name that cannot be is refused at its field', async () => {
    await dialog.getByLabel('Name').fill('a;b')
    await dialog.getByRole('button', { name: 'Create namespace' }).click()
    await expect(dialog.getByText(/cannot contain/i)).toBeVisible()
  })

  await dialog.getByLabel('Name').fill('Night shift')
  await dialog.getByRole('button', { name: 'Create namespace' }).click()
  await expect(page.getByRole('heading', { name: 'Night shift', level: 1 })).toBeVisible()
  await expect(page.getByText('Nobody is in it yet')).toBeVisible()

  await test.step('filled by search', async () => {
    await page.getByRole('link', { name: 'Add users' }).first().click()
    await expect(page.getByRole('heading', { name: 'Add users', level: 1 })).toBeVisible()
    await page.getByRole('searchbox').fill('group-co')
    await expect(page.getByRole('row')).toHaveCount(4)
    for (const name of ['ada', 'bob']) {
      await page.getByRole('button', { name: `Add ${name}@group-co.example` }).click()
      await expect(page.getByRole('button', { name: `Added: ${name}@group-co.example` })).toBeVisible()
    }
    await page.getByRole('button', { name: 'Added: bob@group-co.example' }).click()
    await expect(page.getByRole('button', { name: 'Add bob@group-co.example' })).toBeVisible()
    await page.getByRole('link', { name: 'Night shift' }).click()
    await expect(page.getByRole('heading', { name: 'Night shift', level: 1 })).toBeVisible()
    await expect(page.getByText('1 user', { exact: true })).toBeVisible()
  })

  await test.step('emptied', async () => {
    await page.getByRole('button', { name: 'Take out' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Take out' }).click()
    await expect(page.getByText('Nobody is in it yet')).toBeVisible()
  })

  await test.step('deleted only when its name is typed', async () => {
    const address = page.url()
    await page.getByRole('button', { name: 'Delete namespace' }).click()
    const question = page.getByRole('dialog', { name: 'Delete Night shift?' })
    await expect(question.getByRole('button', { name: 'Delete namespace' })).toBeDisabled()
    await question.getByLabel('Type Night shift to confirm').fill('Night shift')
    await question.getByRole('button', { name: 'Delete namespace' }).click()
    await expect(page).toHaveURL(/\/namespaces$/)
    expectTrouble(/\/namespaces\//)
    await page.goto(address)
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  })
})

test('a list is looked at, mended, imported, and exported again @postgresql', async ({
  portal: page,
  api,
}) => {
  await api.createTenant({ slug: 'list-co', name: 'List Co' })
  await api.createUser({ tenant: 'list-co', email: 'old@list-co.example', password: 'a password of them' })
  await visit(page, '/users/import?tenant=list-co')
  const rows = [
    'email,firstName,username',
    'new@list-co.example,Zoë,new',
    'old@list-co.example,Olga,old',
    'nobody,Nora,nora',
  ]
  await page.getByLabel('List (CSV)').fill(rows.join('\n'))
  await page.getByRole('button', { name: 'Preview' }).click()

  await test.step('the preview says what would happen, and what is wrong where', async () => {
    await expect
      .poll(() => figures(page))
      .toEqual(['Rows 3', 'To create 1', 'To change 1', 'As they are 0', 'Something wrong 1'])
    const wrong = page.getByRole('table', { name: 'What is wrong' })
    await expect(wrong.getByRole('row').nth(1)).toContainText('email must be an e-mail address.')
    await expect(page.getByRole('table', { name: 'For instance' })).toContainText('Zoë')
  })

  await test.step('a change of the list takes the preview back', async () => {
    await page.getByLabel('List (CSV)').fill(rows.join('\n').replace('nobody', 'nora@list-co.example'))
    await expect(page.getByRole('heading', { name: 'What would happen' })).toBeHidden()
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByRole('button', { name: 'Import 3 rows' }).click()
    await expect(page.getByRole('heading', { name: 'The list is imported', exact: true })).toBeVisible()
    expect(await figures(page)).toEqual(['Rows 3', 'Created 2', 'Changed 1', 'As they were 0', 'Left out 0'])
  })

  const exported = await test.step('exported as a file', async () => {
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Export all of list-co' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('users-list-co.csv')
    const path = await file.path()
    expect(await readFile(path, 'utf8')).toContain('new@list-co.example,new,Zoë')
    return path
  })

  await test.step('that file holds nothing new', async () => {
    await page.getByRole('button', { name: 'Import another' }).click()
    await page.getByLabel('Choose a file').setInputFiles(exported)
    await page.getByRole('button', { name: 'Preview' }).click()
    await expect(page.getByText('There is nothing to do')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Import \d/ })).toHaveCount(0)
  })

  await test.step('a list in another encoding is told apart, and one for nobody refused', async () => {
    await page.getByLabel('Choose a file').setInputFiles({
      name: 'latin.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('email,firstName\nzoe@list-co.example,Zoë', 'latin1'),
    })
    await page.getByRole('button', { name: 'Preview' }).click()
    await expect(page.getByText(/not UTF-8.*CSV UTF-8/)).toBeVisible()
    await page.getByLabel('Tenant').fill('nobody-co')
    await page.getByRole('button', { name: 'Preview' }).click()
    await expect(page.getByText('There is no tenant "nobody-co".')).toBeVisible()
  })
})

async function figures(page: Page): Promise<string[]> {
  const groups = page.getByRole('status').locator('dl > div')
  return (await groups.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))
}
