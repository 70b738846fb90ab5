import { expect, test } from 'vitest'
import { createFloodGate } from './flood-gate.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds))
const knock = (gate: ReturnType<typeof createFloodGate>, address: string, times: number, seconds = 0) => {
  let refused = 0
  for (let count = 0; count < times; count++) {
    try {
      gate(address, at(seconds))
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 60 - (seconds % 60) })
      refused++
    }
  }
  return refused
}

test('a network gets so many requests a minute, others are not disturbed by it', () => {
  const gate = createFloodGate()
  expect(knock(gate, '192.0.2.1', 1300)).toBe(100)
  expect(knock(gate, '192.0.2.2', 1200)).toBe(0)
  expect(knock(gate, '192.0.2.1', 1, 59)).toBe(1)
  expect(knock(gate, '192.0.2.1', 1200, 60)).toBe(0)
})

test('an IPv6 network is one sender, whatever address it takes', () => {
  const gate = createFloodGate()
  let refused = 0
  for (let host = 0; host < 1300; host++) refused += knock(gate, `2001:db8::${host.toString(16)}`, 1)
  expect(refused).toBe(100)
})

test('a machine of our own is not counted', () => {
  const gate = createFloodGate()
  expect(knock(gate, '127.0.0.1', 5000)).toBe(0)
  expect(knock(gate, '::1', 5000)).toBe(0)
})

test('more networks than are kept make the gate lenient, never the memory full', () => {
  const gate = createFloodGate()
  for (let one = 0; one < 60_000; one++) gate(`10.${one >> 16}.${(one >> 8) & 255}.${one & 255}`, at(0))
  expect(knock(gate, '192.0.2.9', 1200)).toBe(0)
})
