import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { verifySsoToken } from '../lib/jwt-sso/verify-sso-token.ts'
import { enterPassword } from './end-user.ts'
import { expect, test, visit } from './fixtures.ts'

/** The value the page shows under that name, beside its copy button. */
const shownValue = (page: Page, label: string) =>
  page.getByText(label, { exact: true }).locator('xpath=following-sibling::div[1]').getByRole('code')

const password = 'the password of somebody at Stark'

/** The product on another origin: whatever is asked, it says who it thinks the person is. */
async function startProduct(): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const [, payload = ''] = (url.searchParams.get('sso_jwt') ?? '').split('.')
    const { data } = payload ? JSON.parse(Buffer.from(payload, 'base64url').toString()) : { data: {} }
    response.setHeader('content-type', 'text/html')
    response.end(
      `<!doctype html><html lang="en"><title>Product</title><link rel="icon" href="data:,"><h1>Hello ${data.email}</h1><p>${request.headers.referer ?? 'no referrer'}</p>`,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

test('a target is set up, people go through it with and without a session, and it is exchanged and deleted @postgresql', async ({
  portal: page,
  api,
  browser,
  server,
}) => {
  const product = await startProduct()
  await api.createTenant({ slug: 'stark', name: 'Stark' })
  await api.createUser({ tenant: 'stark', email: 'pepper@stark.example', password })
  let secret = ''
  let ssoUrl = ''

  await test.step('set up: the values for the product, the secret this once', async () => {
    await visit(page, '/jwt-sso-targets')
    await page.getByRole('link', { name: 'New target' }).first().click()
    await page.getByLabel('Name', { exact: true }).fill('Stark surveys')
    await page.getByLabel('Base URL').fill(`${product.url}/app`)
    await page.getByLabel('Audience').fill('www.surveys.example')
    await page.getByLabel('Tenant').fill('stark')
    await page.getByRole('button', { name: 'Create target' }).click()
    await expect(page.getByRole('heading', { name: 'Stark surveys', level: 1 })).toBeVisible()
    secret = (await shownValue(page, 'Secret').textContent()) ?? ''
    ssoUrl = (await shownValue(page, 'SSO URL').textContent()) ?? ''
    expect(secret).toMatch(/^[\w-]{86}$/)
    expect(ssoUrl).toContain(`${server.url}/api/jwt-sso/`)
    await page.getByRole('link', { name: 'Open the target' }).click()
    await expect(page.getByText(`…${secret.slice(-4)}`)).toBeVisible()
    expect(await page.content()).not.toContain(secret)
  })

  const context = await browser.newContext()
  const person = await context.newPage()
  const link = `${ssoUrl}?return_to_path=i%2F9745804b&return_to_params=view%3Dvote%26page%3D1`
  const arrived = new RegExp(`^${product.url}/app/i/9745804b\\?sso_jwt=[\\w.-]+&view=vote&page=1$`)

  await test.step('without a session: the person signs in and arrives, and the product verifies the token', async () => {
    await person.goto(link)
    await expect(person.getByText('to Stark surveys, with your account at Stark')).toBeVisible()
    await enterPassword(person, 'pepper@stark.example', password)
    await expect(person.getByRole('heading', { name: 'Hello pepper@stark.example' })).toBeVisible()
    expect(person.url()).toMatch(arrived)
    await expect(person.getByText('no referrer')).toBeVisible()
    const verdict = await verifySsoToken(new URL(person.url()).searchParams.get('sso_jwt')!, {
      secrets: [{ id: 'shown', secret }],
      audience: 'www.surveys.example',
      now: new Date(),
    })
    expect(verdict.ok).toBe(true)
  })

  await test.step('with one: at once', async () => {
    await person.goto(link)
    await expect(person.getByRole('heading', { name: 'Hello pepper@stark.example' })).toBeVisible()
    expect(person.url()).toMatch(arrived)
  })

  await test.step('a link that would lead elsewhere ends on a page, and the portal says why', async () => {
    const answer = await person.goto(`${ssoUrl}?return_to_path=${encodeURIComponent('//evil.example')}`)
    expect(answer?.status()).toBe(400)
    await expect(person.getByRole('heading', { name: 'You cannot go on to Stark surveys' })).toBeVisible()
    await page.reload()
    await expect(page.getByText('Somebody was not sent there')).toBeVisible()
    await expect(page.getByText(/names another place than one below the base URL/)).toBeVisible()
  })

  await test.step('exchanged: the next token is signed with the new secret', async () => {
    await page.getByRole('button', { name: 'Exchange secret' }).click()
    await page.getByRole('button', { name: 'Exchange it' }).click()
    const next = (await shownValue(page, 'Secret').last().textContent()) ?? ''
    expect(next).toMatch(/^[\w-]{86}$/)
    await page.getByRole('button', { name: 'I have copied it' }).click()
    await person.goto(link)
    const [signed, signature] = splitToken(new URL(person.url()).searchParams.get('sso_jwt')!)
    expect(signature).toBe(createHmac('sha512', next).update(signed).digest('base64url'))
  })

  await test.step('deleted: the SSO URL is no more', async () => {
    await page.getByRole('button', { name: 'Delete target' }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('Stark surveys')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete target' }).click()
    await expect(page.getByRole('heading', { name: 'JWT SSO targets', level: 1 })).toBeVisible()
    expect((await person.goto(link))?.status()).toBe(404)
  })
  await context.close()
  product.server.close()
})

test('the token inspector says what is wrong, and sends nothing anywhere', async ({ portal: page }) => {
  const secret = 'x'.repeat(64)
  const iat = Math.floor(Date.now() / 1000)
  const mint = (claims: object, key = secret) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const payload = {
      data: { email: 'pat@acme.example' },
      iat,
      nbf: iat - 180,
      exp: iat + 300,
      aud: 'a.example',
    }
    const signed = `${part({ alg: 'HS512', typ: 'JWT' })}.${part({ ...payload, ...claims })}`
    return `${signed}.${createHmac('sha512', key).update(signed).digest('base64url')}`
  }
  await visit(page, '/jwt-inspector?audience=a.example')
  await page.waitForLoadState('networkidle')
  const requests: string[] = []
  page.context().on('request', (request) => void requests.push(request.url()))
  const token = page.getByLabel('Token', { exact: true })

  await test.step('a good one', async () => {
    await token.fill(mint({}))
    await page.getByLabel('Secret').fill(secret)
    await expect(page.getByText('This token signs somebody in')).toBeVisible()
    await expect(page.getByText('The signature fits the secret.')).toBeVisible()
  })
  await test.step('milliseconds', async () => {
    await token.fill(mint({ exp: (iat + 300) * 1000 }))
    await expect(page.getByText('This token is refused')).toBeVisible()
    await expect(page.getByText(/divide by 1000 and round down/)).toBeVisible()
  })
  await test.step('another secret, and no address', async () => {
    await token.fill(mint({ data: {} }, 'y'.repeat(64)))
    await expect(page.getByText(/The signature fits no secret/)).toBeVisible()
    await expect(page.getByText(/Set data\.email/)).toBeVisible()
    await expect(page.getByText('2 checks failed;')).toBeVisible()
  })
  await test.step('nothing left the browser, and nothing is kept in it', async () => {
    expect(requests).toEqual([])
    expect(page.url()).toMatch(/\/jwt-inspector\?audience=a\.example$/)
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
    expect(kept).not.toContain(secret)
    expect(kept).not.toContain('eyJ')
  })
})

function splitToken(token: string): [string, string] {
  const at = token.lastIndexOf('.')
  return [token.slice(0, at), token.slice(at + 1)]
}
