import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail as the server took it: envelope and the whole message. */
export type ReceivedMail = { from: string; to: string; message: string }

/** What the server says to the next mails, in this order, instead of taking them. */
export type Refusal = { at: 'RCPT' | 'DATA'; code: number; text: string }

export type TestSmtpServer = {
  port: number
  url: string
  received: ReceivedMail[]
  /** What clients gave as user and password. */
  credentials: { user: string; password: string }[]
  refuseNext(...refusals: Refusal[]): void
  close(): Promise<void>
}

/** A mail server on a loopback port. Without `password` everybody may send. */
export async function startSmtpServer(
  options: { port?: number; password?: string; offerTls?: boolean } = {},
): Promise<TestSmtpServer> {
  const received: ReceivedMail[] = []
  const credentials: TestSmtpServer['credentials'] = []
  const refusals: Refusal[] = []
  const refuse = (at: Refusal['at']) => {
    if (refusals[0]?.at !== at) return null
    const { code, text } = refusals.shift()!
    return Object.assign(new Error(text), { responseCode: code })
  }
  const server = new SMTPServer({
    authOptional: options.password === undefined,
    allowInsecureAuth: true,
    hideSTARTTLS: !options.offerTls,
    logger: false,
    onAuth({ username: user, password }, _session, done) {
      credentials.push({ user: user ?? '', password: password ?? '' })
      if (password === options.password) done(null, { user })
      else done(new Error('Invalid username or password'))
    },
    onRcptTo: (_address, _session, done) => done(refuse('RCPT')),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const refused = refuse('DATA')
        if (refused) return done(refused)
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address).join(','),
          message: Buffer.concat(chunks).toString('utf8'),
        })
        done()
      })
    },
  })
  // A client that gives up on our certificate is no concern of the server.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    received,
    credentials,
    refuseNext: (...next) => void refusals.push(...next),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
