import pino from 'pino'
import type { Log } from '#lib/base/log.ts'
import type { Config } from '#lib/config/config.ts'

/** Names under which something secret could ever reach a log line; whatever stands there is blotted out. */
const secretNames = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'clientSecret',
  'client_secret',
  'code',
  'code_verifier',
  'access_token',
  'id_token',
  'refresh_token',
  'SAMLResponse',
  'sso_jwt',
]

/** One JSON object a line on standard output, or wherever `destination` writes. */
export function createLog(
  config: Pick<Config, 'logLevel'>,
  destination?: { write(line: string): void },
): Log {
  const options: pino.LoggerOptions = {
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: secretNames.filter((name) => name !== 'code').flatMap((name) => [name, `*.${name}`]),
      censor: '[redacted]',
    },
  }
  return destination ? pino(options, destination) : pino(options)
}
