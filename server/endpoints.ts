/**
 * The wrappers of all protocol routes: host check, body, authentication and the error dialect. Security headers are the front's.
 * A route is what is left: read, call, answer.
 */
import type { z } from 'zod'
import type { Actor } from '#lib/base/actor.ts'
import { equalsConstantTime } from '#lib/base/encoding.ts'
import { VestibuleError } from '#lib/base/errors.ts'
import { membersOf, readBody, readFileBody } from '#lib/http/body.ts'
import { ownBrand } from '#lib/http/end-user-page.ts'
import { type Dialect, respondError, toVestibuleError } from '#lib/http/error-dialects.ts'
import { type Incoming, parseIncoming } from '#lib/http/incoming.ts'
import { respondRedirect } from '#lib/http/respond.ts'
import type { Introspector } from '#lib/oauth/introspect-token.ts'
import { parseClientCredentials } from '#lib/oauth/token-request.ts'
import type { OrganizationSite } from '#lib/organizations/resolve-organization.ts'
import type { Origin } from '#lib/traces/record-trace.ts'
import { createFloodGate } from './flood-gate.ts'
import type { ServerHouse } from './house.ts'
import { house } from './house-access.ts'

/** What Next and our own front both call. */
export type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>
export type RouteContext = { params: Promise<Record<string, string>> }

export type Call = {
  house: ServerHouse
  site: OrganizationSite
  incoming: Incoming
  origin: Origin
  /** The request itself, for its body. */
  request: Request
}

/** Body of a browser's or client's request at the protocol endpoints, in bytes. */
export const smallBody = 65_536
/** Body of a SAML Response: 350 KB of XML in base64. */
export const samlBody = 512 * 1024
/** Body of a management request: metadata fits. */
const managementBody = 1024 * 1024

type EndpointOptions = {
  /** Answers may be read by scripts of other origins: token, userinfo, discovery. Never with cookies. */
  crossOrigin?: boolean
  /** Each request of a stranger leaves a row: so many are taken from a network, and no more. */
  bounded?: boolean
  /** The address holds something that must not stay there: errors are shown at this one instead. */
  errorsAt?: string
}

/** A page or redirect for a person: errors are pages. */
export function pageEndpoint(
  handle: (call: Call) => Promise<Response>,
  options: EndpointOptions = {},
): RouteHandler {
  return endpoint('page', handle, options)
}

/** A token-like endpoint: errors are the JSON of RFC 6749 §5.2. */
export function oauthEndpoint(
  handle: (call: Call) => Promise<Response>,
  options: EndpointOptions = {},
): RouteHandler {
  return endpoint('oauth', handle, options)
}

export type ManagementCall<Input> = Call & { actor: Actor; input: Input }

/**
 * A management endpoint: authenticated by key, its input parsed by `schema` from the query (GET, DELETE) or the body.
 * Errors are problem details (RFC 9457) with `error: {message}` beside.
 */
export function managementEndpoint<Schema extends z.ZodType>(
  schema: Schema,
  handle: (call: ManagementCall<z.output<Schema>>) => Promise<Response>,
): RouteHandler {
  return endpoint('problem', async (call) => {
    const actor = authenticate(call)
    const input = await readInput(call)
    checkStorable(input)
    return handle({ ...call, actor, input: parseInput(schema, input) })
  })
}

/** A file of users: ten thousand rows fit. */
const uploadBody = 10 * 1024 * 1024

/**
 * A management endpoint that is sent a file of one of the media types, at most 10 MB; its input is the query, parsed by
 * `schema`. Otherwise like `managementEndpoint`.
 */
export function managementUploadEndpoint<Schema extends z.ZodType>(
  schema: Schema,
  accepted: string[],
  handle: (call: ManagementCall<z.output<Schema>> & { bytes: Uint8Array }) => Promise<Response>,
): RouteHandler {
  return endpoint('problem', async (call) => {
    const actor = authenticate(call)
    const input = membersOf(call.incoming.url.searchParams)
    checkStorable(input)
    const parsed = parseInput(schema, input)
    const bytes = await readFileBody(call.request, accepted, uploadBody)
    return handle({ ...call, actor, input: parsed, bytes })
  })
}

/**
 * An endpoint anyone may ask, scripts of other origins among them: its input parsed by `schema`, errors as problem
 * details. What it answers must hold nothing that needs a key.
 */
export function publicEndpoint<Schema extends z.ZodType>(
  schema: Schema,
  handle: (call: Call & { input: z.output<Schema> }) => Promise<Response>,
): RouteHandler {
  return endpoint(
    'problem',
    async (call) => {
      const input = await readInput(call)
      checkStorable(input)
      return handle({ ...call, input: parseInput(schema, input) })
    },
    { crossOrigin: true },
  )
}

function endpoint(
  dialect: Dialect,
  handle: (call: Call) => Promise<Response>,
  options: EndpointOptions = {},
): RouteHandler {
  return async (request, context) => {
    const opened = house()
    const answer = await answerOrRefuse(opened, dialect, handle, request, context, options)
    if (options.crossOrigin) answer.headers.set('access-control-allow-origin', '*')
    return answer
  }
}

const checkFlood = createFloodGate()

async function answerOrRefuse(
  opened: ServerHouse,
  dialect: Dialect,
  handle: (call: Call) => Promise<Response>,
  request: Request,
  context: RouteContext,
  { bounded, errorsAt }: EndpointOptions,
): Promise<Response> {
  let brand = ownBrand
  try {
    const incoming = parseIncoming(request, await context.params)
    const site = await opened.organizations(incoming.url.host)
    brand = site
    const { address, userAgent, requestId } = incoming
    if (bounded) checkFlood(address, opened.clock.now())
    return await handle({ house: opened, site, incoming, origin: { address, userAgent, requestId }, request })
  } catch (thrown) {
    const requestId = request.headers.get('x-request-id') ?? ''
    const page = respondError(thrown, dialect, { log: opened.log, requestId, brand })
    if (errorsAt === undefined) return page
    const { code, traceId } = toVestibuleError(thrown)
    return respondRedirect(
      `${errorsAt}?${new URLSearchParams({ reason: code, reference: traceId ?? requestId })}`,
    )
  }
}

/**
 * The actor behind a management key: `Authorization: <any scheme> <key>`. Bootstrap keys of the configuration act
 * for the default organization with all rights.
 */
function authenticate({ house: opened, site, incoming }: Call): Actor {
  const key = /^\S+\s+(\S+)\s*$/.exec(incoming.headers.get('authorization') ?? '')?.[1] ?? ''
  const index = opened.config.apiKeys.findIndex((known) => equalsConstantTime(known, key))
  if (index === -1 || site.issuer !== opened.config.publicUrl)
    throw new VestibuleError('unauthorized', 'Unauthorized')
  const { address, requestId } = incoming
  const name = `Bootstrap key ${index + 1}`
  return {
    type: 'apiKey',
    id: `bootstrap-${index + 1}`,
    name,
    role: 'owner',
    organizationId: site.id,
    address,
    requestId,
  }
}

/** Who asks about a token: a management key in its own scheme, or a client with its credentials. */
export function identifyIntrospector(call: Call, body: Record<string, unknown>): Introspector {
  const authorization = call.incoming.headers.get('authorization')
  if (/^(api-key|bearer)\s/i.test(authorization ?? '')) {
    authenticate(call)
    return { kind: 'management' }
  }
  return { kind: 'application', credentials: parseClientCredentials(body, authorization) }
}

async function readInput({ incoming, request }: Call): Promise<Record<string, unknown>> {
  if (incoming.method === 'GET' || incoming.method === 'HEAD' || incoming.method === 'DELETE')
    return membersOf(incoming.url.searchParams)
  return readBody(request, managementBody)
}

/** No database keeps a NUL in text (PostgreSQL's limit); refused here once, for every endpoint. */
function checkStorable(input: Record<string, unknown>): void {
  const path = findNul(input, [])
  if (!path) return
  const fields = [{ path: path.join('.'), message: 'holds a NUL character' }]
  throw new VestibuleError('validation_failed', `Not valid: ${fields[0]!.path} holds a NUL character.`, {
    fields,
  })
}

function findNul(value: unknown, path: string[]): string[] | null {
  if (typeof value === 'string') return value.includes('\u0000') ? path : null
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    const found = key.includes('\u0000') ? path : findNul(inner, [...path, key])
    if (found) return found
  }
  return null
}

function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not known here' }))
      : [{ path: issue.path.join('.'), message: issue.message }],
  )
  const sentence = fields.map(({ path, message }) => `${path || 'the request'} ${message}`).join('; ')
  throw new VestibuleError('validation_failed', `Not valid: ${sentence}.`, { fields })
}

/** Lets scripts of other origins call an endpoint with a body or a token (Fetch standard, CORS preflight). */
export function preflight(methods: string): RouteHandler {
  const headers = {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': methods,
    'access-control-allow-headers': 'authorization, content-type, dpop',
    'access-control-max-age': '86400',
  }
  return async () => new Response(null, { status: 204, headers })
}
