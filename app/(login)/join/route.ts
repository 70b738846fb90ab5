import { showJoin } from '#lib/accounts/show-join.ts'
import { takeJoinForm } from '#lib/accounts/take-join-form.ts'
import { readForm } from '#lib/http/body.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondEntry } from '#server/respond-entry.ts'

/** The page on which people find their company and ask to join it. */
export const GET = pageEndpoint(async ({ house, site, incoming }) => {
  const { url, address } = incoming
  const parameter = (name: string) => url.searchParams.get(name) ?? ''
  const input = { tenant: parameter('tenant'), interaction: parameter('i'), address }
  return respondEntry(await showJoin(house, site, input))
})

export const POST = pageEndpoint(
  async ({ house, site, incoming, request }) => {
    const fields = await readForm(request, smallBody)
    const field = (name: string) => fields.get(name) ?? ''
    const form = {
      find: field('find'),
      tenant: field('tenant'),
      interaction: field('i'),
      email: field('email'),
      firstName: field('firstName'),
      lastName: field('lastName'),
      note: field('note'),
    }
    return respondEntry(await takeJoinForm(house, site, { form, address: incoming.address }))
  },
  { bounded: true },
)
