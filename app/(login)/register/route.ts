import { registerUser } from '#lib/accounts/register-user.ts'
import { showRegistration } from '#lib/accounts/show-registration.ts'
import { readForm } from '#lib/http/body.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondEntry } from '#server/respond-entry.ts'

/** The page on which people make an account. */
export const GET = pageEndpoint(async ({ house, site, incoming }) => {
  const { url, address } = incoming
  const parameter = (name: string) => url.searchParams.get(name) ?? ''
  const input = { tenant: parameter('tenant'), interaction: parameter('i'), address }
  return respondEntry(await showRegistration(house, site, input))
})

export const POST = pageEndpoint(
  async ({ house, site, incoming, request }) => {
    const fields = await readForm(request, smallBody)
    const field = (name: string) => fields.get(name) ?? ''
    const form = {
      tenant: field('tenant'),
      interaction: field('i'),
      email: field('email'),
      firstName: field('firstName'),
      lastName: field('lastName'),
      password: field('password'),
    }
    const { cookies, address } = incoming
    const ownSite = incoming.headers.get('sec-fetch-site') === 'same-origin'
    return respondEntry(await registerUser(house, site, { form, cookies, address, ownSite }))
  },
  { bounded: true },
)
