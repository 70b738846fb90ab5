import { showAccount } from '#lib/accounts/show-account.ts'
import { submitAccount } from '#lib/accounts/submit-account.ts'
import { readForm } from '#lib/http/body.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

/** The page on which end users look after their account. */
export const GET = pageEndpoint(async ({ house, site, incoming }) => {
  const done = incoming.url.searchParams.get('done') ?? ''
  return respondLogin(site, await showAccount(house, site, { cookies: incoming.cookies, done }))
})

export const POST = pageEndpoint(async ({ house, site, incoming, origin, request }) => {
  const fields = await readForm(request, smallBody)
  const field = (name: string) => fields.get(name) ?? ''
  const form = {
    proof: field('proof'),
    change: field('change'),
    id: field('id'),
    code: field('code'),
    name: field('name'),
    answer: field('answer'),
    current: field('current'),
    next: field('next'),
  }
  return respondLogin(site, await submitAccount(house, site, { cookies: incoming.cookies, origin, form }))
})
