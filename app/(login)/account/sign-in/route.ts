import { readForm } from '#lib/http/body.ts'
import { showAccountSignIn, submitAccountSignIn } from '#lib/login/account-sign-in.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

/** Where people sign in to look after their account. */
export const GET = pageEndpoint(async ({ house, site, incoming, origin }) =>
  respondLogin(site, await showAccountSignIn(house, site, { cookies: incoming.cookies, origin })),
)

export const POST = pageEndpoint(
  async ({ house, site, incoming, origin, request }) => {
    const fields = await readForm(request, smallBody)
    const field = (name: string) => fields.get(name) ?? ''
    const form = {
      proof: field('i'),
      email: field('email'),
      password: field('password'),
      company: field('company'),
      passkey: field('passkey'),
      answer: field('answer'),
    }
    const input = { cookies: incoming.cookies, origin, form }
    return respondLogin(site, await submitAccountSignIn(house, site, input))
  },
  { bounded: true },
)
