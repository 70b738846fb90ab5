import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What an application received at its back-channel logout URL. */
export type ReceivedNotice = { method: string; type: string; logoutToken: string }

export type ReceiverAnswer = { status: number; body?: string; headers?: Record<string, string> }

export type LogoutReceiver = {
  url: string
  received: ReceivedNotice[]
  /** The answer to each further notice. */
  answerWith(answer: ReceiverAnswer): void
  close(): Promise<void>
}

/** An application's back-channel logout URL on loopback (OpenID Connect Back-Channel Logout 1.0 §2.5). */
export async function startLogoutReceiver(): Promise<LogoutReceiver> {
  const received: ReceivedNotice[] = []
  let answer: ReceiverAnswer = { status: 200 }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
    received.push({
      method: request.method ?? '',
      type: request.headers['content-type'] ?? '',
      logoutToken: form.get('logout_token') ?? '',
    })
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/logout`,
    received,
    answerWith(next) {
      answer = next
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
