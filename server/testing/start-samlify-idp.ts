import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Application } from './samlify-provider.ts'

/** The foreign identity provider of samlify-idp.ts, from outside. */
export type SamlifyIdp = {
  url: string
  /** Address of its metadata, which is its entityID too. */
  metadataUrl: string
  metadata(): Promise<string>
  /** What its admin enters about our side. */
  configure(application: Application): Promise<void>
  /** A new key and certificate, as when the old one runs out. */
  replaceKey(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts it as a process of its own and waits until it answers. `host` is what it calls itself: `localhost` is the same
 * site as a server at http://localhost, 127.0.0.1 another.
 */
export async function startSamlifyIdp(host: '127.0.0.1' | 'localhost' = '127.0.0.1'): Promise<SamlifyIdp> {
  const script = join(import.meta.dirname, 'samlify-idp.ts')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, host], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const ended = once(child, 'exit')
  const complaints: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (text: string) => complaints.push(text))
  const [line] = await Promise.race([
    once(createInterface(child.stdout!), 'line'),
    ended.then(([code]) => {
      throw new Error(`The identity provider ended with exit code ${code}.\n${complaints.join('')}`)
    }),
  ])
  const { url } = JSON.parse(line as string) as { url: string }
  const send = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, { method, body: body && JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}.`)
    return answer.text()
  }
  return {
    url,
    metadataUrl: `${url}/metadata`,
    metadata: () => send('GET', '/metadata'),
    configure: async (application) => void (await send('PUT', '/application', application)),
    replaceKey: async () => void (await send('POST', '/key')),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
