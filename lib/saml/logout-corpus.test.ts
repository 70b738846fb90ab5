import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { samlCauses } from './causes.ts'
import { explainLogoutCause } from './logout-causes.ts'
import { defaultLogoutExpectation } from './testdata/build-logout.ts'
import { certificateOf } from './testdata/build-response.ts'
import { type LogoutManifestEntry, logoutFileName } from './testdata/make-logout-corpus.ts'
import {
  type LogoutDelivery,
  readLogoutMessage,
  verifyLogoutRequest,
  verifyLogoutResponse,
} from './verify-logout.ts'

const folder = new URL('testdata/', import.meta.url)
const manifest: LogoutManifestEntry[] = JSON.parse(
  readFileSync(new URL('logout-manifest.json', folder), 'utf8'),
)
const named = (entries: LogoutManifestEntry[]) => entries.map((entry) => [entry.file, entry] as const)
const good = manifest.filter(({ cause }) => cause === undefined)
const hostile = manifest.filter(({ cause }) => cause !== undefined)

function deliveryOf(entry: LogoutManifestEntry): LogoutDelivery {
  const body = readFileSync(new URL(`logout/${logoutFileName(entry)}`, folder))
  if (entry.binding === 'redirect') return { binding: 'redirect', query: body.toString('utf8') }
  const field = entry.name === 'LogoutRequest' ? 'SAMLRequest' : 'SAMLResponse'
  const form = new URLSearchParams({ [field]: body.toString('base64'), RelayState: 'relay-1' })
  return { binding: 'post', form }
}

function judge(entry: LogoutManifestEntry) {
  const certificates = (entry.certificates ?? ['idp']).map((name) =>
    name === 'unreadable' ? 'AAAA' : certificateOf(name),
  )
  const expectation = { ...defaultLogoutExpectation(), certificates }
  return entry.name === 'LogoutRequest'
    ? verifyLogoutRequest(deliveryOf(entry), expectation)
    : verifyLogoutResponse(deliveryOf(entry), expectation)
}

test('the manifest names every file of the corpus and no other', () => {
  expect(readdirSync(new URL('logout', folder)).sort()).toEqual(manifest.map(logoutFileName).sort())
})

describe('a hostile logout message is refused, with its own cause', () => {
  test.each(named(hostile))('%s', (_file, entry) => {
    const verdict = judge(entry)
    expect(verdict.ok ? 'accepted' : verdict.cause).toBe(entry.cause)
    expect(verdict.checks.at(-1)).toMatchObject({ ok: false })
  })
})

describe('a good logout message is accepted, and says who is signed out', () => {
  test.each(named(good))('%s', (_file, entry) => {
    const verdict = judge(entry)
    expect(verdict.ok ? 'accepted' : verdict.cause).toBe('accepted')
    if (!verdict.ok) return
    expect(verdict.checks.every(({ ok }) => ok)).toBe(true)
    expect(readLogoutMessage(deliveryOf(entry))).toEqual({
      ok: true,
      name: entry.name,
      issuer: defaultLogoutExpectation().idpEntityId,
      relayState: entry.relayState ?? 'relay-1',
    })
    if (entry.name === 'LogoutResponse') {
      expect(verdict.verified).toEqual({ status: entry.status ?? 'Success' })
      return
    }
    expect(verdict.verified).toMatchObject({
      id: '_logout-0001',
      nameId: { value: entry.nameId ?? 'engineer@acme.example' },
      sessionIndexes: entry.sessionIndexes ?? ['_session-1'],
    })
  })
})

test('every cause of logout alone is shown by the corpus', () => {
  const shown = new Set(hostile.map(({ cause }) => cause))
  const own = samlCauses.filter((cause) => /logout|name_id_missing/.test(cause))
  expect(own.length).toBeGreaterThanOrEqual(5)
  expect(own.filter((cause) => !shown.has(cause))).toEqual([])
})

describe('its sentence speaks of signing out', () => {
  const causes = [...new Set(hostile.map(({ cause }) => cause!)), 'saml_replayed' as const]
  test.each(causes)('%s', (cause) => {
    const sentence = explainLogoutCause(cause, { idp: 'Okta', expected: 'https://a.example', received: 'r' })
    expect(sentence).toContain('Okta')
    expect(sentence).toMatch(/^[A-Z“].*\.$/)
    expect(sentence).not.toMatch(
      /sign in|log ?in\b|login|assertion(?! encryption| consumer)|ACS|SAMLResponse|undefined/i,
    )
    expect(explainLogoutCause(cause, { idp: 'Okta' })).not.toMatch(/undefined|null|\(\)|“”/)
  })
})
