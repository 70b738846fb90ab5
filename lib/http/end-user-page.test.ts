import { expect, test } from 'vitest'
import { html, renderEndUserPage, renderFormPost } from './end-user-page.ts'

const hostile = `"><script>alert('x')</script>&amp;`
const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;'

test('what is put into a page is text', () => {
  expect(html`<p title="${hostile}">${hostile}</p>`.markup).toBe(`<p title="${escaped}">${escaped}</p>`)
})

test('only pieces made the same way are markup; lists of them are joined', () => {
  const items = ['a', hostile].map((text) => html`<li>${text}</li>`)
  expect(html`<ul>${items}</ul>${7}`.markup).toBe(`<ul><li>a</li><li>${escaped}</li></ul>7`)
  const forged = { markup: '<b>' } as never
  expect(html`${forged}`.markup).toBe('[object Object]')
})

test('title and name of the organization are text', () => {
  const page = renderEndUserPage({ title: hostile, brand: { name: hostile }, body: html`<h1>x</h1>` })
  expect(page).not.toContain('<script>alert')
  expect(page.split(escaped)).toHaveLength(3)
})

test('a logo stands in place of the name, which it is called by', () => {
  const brand = { name: hostile, logo: '/brand/logo?v=1' }
  const page = renderEndUserPage({ title: 'x', brand, body: html`<h1>x</h1>` })
  expect(page).toContain(`<p class="brand"><img class="logo" src="/brand/logo?v=1" alt="${escaped}"></p>`)
})

test('a form carries names and values as they are, and works without scripts', () => {
  const page = renderFormPost({
    brand: { name: 'Acme' },
    action: 'https://app.acme.example/cb?a=1&b="',
    fields: { state: hostile, [hostile]: 'x' },
  })
  expect(page).toContain('<form method="post" action="https://app.acme.example/cb?a=1&amp;b=&quot;">')
  expect(page).toContain(`<input type="hidden" name="state" value="${escaped}">`)
  expect(page).toContain(`name="${escaped}" value="x"`)
  expect(page).toContain('<button class="button" type="submit">')
  expect(page).not.toMatch(/<script(?! src="\/)/)
})
