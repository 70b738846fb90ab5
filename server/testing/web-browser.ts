/**
 * A browser that goes from site to site as a person's does: follows redirects, keeps cookies by host name (ports share
 * them, as they do), and sends the forms of pages that hold one.
 */
export type Visit = { url: URL; status: number; text: string; headers: Headers; json(): unknown }

export type WebBrowser = {
  cookies(hostname: string): ReadonlyMap<string, string>
  get(url: string | URL): Promise<Visit>
  /** Where an address redirects to, without going there; null when it does not. */
  peek(url: string | URL): Promise<URL | null>
  post(url: string | URL, form: Record<string, string>): Promise<Visit>
  /**
   * Sends the form of a page as it stands, with `changes` to its fields: the first that has all of these, or the first.
   */
  submit(page: Visit, changes?: Record<string, string>): Promise<Visit>
}

/** `watch` is told every answer on the way. */
export function openWebBrowser(
  watch: (step: { method: 'GET' | 'POST'; url: URL; status: number }) => void = () => {},
): WebBrowser {
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (hostname: string) => {
    const jar = jars.get(hostname) ?? new Map<string, string>()
    jars.set(hostname, jar)
    return jar
  }

  async function ask(url: URL, form: URLSearchParams | null, origin: string): Promise<Response> {
    const jar = jarOf(url.hostname)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', cookie, ...(form && { origin }) },
      ...(form && { method: 'POST', body: form }),
    })
    watch({ method: form ? 'POST' : 'GET', url, status: answer.status })
    for (const line of answer.headers.getSetCookie()) keep(jar, line)
    return answer
  }

  async function go(target: URL, form: URLSearchParams | null, origin = target.origin): Promise<Visit> {
    let url = target
    let body = form
    for (let step = 0; step < 15; step++) {
      const answer = await ask(url, body, origin)
      const text = await answer.text()
      const location = locationOf(url, answer)
      if (!location) {
        return { url, status: answer.status, text, headers: answer.headers, json: () => JSON.parse(text) }
      }
      url = location
      body = null
    }
    throw new Error(`too many redirects, at last to ${url}`)
  }

  return {
    cookies: jarOf,
    get: (url) => go(new URL(url), null),
    async peek(from) {
      const url = new URL(from)
      return locationOf(url, await ask(url, null, url.origin))
    },
    post: (url, form) => go(new URL(url), new URLSearchParams(form)),
    submit(page, changes = {}) {
      const { action, fields } = readForm(page, Object.keys(changes))
      for (const [name, value] of Object.entries(changes)) fields.set(name, value)
      return go(action, fields, page.url.origin)
    },
  }
}

function locationOf(url: URL, { status, headers }: Response): URL | null {
  const location = headers.get('location')
  return status >= 300 && status < 400 && location ? new URL(location, url) : null
}

function keep(jar: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
  const isOver = /;\s*max-age=0(;|$)/i.test(line) || /;\s*expires=Thu, 01 Jan 1970/i.test(line)
  if (isOver) jar.delete(name)
  else jar.set(name, value)
}

function readForm(page: Visit, wanted: string[]): { action: URL; fields: URLSearchParams } {
  const forms = [...page.text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)]
  const holdsAll = ([form]: RegExpExecArray) => wanted.every((name) => form.includes(`name="${name}"`))
  const [, attributes = '', content = ''] = forms.find(holdsAll) ?? forms[0] ?? []
  if (!content) throw new Error(`no form at ${page.url} (${page.status}): ${page.text.slice(0, 600)}`)
  const fields = new URLSearchParams()
  for (const [, input = ''] of content.matchAll(/<input\b([^>]*)>/g)) {
    const read = (name: string) => decodeEntities(new RegExp(`\\b${name}="([^"]*)"`).exec(input)?.[1] ?? '')
    const type = read('type')
    if (!read('name') || (['radio', 'checkbox'].includes(type) && !/\bchecked\b/.test(input))) continue
    fields.append(read('name'), read('value'))
  }
  const action = decodeEntities(/\baction="([^"]*)"/.exec(attributes)?.[1] ?? '')
  return { action: new URL(action || page.url, page.url), fields }
}

function decodeEntities(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
