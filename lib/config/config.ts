import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { VestibuleError } from '../base/errors.ts'
import { isLoopbackHost } from '../base/loopback-host.ts'
import { defaultMailSender, type MailSender, parseMailSender, parseSmtpUrl, type SmtpServer } from './smtp.ts'

/**
 * The configuration room: the only reader of the environment. It is parsed once, at start;
 * a wrong value stops the start with a sentence that names the variable.
 */
export type Config = {
  /** Origin under which the default organization is served, without a trailing slash. Also its issuer. */
  publicUrl: string
  /** Host (with port) of `publicUrl`. */
  publicHost: string
  /** Whether browsers reach us by https: decides cookie flags and HSTS. */
  secure: boolean
  port: number
  /** PostgreSQL connection string; absent: the embedded database in `dataDir`. */
  databaseUrl: string | undefined
  dataDir: string
  /** Root of sealing, when given; otherwise generated and kept in `dataDir`. */
  rootSecret: string | undefined
  /** Earlier roots, still able to unwrap what they wrapped. */
  previousRootSecrets: string[]
  /** Bootstrap management keys of the default organization. */
  apiKeys: string[]
  adminEmail: string | undefined
  adminPassword: string | undefined
  demo: boolean
  /** How many proxies in front are trusted to append to X-Forwarded-For and to set X-Forwarded-Proto/-Host. */
  trustProxy: number
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Our entityID towards identity providers. */
  samlAudience: string
  /** What a client may send as its secret when it names tenant and product instead of a clientID. */
  clientSecretVerifier: string
  /** Hosts or CIDR ranges that outbound calls may reach besides public https. */
  outboundAllow: string[]
  /** Where mail is handed over; null: it stays in the outbox, where admins read it. */
  smtp: SmtpServer | null
  mailFrom: MailSender
}

const givenList = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)
const list = givenList.prefault('')

const flag = z.enum(['0', '1']).transform((value) => value === '1')

const environment = z.object({
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) address such as https://login.example.com' })
    .optional(),
  PORT: z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65535).default(5225),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')
    .optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  VESTIBULE_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters; `openssl rand -base64 32` makes one')
    .optional(),
  // A secret may itself hold a comma, so the whole text counts as one as well.
  VESTIBULE_SECRET_PREVIOUS: z
    .string()
    .transform((text) =>
      [...new Set([text.trim(), ...text.split(',').map((item) => item.trim())])].filter(Boolean),
    )
    .prefault(''),
  API_KEYS: list.pipe(z.array(z.string().min(16, 'each key must have at least 16 characters'))),
  ADMIN_EMAIL: z.email({ error: 'must be a mail address' }).optional(),
  ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),
  DEMO: flag.optional(),
  TRUST_PROXY: z.coerce
    .number({ error: 'must be the number of proxies in front' })
    .int()
    .min(0)
    .max(10)
    .default(0),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SAML_AUDIENCE: z.string().min(1).optional(),
  CLIENT_SECRET_VERIFIER: z.string().min(1).default('dummy'),
  OUTBOUND_ALLOW: givenList
    .pipe(
      z.array(
        z
          .string()
          .refine(isHostOrRange, 'must be a list of host names, addresses and ranges such as 10.0.0.0/8'),
      ),
    )
    .optional(),
  SMTP_URL: z
    .string()
    .transform(parseSmtpUrl)
    .refine(
      (server) => server !== null,
      'must be smtp://user:password@host:587 or smtps://user:password@host:465, with special characters of the password percent-encoded',
    )
    .optional(),
  MAIL_FROM: z
    .string()
    .transform(parseMailSender)
    .refine(
      (sender) => sender !== null,
      'must be a mail address, such as login@example.com or Example <login@example.com>',
    )
    .optional(),
})

/** Parses the environment. Throws one `validation_failed` that lists every wrong variable in a sentence. */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => ({
      path: issue.path.join('.'),
      message: issue.message,
    }))
    throw refuse(fields.map(({ path, message }) => `${path.split('.')[0]} ${message}`).join('; '))
  }
  const e = parsed.data
  const publicUrl = new URL(e.PUBLIC_URL ?? `http://localhost:${e.PORT}`)
  if (publicUrl.pathname !== '/' || publicUrl.search || publicUrl.hash || publicUrl.username) {
    throw refuse(
      'PUBLIC_URL must be an origin without path, query or user, such as https://login.example.com',
    )
  }
  const loopback = isLoopbackHost(publicUrl.hostname)
  if (e.DATABASE_URL) checkProductionNeeds(e, publicUrl, loopback)
  return {
    publicUrl: publicUrl.origin,
    publicHost: publicUrl.host,
    secure: publicUrl.protocol === 'https:',
    port: e.PORT,
    databaseUrl: e.DATABASE_URL,
    dataDir: resolve(e.DATA_DIR),
    rootSecret: e.VESTIBULE_SECRET,
    previousRootSecrets: e.VESTIBULE_SECRET_PREVIOUS,
    apiKeys: e.API_KEYS,
    adminEmail: e.ADMIN_EMAIL?.toLowerCase(),
    adminPassword: e.ADMIN_PASSWORD,
    demo: e.DEMO ?? !e.DATABASE_URL,
    trustProxy: e.TRUST_PROXY,
    logLevel: e.LOG_LEVEL,
    samlAudience: e.SAML_AUDIENCE ?? `${publicUrl.origin}/saml`,
    clientSecretVerifier: e.CLIENT_SECRET_VERIFIER,
    outboundAllow:
      e.OUTBOUND_ALLOW === undefined
        ? loopback
          ? ['127.0.0.0/8', '::1/128', 'localhost']
          : []
        : e.OUTBOUND_ALLOW,
    smtp: e.SMTP_URL ?? null,
    mailFrom: e.MAIL_FROM ?? defaultMailSender(publicUrl.hostname),
  }
}

/** On PostgreSQL nothing is guessed that would matter later: the address people use and the root secret. */
function checkProductionNeeds(e: z.output<typeof environment>, publicUrl: URL, loopback: boolean): void {
  const missing: string[] = []
  if (!e.PUBLIC_URL) missing.push('PUBLIC_URL (the address people use, such as https://login.example.com)')
  if (!e.VESTIBULE_SECRET)
    missing.push('VESTIBULE_SECRET (the root of sealing; `openssl rand -base64 32` makes one)')
  if (missing.length > 0)
    throw refuse(`with DATABASE_URL set, these are needed as well: ${missing.join(' and ')}`)
  if (publicUrl.protocol === 'http:' && !loopback) {
    throw refuse('PUBLIC_URL must be https, because cookies and sign-in answers would travel in the clear')
  }
}

/** `idp.internal`, `idp.internal:8443`, `10.0.0.7`, `fd00::/8`. */
function isHostOrRange(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/')
  const family = isIP(address)
  if (family === 0) return bits === undefined && /^[a-z0-9._-]+(:\d{1,5})?$/i.test(entry)
  if (bits === undefined) return true
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}

function refuse(reason: string): VestibuleError {
  return new VestibuleError('validation_failed', `The configuration is not usable: ${reason}.`)
}

/** The configuration of this process. */
export function readConfig(): Config {
  return parseConfig(process.env)
}
