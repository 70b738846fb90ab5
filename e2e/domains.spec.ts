import { expect, test, visit } from './fixtures.ts'

test('a domain is added with its TXT record to copy, vouched for, and removed @postgresql', async ({
  portal: page,
  context,
  api,
}) => {
  await api.createTenant({ slug: 'domains', name: 'Daily Planet' })
  await visit(page, '/tenants/domains')
  const domains = page.getByRole('region', { name: 'Domains' })
  await expect(domains.getByText('No domain yet')).toBeVisible()

  await test.step('what is none is refused at its field', async () => {
    await domains.getByRole('button', { name: 'Add domain' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a domain' })
    const submit = dialog.getByRole('button', { name: 'Add domain' })
    for (const [written, sentence] of [
      ['planet', /must be a domain name/i],
      ['gmail.com', /mail provider where anyone/i],
      ['co.uk', /suffix under which anyone/i],
    ] as const) {
      await dialog.getByLabel('Domain', { exact: true }).fill(written)
      await submit.click()
      await expect(dialog.getByText(sentence)).toBeVisible()
    }
    await dialog.getByLabel('Domain', { exact: true }).fill('Planet.Example')
    await submit.click()
    await expect(dialog).toBeHidden()
  })

  await test.step('it is pending, and its TXT record can be copied', async () => {
    const row = domains.getByRole('listitem').filter({ hasText: 'planet.example' })
    await expect(row.getByText('Pending', { exact: true })).toBeVisible()
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const copied = async (what: string) => {
      await row.getByRole('button', { name: `Copy ${what} for planet.example` }).click()
      await expect(row.getByText(`Copied ${what} for planet.example`)).toBeAttached()
      return page.evaluate(() => navigator.clipboard.readText())
    }
    expect(await copied('Name')).toBe('_vestibule.planet.example')
    expect(await copied('Value')).toMatch(/^vestibule-domain-verification=[\w-]{32}$/)
  })

  await test.step('vouched for by name', async () => {
    await domains.getByRole('button', { name: 'Vouch for it' }).click()
    const question = page.getByRole('dialog', { name: 'Vouch for planet.example?' })
    await question.getByRole('button', { name: 'Vouch for it' }).click()
    await expect(domains.getByText('Vouched for by Owner')).toBeVisible()
    await visit(page, '/audit?query=domain.vouched')
    await expect(page.getByText('vouched for the domain planet.example')).toBeVisible()
  })

  await test.step('another tenant cannot have it', async () => {
    await api.createTenant({ slug: 'rival', name: 'Daily Rival' })
    await visit(page, '/tenants/rival')
    await page.getByRole('button', { name: 'Add domain' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a domain' })
    await dialog.getByLabel('Domain', { exact: true }).fill('planet.example')
    await dialog.getByLabel('I vouch for it').check()
    await dialog.getByRole('button', { name: 'Add domain' }).click()
    await expect(dialog.getByText('planet.example belongs to the tenant "domains" already.')).toBeVisible()
  })

  await test.step('removed', async () => {
    await visit(page, '/tenants/domains')
    await domains.getByRole('button', { name: 'Remove' }).click()
    const question = page.getByRole('dialog', { name: 'Remove planet.example?' })
    await question.getByRole('button', { name: 'Remove domain' }).click()
    await expect(domains.getByText('No domain yet')).toBeVisible()
  })
})

test('single sign-on is enforced by a switch, and passwords are off with it', async ({
  portal: page,
  api,
}) => {
  await api.createTenant({ slug: 'switches', name: 'Switches' })
  await visit(page, '/tenants/switches')
  const enforce = page.getByLabel('Only through single sign-on')
  const passwords = page.getByLabel('Sign-in with a password')
  await expect(enforce).not.toBeChecked()
  await expect(passwords).toBeChecked()
  await expect(page.getByText('nobody of this company could sign in')).toBeVisible()
  await enforce.check()
  await expect(page.getByText('Single sign-on is enforced.', { exact: true })).toBeVisible()
  await visit(page, '/tenants/switches')
  await expect(enforce).toBeChecked()
  await expect(passwords).not.toBeChecked()
  await expect(passwords).toBeDisabled()
  await enforce.uncheck()
  await expect(page.getByText('No longer enforced.')).toBeVisible()
  await expect(passwords).toBeChecked()
  await passwords.uncheck()
  await expect(page.getByText('Passwords are refused.')).toBeVisible()
  await visit(page, '/tenants/switches')
  await expect(passwords).not.toBeChecked()
})
