import type { House } from '../house.ts'
import type { EntryPage, EntrySite } from './entry-page.ts'
import { type RequestJoinInput, requestJoin } from './request-join.ts'
import { findCompany } from './show-join.ts'

/** What the page sent: a question for a company, or a request to join one. Throws `rate_limited`, `invalid_request`. */
export function takeJoinForm(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  site: EntrySite,
  input: RequestJoinInput & { form: { find: string } },
): Promise<EntryPage> {
  const { form, address } = input
  if (form.tenant !== '') return requestJoin(house, site, input)
  return findCompany(house, site, { asked: form.find, interaction: form.interaction, address })
}
