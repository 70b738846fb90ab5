import { describe, expect, test } from 'vitest'
import { isLoopbackAddress, isReachableAddress, parseOutboundAllowance } from './outbound-addresses.ts'

const nothing = parseOutboundAllowance([])
const loopback = parseOutboundAllowance(['127.0.0.0/8', '::1/128', 'localhost'])

describe('addresses that are never public', () => {
  test.each([
    ['this network', '0.0.0.0', '0.255.255.255'],
    [
      'private',
      '10.0.0.1',
      '10.255.255.255',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '192.168.255.255',
    ],
    ['carrier-grade NAT', '100.64.0.1', '100.127.255.255'],
    ['loopback', '127.0.0.1', '127.66.0.1', '127.255.255.255', '::1'],
    ['link-local, where clouds keep their metadata', '169.254.169.254', 'fe80::1', 'febf::1'],
    [
      'documentation and benchmarks',
      '192.0.2.1',
      '198.51.100.1',
      '203.0.113.1',
      '198.18.0.1',
      '2001:db8::1',
      '3fff::1',
    ],
    [
      'multicast, reserved, broadcast',
      '224.0.0.1',
      '239.255.255.255',
      '240.0.0.1',
      '255.255.255.255',
      'ff02::1',
    ],
    ['unspecified', '::'],
    ['unique local', 'fc00::1', 'fdff::1'],
    ['site-local', 'fec0::1'],
    [
      'IPv4 mapped into IPv6',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::FFFF:10.0.0.1',
      '::ffff:169.254.169.254',
      '0:0:0:0:0:ffff:a00:1',
    ],
    ['IPv4-compatible', '::127.0.0.1', '::7f00:1'],
    ['translated (NAT64)', '64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b:1::1'],
    ['translated without state (RFC 2765)', '::ffff:0:127.0.0.1', '::ffff:0:7f00:1'],
    ['never assigned', '::2', '100::1', '1000::1', '4000::1', '5f00::1', 'e000::1'],
    ['6to4 and Teredo', '2002:7f00:1::', '2001:0:1::1'],
    ['with a zone', 'fe80::1%eth0'],
    ['in brackets', '[::1]', '[fe80::1]'],
    [
      'no address at all',
      '',
      'localhost',
      '127.1',
      '0x7f.0.0.1',
      '2130706433',
      '127.0.0.1.example',
      '1.2.3.4/8',
    ],
  ])('%s', (_name, ...addresses) => {
    for (const address of addresses) expect(isReachableAddress(address, nothing), address).toBe(false)
  })
})

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '::ffff:8.8.8.8',
])('public: %s', (address) => expect(isReachableAddress(address, nothing)).toBe(true))

describe('what is allowed besides', () => {
  test('a range lets its addresses through, in every notation, and no others', () => {
    for (const address of ['127.0.0.1', '127.66.1.2', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1']) {
      expect(isReachableAddress(address, loopback), address).toBe(true)
    }
    for (const address of ['10.0.0.1', '169.254.169.254', '::ffff:10.0.0.1', 'fe80::1']) {
      expect(isReachableAddress(address, loopback), address).toBe(false)
    }
  })

  test('one address without a prefix length', () => {
    const allowance = parseOutboundAllowance(['127.66.0.1', 'fd00::1'])
    expect(isReachableAddress('127.66.0.1', allowance)).toBe(true)
    expect(isReachableAddress('127.66.0.2', allowance)).toBe(false)
    expect(isReachableAddress('fd00::1', allowance)).toBe(true)
    expect(isReachableAddress('fd00::2', allowance)).toBe(false)
  })

  test('names are compared without regard to case', () => {
    expect(parseOutboundAllowance(['IdP.Internal', 'localhost:8080']).hosts).toEqual(
      new Set(['idp.internal', 'localhost:8080']),
    )
  })
})

test.each([
  ['127.0.0.1', true],
  ['127.66.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['128.0.0.1', false],
  ['10.0.0.1', false],
  ['1270.0.0.1', false],
  ['::2', false],
])('loopback: %s %s', (address, expected) => expect(isLoopbackAddress(address)).toBe(expected))
