import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * Which addresses an outbound call may reach: public ones, and what `OUTBOUND_ALLOW` names.
 * Pure; nothing is resolved or sent here.
 */

/** Ranges that are never public: IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and updates). */
const specialRanges = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Everything but 2000::/3, the global unicast addresses (RFC 4291 §2.4), and what is special among those.
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
]

/** One list a family: Node finds an IPv4 address in IPv6 ranges as well, as ::ffff:0:0/96. */
const special = {
  ipv4: toBlockList(specialRanges.filter((range) => !range.includes(':'))),
  ipv6: toBlockList(specialRanges.filter((range) => range.includes(':'))),
}

/** What `OUTBOUND_ALLOW` says: whole host names, and address ranges. */
export type OutboundAllowance = { hosts: ReadonlySet<string>; ranges: BlockList }

/** Parses host names, addresses and CIDR ranges. A `localhost` entry allows that name, not what it resolves to elsewhere. */
export function parseOutboundAllowance(entries: string[]): OutboundAllowance {
  const ranges = entries.filter((entry) => isIP(entry.split('/')[0]!) !== 0)
  const hosts = entries.filter((entry) => !ranges.includes(entry)).map((entry) => entry.toLowerCase())
  return { hosts: new Set(hosts), ranges: toBlockList(ranges) }
}

/** Whether an address may be reached: a public one, or one inside an allowed range. IPv4 inside IPv6 is judged as IPv4. */
export function isReachableAddress(address: string, allowance: OutboundAllowance): boolean {
  const plain = unwrapMappedIPv4(address)
  if (isIP(plain) === 0) return false
  const family = isIPv4(plain) ? 'ipv4' : 'ipv6'
  return allowance.ranges.check(plain, family) || !special[family].check(plain, family)
}

/** Whether an address is this machine itself. */
export function isLoopbackAddress(address: string): boolean {
  const plain = unwrapMappedIPv4(address)
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}

/** `::ffff:127.0.0.1` and `::ffff:7f00:1` are IPv4 addresses in disguise (RFC 4291 §2.5.5). */
function unwrapMappedIPv4(address: string): string {
  const bare = address.replace(/^\[|\]$/g, '')
  if (isIP(bare) !== 6) return bare
  const normal = new URL(`http://[${bare.split('%')[0]}]/`).hostname.slice(1, -1)
  const mapped = /^::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(normal)
  if (!mapped) return normal
  const high = Number.parseInt(mapped[1]!, 16)
  const low = Number.parseInt(mapped[2]!, 16)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function toBlockList(ranges: string[]): BlockList {
  const blockList = new BlockList()
  for (const range of ranges) {
    const [address, bits] = range.split('/') as [string, string | undefined]
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    blockList.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family)
  }
  return blockList
}
