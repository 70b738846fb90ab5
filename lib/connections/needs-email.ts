import type { ConnectionRecord } from '../store/connections.ts'

/**
 * Whether nobody gets in through the connection without an e-mail address. Where the directory has its say it may know
 * them by something else.
 */
export function needsEmail({ provisioning }: Pick<ConnectionRecord, 'provisioning'>): boolean {
  return provisioning === 'passthrough'
}
