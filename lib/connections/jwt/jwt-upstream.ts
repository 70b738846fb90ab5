import { VestibuleError } from '../../base/errors.ts'
import { isHttpsOrLoopbackUrl } from '../../base/redirect-url.ts'
import type { ConnectionRecord } from '../../store/connections.ts'

/** What is stored of a customer's page. */
export type JwtUpstream = {
  /** Where people are sent, as it was given; also what tells one page of a tenant and product from another. */
  ssoUrl: string
  /** What `aud` of its tokens must name. */
  audience: string
}

export function jwtUpstreamOf(connection: Pick<ConnectionRecord, 'upstream'>): JwtUpstream {
  return connection.upstream as JwtUpstream
}

/** Checks the address of a customer's page. Throws `validation_failed`. */
export function checkSsoUrl(ssoUrl: string): void {
  if (!/^[\x21-\x7e]+$/.test(ssoUrl) || !isHttpsOrLoopbackUrl(ssoUrl))
    throw refuse('ssoUrl', 'must be an https URL (http for localhost) without user name, fragment or *')
  const { searchParams } = new URL(ssoUrl)
  if (searchParams.has('return_to_path') || searchParams.has('return_to_params'))
    throw refuse('ssoUrl', 'must not hold return_to_path or return_to_params; they are added to it')
}

/** Checks what tokens must be for. Throws `validation_failed`. */
export function checkAudience(audience: string): void {
  if (!/^[\x21-\x7e]{1,255}$/.test(audience))
    throw refuse('audience', 'must be 1 to 255 ASCII characters without blanks')
}

export function refuse(path: string, message: string): VestibuleError {
  return new VestibuleError('validation_failed', `${path} ${message}`, { fields: [{ path, message }] })
}
