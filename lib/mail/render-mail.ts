import { escapeHtml } from '../base/encoding.ts'

/** What a mail says. Everything is plain text; links come with the words on their buttons. */
export type MailBody = {
  /** The first line, in large letters. */
  title: string
  paragraphs: string[]
  /** Facts in two columns, such as a certificate and its last day. */
  facts?: { label: string; value: string }[]
  /** The one thing to do; or several, where the reader has to choose. */
  action?: MailAction | MailAction[]
  /** Why the reader gets it. */
  because: string
}

export type MailAction = { label: string; url: string }

export type MailParts = { text: string; html: string }

/**
 * A mail in both forms, from one description. Quiet on purpose: no images, nothing loaded from anywhere, and readable
 * where styles are ignored. `sender` and `address` say whose installation it comes from.
 */
export function renderMail(body: MailBody, sender: string, address: string): MailParts {
  return { text: renderText(body, sender, address), html: renderHtml(body, sender, address) }
}

function renderText(
  { title, paragraphs, facts = [], action, because }: MailBody,
  sender: string,
  address: string,
) {
  const blocks = [
    title,
    ...paragraphs,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    ...actionsOf(action).map(({ label, url }) => `${label}:\n${url}`),
    `-- \n${sender} · ${address}\n${because}`,
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

const ink = '#1c1b1a'
const muted = '#66625d'
const line = '#e3e0dc'
const accent = '#2f4fb0'
const font = `-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif`

function renderHtml(
  { title, paragraphs, facts = [], action, because }: MailBody,
  sender: string,
  address: string,
) {
  const parts = [
    `<h1 style="margin:0 0 16px;font-size:20px;line-height:28px;font-weight:600">${escapeHtml(title)}</h1>`,
    ...paragraphs.map((text) => `<p style="margin:0 0 14px">${escapeHtml(text)}</p>`),
    renderFacts(facts),
    ...actionsOf(action).map(renderAction),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light">
<title>${escapeHtml(title)}</title>
</head>
<body style="margin:0;padding:0;background:#f6f5f3;color:${ink};font:15px/23px ${font}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px">
<tr><td style="padding:28px;background:#ffffff;border:1px solid ${line};border-radius:12px;text-align:left;overflow-wrap:anywhere">
${parts.filter((part) => part !== '').join('\n')}
</td></tr>
<tr><td style="padding:16px 28px;color:${muted};font-size:13px;line-height:19px;text-align:left">
${escapeHtml(sender)} · ${escapeHtml(address)}<br>${escapeHtml(because)}
</td></tr>
</table>
</td></tr></table>
</body>
</html>
`
}

function renderFacts(facts: NonNullable<MailBody['facts']>): string {
  if (facts.length === 0) return ''
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><td style="padding:4px 16px 4px 0;color:${muted};vertical-align:top;white-space:nowrap">${escapeHtml(label)}</td><td style="padding:4px 0">${escapeHtml(value)}</td></tr>`,
  )
  return `<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 14px">${rows.join('')}</table>`
}

function actionsOf(action: MailBody['action']): MailAction[] {
  return action === undefined ? [] : [action].flat()
}

/** The address stands below as well, for readers whose program hides where a button leads. */
function renderAction({ label, url }: MailAction): string {
  const href = escapeHtml(url)
  return `<p style="margin:20px 0 12px"><a href="${href}" style="display:inline-block;padding:9px 16px;border-radius:8px;background:${accent};color:#ffffff;font-weight:600;text-decoration:none">${escapeHtml(label)}</a></p>
<p style="margin:0;color:${muted};font-size:13px;line-height:19px">${href}</p>`
}
