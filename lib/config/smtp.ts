import { isIP } from 'node:net'
import { isLoopbackHost } from '../base/loopback-host.ts'

/** The server that takes our mail. */
export type SmtpServer = {
  host: string
  port: number
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  secure: boolean
  /** Nothing is sent without TLS: a password would travel in the clear. */
  requireTls: boolean
  credentials: { user: string; password: string } | null
}

/** Who our mail is from. */
export type MailSender = { name: string; address: string }

/**
 * `smtp://user:password@host:587` or `smtps://host`. Null for what is no such address; the reason is never told, since
 * the text holds a password.
 */
export function parseSmtpUrl(text: string): SmtpServer | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || !isHost(url.hostname)) return null
  if (!['', '/'].includes(url.pathname) || url.search || url.hash) return null
  const user = decode(url.username)
  const password = decode(url.password)
  if (user === null || password === null || (user === '') !== (password === '')) return null
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const credentials = user === '' ? null : { user, password }
  return {
    host,
    port: url.port ? Number(url.port) : secure ? 465 : 587,
    secure,
    requireTls: !secure && credentials !== null && !isLoopbackHost(url.hostname),
    credentials,
  }
}

/** `login@acme.example` or `Acme sign-in <login@acme.example>`; null for anything else. */
export function parseMailSender(text: string): MailSender | null {
  const [, quoted, plain, bracketed, bare] =
    /^(?:(?:"([^"\\\r\n]*)"|([^"<>\r\n]*?))\s*<([^<>\s]+)>|([^<>\s]+))$/.exec(text.trim()) ?? []
  const address = bracketed ?? bare ?? ''
  if (!/^[^\s@<>(),;:"[\]\\]+@[A-Za-z0-9.-]+$/.test(address)) return null
  return { name: (quoted ?? plain ?? '').trim(), address }
}

/** The sender where none was given: nobody at the host people know us by. */
export function defaultMailSender(publicHostname: string): MailSender {
  const host = publicHostname.replace(/^\[|\]$/g, '')
  return { name: 'Vestibule', address: `no-reply@${isIP(host) ? 'localhost' : host}` }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function isHost(hostname: string): boolean {
  return hostname.startsWith('[') || /^[a-z0-9._-]+$/i.test(hostname)
}
