import { isIP } from 'node:net'

/**
 * The part of a client's address that one subscriber cannot change at will: an IPv4 address as it is, the first
 * 64 bits of an IPv6 one (RFC 6177 gives a home no less). What is no address comes back as it is.
 */
export function clientNetwork(address: string): string {
  if (isIP(address) !== 6) return address
  const normal = new URL(`http://[${address.split('%')[0]}]/`).hostname.slice(1, -1)
  if (normal.startsWith('::ffff:')) return normal
  const [head, tail] = normal.split('::').map((half) => half.split(':').filter(Boolean)) as [
    string[],
    string[]?,
  ]
  const zeros = tail ? Array<string>(8 - head.length - tail.length).fill('0') : []
  return `${[...head, ...zeros, ...(tail ?? [])].slice(0, 4).join(':')}::/64`
}
