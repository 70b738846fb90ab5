import { escapeHtml } from '../base/encoding.ts'

/** HTML that is already safe, as opposed to text that must be escaped. */
export class SafeHtml {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

/** A template in which every value is escaped unless it is `SafeHtml` itself; lists are joined. */
export function html(
  strings: TemplateStringsArray,
  ...values: (SafeHtml | SafeHtml[] | string | number)[]
): SafeHtml {
  let markup = strings[0]!
  values.forEach((value, index) => {
    markup += Array.isArray(value) ? value.map(render).join('') : render(value)
    markup += strings[index + 1]
  })
  return new SafeHtml(markup)
}

function render(value: SafeHtml | string | number): string {
  return value instanceof SafeHtml ? value.markup : escapeHtml(String(value))
}

/** Whose page it is: the name, and the address of the logo that stands in its place. */
export type Brand = { name: string; logo?: string | null }

/** Pages that belong to no organization. */
export const ownBrand: Brand = { name: 'Vestibule' }

/** The frame of every page an end user sees. It works without JavaScript; `script` names a file that only helps. */
export function renderEndUserPage(page: {
  title: string
  brand: Brand
  body: SafeHtml
  script?: string
}): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
<link rel="icon" href="/icons/vestibule.svg" type="image/svg+xml">
<link rel="stylesheet" href="/end-user.css">
</head>
<body class="page">
<main class="card">
<p class="brand">${renderBrand(page.brand)}</p>
${page.body}
</main>
${page.script ? html`<script src="${page.script}"></script>` : ''}
</body>
</html>
`.markup
}

function renderBrand({ name, logo }: Brand): SafeHtml | string {
  return logo ? html`<img class="logo" src="${logo}" alt="${name}">` : name
}

/**
 * A page that carries a form on to another address: sent by itself where scripts run, by its button elsewhere.
 * Used for the POST bindings of SAML and for `response_mode=form_post`.
 */
export function renderFormPost(page: {
  /** "Signing you in" when absent. */
  title?: string
  brand: Brand
  action: string
  fields: Record<string, string>
}): string {
  const inputs = Object.entries(page.fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`,
  )
  const title = page.title ?? 'Signing you in'
  return renderEndUserPage({
    title,
    brand: page.brand,
    script: '/auto-submit.js',
    body: html`<h1 class="title">${title}</h1>
<p class="lead">One moment. If nothing happens, continue with the button.</p>
<form method="post" action="${page.action}">
${inputs}<button class="button" type="submit">Continue</button>
</form>`,
  })
}
