import { VestibuleError } from '#lib/base/errors.ts'
import type { Body } from '#lib/http/body.ts'
import { type Fault, faults, isFault } from './faults.ts'
import { findPerson, type Person } from './people.ts'
import { guessBinding, readAuthnRequest } from './read-authn-request.ts'
import type { AnsweredRequest, Signing } from './response-plan.ts'
import type { TestIdp } from './test-idp-identity.ts'

/** What somebody decided on the login page, or a script in its place. */
export type LoginSubmission = {
  request: AnsweredRequest
  relayState: string
  person: Person
  attributes: Record<string, string[]>
  fault: Fault | undefined
  signing: Signing
  isEncrypted: boolean
}

export const signings: Record<Signing, string> = {
  assertion: 'The assertion',
  response: 'The response',
  both: 'Both',
}

/**
 * Reads a form or JSON body: `SAMLRequest` (and `binding`), or `acsUrl`, `issuer` and perhaps `requestId` for a
 * response nobody asked for by a message; `RelayState`; `person` (or `email`); `fault`; `signing`; `encrypt`;
 * `attributes` as JSON, `attribute.{name}` and `furtherAttributes` as form fields.
 * Throws `validation_failed` with a sentence that names what is possible.
 */
export function parseLogin(body: Body, idp: TestIdp): LoginSubmission {
  const request = parseRequest(body)
  checkAcsUrl(request.acsUrl, idp)
  return {
    request,
    relayState: readText(body, 'RelayState') ?? '',
    person: findPerson(idp.tenant, readText(body, 'person') ?? readText(body, 'email') ?? ''),
    attributes: readAttributes(body),
    fault: parseFault(readText(body, 'fault') ?? ''),
    signing: parseSigning(readText(body, 'signing') ?? ''),
    isEncrypted: ['true', 'on', '1'].includes(String(body.encrypt ?? '')),
  }
}

/**
 * This provider answers to its own broker only: were the address free, a link to this page would be a way
 * to post a form of somebody else's choice anywhere, with the cookies of whoever clicks through.
 */
export function checkAcsUrl(acsUrl: string, idp: TestIdp): void {
  const url = URL.parse(acsUrl)
  const isOurs =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.origin === new URL(idp.baseUrl).origin &&
    url.username === '' &&
    url.password === '' &&
    /^\/api\/oauth\/saml(\/[^/]+)?$/.test(url.pathname)
  if (isOurs) return
  throw new VestibuleError(
    'validation_failed',
    'The test identity provider sends its answer to the SAML address of this installation only (AssertionConsumerServiceURL).',
  )
}

function parseRequest(body: Body): AnsweredRequest {
  const samlRequest = readText(body, 'SAMLRequest')
  if (samlRequest) {
    const binding = readText(body, 'binding') || guessBinding(samlRequest)
    if (binding === 'redirect' || binding === 'post') return readAuthnRequest(samlRequest, binding)
    throw refuse('The binding must be redirect or post.')
  }
  const acsUrl = readText(body, 'acsUrl')
  const issuer = readText(body, 'issuer')
  if (acsUrl && issuer) return { id: readText(body, 'requestId') || null, acsUrl, issuer }
  throw refuse('Send a SAMLRequest, or acsUrl and issuer for a sign-in that starts here.')
}

function parseFault(name: string): Fault | undefined {
  if (name === '' || name === 'none') return undefined
  if (isFault(name)) return name
  throw refuse(`There is no such fault. Choose none or one of ${Object.keys(faults).join(', ')}.`)
}

function parseSigning(name: string): Signing {
  if (name === '') return 'assertion'
  if (name === 'assertion' || name === 'response' || name === 'both') return name
  throw refuse(`The signing must be one of ${Object.keys(signings).join(', ')}.`)
}

/** What is said about the person in place of their own, by name; an empty list leaves it out. Throws `validation_failed`. */
export function readAttributes(body: Body): Record<string, string[]> {
  return { ...readFormAttributes(body), ...readJsonAttributes(body) }
}

/** JSON: each attribute a string or a list of strings; an empty list leaves it out. */
function readJsonAttributes(body: Body): Record<string, string[]> {
  const given = body.attributes
  if (given === undefined || given === null) return {}
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw refuse('The attributes must be an object of strings or lists of strings.')
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const values: unknown[] = Array.isArray(value) ? value : [value]
      if (name !== '' && values.every((one) => typeof one === 'string')) return [name, values]
      throw refuse('The attributes must be an object of strings or lists of strings.')
    }),
  )
}

/** Form: one value a line, a blank field keeps the person's own; below it lines `name=value`, or `name=` to leave it out. */
function readFormAttributes(body: Body): Record<string, string[]> {
  const found = new Map<string, string[]>()
  for (const key of Object.keys(body)) {
    const lines = key.startsWith('attribute.') ? readLines(body, key) : []
    if (lines.length > 0) found.set(key.slice('attribute.'.length), lines)
  }
  const further = new Map<string, string[]>()
  for (const line of readLines(body, 'furtherAttributes')) {
    const at = line.indexOf('=')
    if (at < 1) throw refuse('Write each further attribute as name=value, one to a line.')
    const value = line.slice(at + 1).trim()
    const name = line.slice(0, at).trim()
    further.set(name, [...(further.get(name) ?? []), ...(value === '' ? [] : [value])])
  }
  return Object.fromEntries([...found, ...further])
}

function readLines(body: Body, name: string): string[] {
  const given = body[name]
  return (Array.isArray(given) ? given : [given])
    .flatMap((one) => (typeof one === 'string' ? one.split(/\r\n|\r|\n/) : []))
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** A member that is one text, or absent. Throws `validation_failed`. */
export function readText(body: Body, name: string): string | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw refuse(`${name} must be one string.`)
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('validation_failed', message)
}
