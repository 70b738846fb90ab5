import { readdirSync, readFileSync } from 'node:fs'
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SamlCause } from './causes.ts'
import { SamlRefusal, samlCauses } from './causes.ts'
import {
  acsUrl,
  certificateOf,
  clock,
  defaultExpectation,
  idpEntityId,
  pemOf,
  requestId,
  spEntityId,
} from './testdata/build-response.ts'
import type { ManifestEntry } from './testdata/make-corpus.ts'
import type { Expectation } from './verify-response.ts'
import { verifyResponse } from './verify-response.ts'
import { inflateSamlMessage } from './xml.ts'

const folder = new URL('testdata/', import.meta.url)
const manifest: ManifestEntry[] = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'))
const good = manifest.filter((entry) => entry.folder === 'good')
const hostile = manifest.filter((entry) => entry.folder === 'hostile')

const bodyOf = (entry: ManifestEntry) => readFileSync(new URL(`${entry.folder}/${entry.file}.xml`, folder))
const fieldOf = (entry: ManifestEntry) =>
  entry.deliver === undefined || entry.deliver === 'post'
    ? bodyOf(entry).toString('base64')
    : bodyOf(entry).toString('utf8')

const certificatesOf = ({ certificates }: ManifestEntry) =>
  (certificates ?? ['idp']).map((name) => (name === 'unreadable' ? 'AAAA' : certificateOf(name)))

const expectationOf = (entry: ManifestEntry): Expectation => ({
  ...defaultExpectation(),
  certificates: certificatesOf(entry),
  ...(entry.requestId === null ? { requestId: null } : {}),
  allowLegacyEncryption: entry.allowLegacyEncryption ?? false,
})

function causeOf(entry: ManifestEntry): SamlCause | 'accepted' {
  if (entry.deliver === 'redirect') {
    try {
      inflateSamlMessage(fieldOf(entry))
      return 'accepted'
    } catch (thrown) {
      if (thrown instanceof SamlRefusal) return thrown.samlCause
      throw thrown
    }
  }
  const verdict = verifyResponse(fieldOf(entry), expectationOf(entry))
  return verdict.ok ? 'accepted' : verdict.cause
}

test('the manifest names every file of the corpus and no other', () => {
  for (const name of ['good', 'hostile'] as const) {
    const files = manifest.filter((entry) => entry.folder === name).map(({ file }) => `${file}.xml`)
    expect(readdirSync(new URL(name, folder)).sort()).toEqual(files.sort())
  }
})

describe('a hostile response is refused, with its own cause', () => {
  test.each(hostile.map((entry) => [entry.file, entry] as const))('%s', (_file, entry) => {
    expect(causeOf(entry)).toBe(entry.cause)
  })
})

describe('a good response is accepted, and says who signed in', () => {
  test.each(good.map((entry) => [entry.file, entry] as const))('%s', (_file, entry) => {
    const verdict = verifyResponse(fieldOf(entry), expectationOf(entry))
    expect(verdict.ok ? 'accepted' : verdict.cause).toBe('accepted')
    if (!verdict.ok) return
    const { assertion } = verdict
    expect(assertion.nameId?.value).toBe(
      entry.nameId === null ? undefined : (entry.nameId ?? 'engineer@acme.example'),
    )
    const attributes = Array.isArray(entry.attributes)
      ? entry.attributes
      : Object.entries(entry.attributes ?? {})
    if (entry.attributes) expect([...assertion.attributes]).toEqual(attributes)
    expect(assertion.issuer).toBe(idpEntityId)
    expect(verdict.checks.every(({ ok }) => ok)).toBe(true)
  })
})

describe('node-saml accepts the good ones too, and reads the same name identifier', () => {
  beforeEach(() => vi.useFakeTimers({ now: clock, toFake: ['Date'] }))
  afterEach(() => vi.useRealTimers())

  const readable = good.filter(({ nodeSaml }) => nodeSaml === undefined)
  test.each(readable.map((entry) => [entry.file, entry] as const))('%s', async (_file, entry) => {
    const requests = new Map([[requestId, clock.toISOString()]])
    const serviceProvider = new SAML({
      callbackUrl: acsUrl,
      issuer: spEntityId,
      audience: spEntityId,
      idpCert: certificatesOf(entry),
      decryptionPvk: pemOf('sp', 'key'),
      validateInResponseTo:
        entry.requestId === null ? ValidateInResponseTo.never : ValidateInResponseTo.always,
      cacheProvider: {
        saveAsync: async () => null,
        getAsync: async (key) => requests.get(key) ?? null,
        removeAsync: async (key) => key,
      },
      // Each of ours is signed in at least one place, which is what we require as well.
      wantAssertionsSigned: false,
      wantAuthnResponseSigned: false,
      acceptedClockSkewMs: 120_000,
    })
    const { profile } = await serviceProvider.validatePostResponseAsync({ SAMLResponse: fieldOf(entry) })
    const ours = verifyResponse(fieldOf(entry), expectationOf(entry))
    expect(profile?.issuer).toBe(idpEntityId)
    // An attribute called nameID overwrites the identifier in its profile, which is why we do not read that.
    if (ours.ok && !ours.assertion.attributes.has('nameID'))
      expect(profile?.nameID).toBe(ours.assertion.nameId?.value)
  })
})

test('every cause a response can have is shown by the corpus', () => {
  const shown = new Set(hostile.map(({ cause }) => cause))
  const ofLogout = /logout|name_id_missing/
  // Found by the store that remembers accepted assertions, not here.
  expect(samlCauses.filter((cause) => !shown.has(cause) && !ofLogout.test(cause))).toEqual(['saml_replayed'])
})
