/**
 * What a browser does on its way through the demo, without one: keeps cookies, follows redirects by hand, sends the
 * forms of the pages. For tests over HTTP.
 */
export type Page = { status: number; text: string; headers: Headers; url: string }

export type DemoBrowser = {
  cookies: Map<string, string>
  /** One request to our own origin, with cookies; redirects are not followed. */
  send(address: string, form?: URLSearchParams): Promise<Page>
  /** From the button to the address of the callback, with the answer in it. `choices` are fields of the login page. */
  signIn(choices?: Record<string, string>, startAt?: string): Promise<URL>
}

export function openDemoBrowser(origin: string): DemoBrowser {
  const cookies = new Map<string, string>()
  const send = async (address: string, form?: URLSearchParams): Promise<Page> => {
    const url = new URL(address, origin)
    if (url.origin !== origin) throw new Error(`the way leads outside, to ${url.origin}`)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(form && { method: 'POST', body: form }),
    })
    for (const line of answer.headers.getSetCookie()) remember(cookies, line)
    return { status: answer.status, text: await answer.text(), headers: answer.headers, url: url.href }
  }
  const signIn = async (choices: Record<string, string> = {}, startAt = '/demo/sign-in'): Promise<URL> => {
    let page = await send(startAt)
    let chosen = false
    for (let step = 0; step < 8; step++) {
      const location = page.headers.get('location')
      const next = location ? new URL(location, origin) : null
      if (next?.pathname === '/demo/callback') return next
      if (next) page = await send(next.href)
      else {
        const { action, fields } = readForm(page)
        if (!chosen) for (const [name, value] of Object.entries(choices)) fields.set(name, value)
        chosen = true
        page = await send(action, fields)
      }
    }
    throw new Error('the sign-in did not come to the callback')
  }
  return { cookies, send, signIn }
}

function remember(cookies: Map<string, string>, line: string): void {
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
  cookies.set(name!, value!)
}

/** The form of a page with what it would send untouched: hidden fields and checked choices. */
function readForm(page: Page): { action: string; fields: URLSearchParams } {
  const action = /<form [^>]*action="([^"]+)"/.exec(page.text)?.[1]
  if (!action) throw new Error(`no form on ${page.url} (${page.status}): ${page.text.slice(0, 500)}`)
  const fields = new URLSearchParams()
  const inputs = page.text.matchAll(/<input type="(hidden|radio)" name="([^"]+)" value="([^"]*)"( checked)?/g)
  for (const [, type, name, value, checked] of inputs)
    if (type === 'hidden' || checked) fields.append(unescapeHtml(name!), unescapeHtml(value!))
  return { action: unescapeHtml(action), fields }
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
}
