import { Agent, type IncomingHttpHeaders, request } from 'node:http'

/**
 * What the tests talk to the server with: node:http as it is, so that a path is sent as it was written and a Host
 * header can be anything. Follows no redirect.
 */
export type Answer = {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** The body as JSON; throws when it is something else. */
  json<T = Record<string, unknown>>(): T
  /** The Location header as a URL, relative to the server. */
  location(): URL
}

export type Call = {
  headers?: Record<string, string>
  /** Sent as a form. */
  form?: URLSearchParams | Record<string, string>
  json?: unknown
  body?: string | Buffer
}

export type Client = {
  send(method: string, path: string, call?: Call): Promise<Answer>
  get(path: string, call?: Call): Promise<Answer>
  post(path: string, call?: Call): Promise<Answer>
}

export function createClient(port: number, standing: Record<string, string> = {}): Client {
  const send: Client['send'] = async (method, path, call = {}) => {
    const { body, type } = encodeBody(call)
    const headers: Record<string, string> = {
      host: `localhost:${port}`,
      ...standing,
      ...(type && { 'content-type': type }),
      ...(body !== undefined &&
        !call.headers?.['transfer-encoding'] && { 'content-length': String(Buffer.byteLength(body)) }),
      ...call.headers,
    }
    return exchange(port, method, path, headers, body)
  }
  return {
    send,
    get: (path, call) => send('GET', path, call),
    post: (path, call) => send('POST', path, call),
  }
}

/** A browser: keeps cookies by name, as a Cookie header on every further request. */
export type Browser = Client & { cookies: Map<string, string> }

export function createBrowser(port: number, standing: Record<string, string> = {}): Browser {
  const client = createClient(port, standing)
  const cookies = new Map<string, string>()
  const send: Client['send'] = async (method, path, call = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers: Record<string, string> = { ...(cookie && { cookie }), ...call.headers }
    const answer = await client.send(method, path, { ...call, headers })
    for (const line of answer.headers['set-cookie'] ?? []) keepCookie(cookies, line)
    return answer
  }
  return {
    cookies,
    send,
    get: (path, call) => send('GET', path, call),
    post: (path, call) => send('POST', path, call),
  }
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';')
  const at = pair.indexOf('=')
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
  if (value === '' || /;\s*max-age=0(;|$)/i.test(line)) cookies.delete(name)
  else cookies.set(name, value)
}

function encodeBody({ form, json, body }: Call): { body?: string | Buffer; type?: string } {
  if (form) return { body: new URLSearchParams(form).toString(), type: 'application/x-www-form-urlencoded' }
  if (json !== undefined) return { body: JSON.stringify(json), type: 'application/json' }
  return { body }
}

const agent = new Agent({ keepAlive: true, maxSockets: 50 })

function exchange(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: () => JSON.parse(text),
          location: () => new URL(response.headers.location ?? '', `http://localhost:${port}`),
        })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
