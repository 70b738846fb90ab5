import { openMailBody } from '#lib/mail/mail.ts'
import type { TestServer } from './describe-on-each-server.ts'

export type TestMail = { to: string; subject: string; text: string; html: string }

/** What is in the outbox for an address, oldest first. */
export async function mailsTo(server: TestServer, to: string): Promise<TestMail[]> {
  const rows = await server.house.db.mail.findMany({ where: { recipient: to }, orderBy: { id: 'asc' } })
  return rows.map((row) => ({ to, subject: row.subject, ...openMailBody(server.house, row) }))
}

/** The newest one; fails when there is none. */
export async function lastMailTo(server: TestServer, to: string): Promise<TestMail> {
  const mail = (await mailsTo(server, to)).at(-1)
  if (!mail) throw new Error(`there is no mail to ${to}`)
  return mail
}

/** Path of the one link in a mail; fails when it leads anywhere but to the server itself. */
export function linkIn(server: TestServer, { text }: TestMail): string {
  const links = text.match(/https?:\/\/\S+/g) ?? []
  const [link, ...others] = links
  if (!link || others.length > 0) throw new Error(`not one link: ${links.join(' ')}`)
  const url = new URL(link)
  if (url.origin !== server.url) throw new Error(`the link leads to ${url.origin}`)
  return url.pathname + url.search
}
