import type { EntryPage } from '#lib/accounts/entry-page.ts'
import { respondHtml } from '#lib/http/respond.ts'

/** A page on which people come to an account; its forms lead to pages of ours alone. */
export function respondEntry({ status, html, cookies }: EntryPage): Response {
  return respondHtml(status, html, { cookies })
}
