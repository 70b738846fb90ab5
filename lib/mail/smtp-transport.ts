import { createTransport } from 'nodemailer'
import type { MailSender, SmtpServer } from '../config/smtp.ts'
import type { MailParts } from './render-mail.ts'

/** A mail as it is handed over. `id` becomes its Message-ID, so that one sent twice can be told. */
export type OutgoingMail = MailParts & { id: string; to: string; subject: string }

/** `permanent`: the server will never take it, so that trying again is no use. `reason` is for admins. */
export type SendOutcome = { ok: true } | { ok: false; permanent: boolean; reason: string }

/** Hands one mail to a server. Never throws for what the server or the network does. */
export type MailTransport = { send(mail: OutgoingMail): Promise<SendOutcome> }

/** A transport to an SMTP server (RFC 5321), one connection a mail. It waits ten seconds for it, unless told otherwise. */
export function createSmtpTransport(
  server: SmtpServer,
  from: MailSender,
  patienceSeconds = 10,
): MailTransport {
  const { host, port, secure, requireTls: requireTLS, credentials } = server
  const auth = credentials ? { user: credentials.user, pass: credentials.password } : undefined
  const transporter = createTransport({
    host,
    port,
    secure,
    requireTLS,
    auth,
    // Where no secret is at stake, encryption with whoever answers is better than none (RFC 7435).
    tls: { rejectUnauthorized: secure || requireTLS },
    ...patience(patienceSeconds * 1000),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return {
    async send({ id, to, subject, text, html }) {
      try {
        await transporter.sendMail({
          messageId: `<${id}@${domain}>`,
          from,
          to: { name: '', address: to },
          subject,
          text,
          html,
          // RFC 3834 §5: no holiday notes in return.
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        return { ok: true }
      } catch (thrown) {
        return describeFailure(thrown as SmtpFailure, credentials?.password)
      }
    },
  }
}

/** For a connection and a greeting so many milliseconds, thrice that for an answer to what was said. */
function patience(wait: number) {
  return { dnsTimeout: wait, connectionTimeout: wait, greetingTimeout: wait, socketTimeout: 3 * wait }
}

type SmtpFailure = Error & { code?: string; command?: string; responseCode?: number; response?: string }

/** What concerns this one mail; a refusal of the connection or of our password is the operator's to put right. */
const commandsOfMail = /^(MAIL FROM|RCPT TO|DATA|API)\b/

/** RFC 5321 §4.2.1: answers from 500 on are permanent. */
function describeFailure(failure: SmtpFailure, password: string | undefined): SendOutcome {
  const { responseCode = 0, command = '', code } = failure
  const permanent = responseCode >= 500 && commandsOfMail.test(command)
  return { ok: false, permanent, reason: withoutSecret(reasonOf(failure, code), password) }
}

function reasonOf({ response, message }: SmtpFailure, code: string | undefined): string {
  if (response) return `The mail server answered: ${response.replace(/\s+/g, ' ').trim()}`.slice(0, 500)
  if (code === 'ETLS') return `No secure connection to the mail server: ${message}`.slice(0, 500)
  return `The mail server could not be reached: ${message}`.slice(0, 500)
}

function withoutSecret(text: string, password: string | undefined): string {
  return password ? text.replaceAll(password, '…') : text
}
