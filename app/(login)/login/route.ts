import { readForm } from '#lib/http/body.ts'
import { showLogin } from '#lib/login/show-login.ts'
import { submitLogin } from '#lib/login/submit-login.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

/** The page on which a person says who they are. */
export const GET = pageEndpoint(async ({ house, site, incoming, origin }) => {
  const token = incoming.url.searchParams.get('i') ?? ''
  return respondLogin(site, await showLogin(house, site, { token, cookies: incoming.cookies, origin }))
})

export const POST = pageEndpoint(
  async ({ house, site, incoming, origin, request }) => {
    const fields = await readForm(request, smallBody)
    const field = (name: string) => fields.get(name) ?? ''
    const form = {
      account: field('account'),
      connection: field('connection'),
      company: field('company'),
      email: field('email'),
      password: field('password'),
      passkey: field('passkey'),
      answer: field('answer'),
    }
    const input = { token: field('i'), cookies: incoming.cookies, origin, form }
    return respondLogin(site, await submitLogin(house, site, input))
  },
  { bounded: true },
)
