import { logoSample } from '../lib/testing/logo-samples.ts'
import { expect, test, visit } from './fixtures.ts'

// The name and logo stand on every page of the organization.
test.use({ serverFor: 'name and logo' })

const file = (name: string, mimeType: string, bytes: Uint8Array | string) => ({
  name,
  mimeType,
  buffer: Buffer.from(bytes),
})

test('an owner gives the organization its name and logo, and people see it @postgresql', async ({
  portal: page,
  browser,
  baseURL,
  watch,
}) => {
  const person = await browser.newContext({ baseURL })
  watch.context(person)
  const seen = await person.newPage()
  await visit(page, '/settings')
  const section = page.getByRole('region', { name: 'Name and logo' })
  const choose = section.getByLabel(/^Choose an/)
  const previews = section.getByRole('img')

  await test.step('the name is changed, and stands at the head of the portal and of pages at once', async () => {
    await section.getByLabel('Name', { exact: true }).fill('   ')
    await section.getByRole('button', { name: 'Save name' }).click()
    await expect(section.getByText('Must not be empty.')).toBeVisible()
    await section.getByLabel('Name', { exact: true }).fill('Daily Planet')
    await section.getByRole('button', { name: 'Save name' }).click()
    await expect(page.getByText('Saved.')).toBeVisible()
    await expect(page.getByRole('complementary').getByText('Daily Planet')).toBeVisible()
    await seen.goto('/login')
    await expect(seen.getByRole('main').getByText('Daily Planet', { exact: true })).toBeVisible()
  })

  await test.step('what is no logo is refused at once, with a sentence', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for (const [sent, sentence] of [
      [file('logo.svg', 'image/svg+xml', svg), /SVG and other markup can carry scripts/],
      [file('logo.png', 'image/png', '<!doctype html><script>alert(1)</script>'), /markup can carry scripts/],
      [file('logo.png', 'image/png', 'not at all'), /no PNG, JPEG, WebP or GIF image/],
      [file('logo.png', 'image/png', new Uint8Array(300_000)), /must not be larger than 256 KB/i],
    ] as const) {
      await choose.setInputFiles(sent)
      await expect(section.getByRole('alert')).toHaveText(sentence)
      await expect(previews).toHaveCount(0)
      await expect(section.getByRole('button', { name: 'Save logo' })).toBeHidden()
    }
  })

  await test.step('an image is shown on light and dark before it is saved', async () => {
    await choose.setInputFiles(file('logo.webp', 'image/webp', logoSample('extendedWebp')))
    await expect(section.getByRole('alert')).toBeHidden()
    await expect(previews).toHaveCount(2)
    const grounds = await section
      .getByRole('figure')
      .evaluateAll((figures) =>
        figures.map((figure) => getComputedStyle(figure.firstElementChild!).backgroundColor),
      )
    expect(grounds).toEqual(['rgb(255, 255, 255)', 'rgb(19, 20, 24)'])
    await section.getByRole('button', { name: 'Discard' }).click()
    await expect(previews).toHaveCount(0)
    await choose.setInputFiles(file('logo.png', 'image/png', logoSample('png')))
    await section.getByRole('button', { name: 'Save logo' }).click()
    await expect(section.getByRole('button', { name: 'Remove logo' })).toBeVisible()
    await expect(previews.first()).toHaveAttribute('src', /^\/brand\/logo\?v=[0-9a-f]{32}$/)
  })

  await test.step('the person who signs in sees it', async () => {
    await seen.goto('/login')
    const logo = seen.getByRole('img', { name: 'Daily Planet' })
    await expect(logo).toBeVisible()
    expect(
      await logo.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]),
    ).toEqual([120, 32])
  })

  await test.step('it is removed after a question, and the name stands there again', async () => {
    await section.getByRole('button', { name: 'Remove logo' }).click()
    const question = page.getByRole('dialog', { name: 'Remove the logo?' })
    await expect(question.getByText('Pages show the name Daily Planet instead.')).toBeVisible()
    await question.getByRole('button', { name: 'Remove logo' }).click()
    await expect(question).toBeHidden()
    await expect(previews).toHaveCount(0)
    await seen.goto('/login')
    await expect(seen.getByRole('img')).toHaveCount(0)
    await expect(seen.getByRole('main').getByText('Daily Planet', { exact: true })).toBeVisible()
  })

  await test.step('all of it stands in the audit log', async () => {
    await visit(page, '/audit?query=organization.')
    for (const sentence of [
      'renamed the organization to Daily Planet',
      'changed the logo',
      'removed the logo',
    ]) {
      await expect(page.getByText(sentence).first()).toBeVisible()
    }
  })
  await person.close()
})
