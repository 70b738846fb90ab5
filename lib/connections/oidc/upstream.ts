import { isVestibuleError, VestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import {
  checkDiscoveredIssuer,
  discoveryAddress,
  isFetchable,
  type ProviderMetadata,
  parseProviderMetadata,
} from '../../oidc/provider-metadata.ts'
import type { ConnectionRecord } from '../../store/connections.ts'

/** What is stored of an OpenID provider. `provider` is what it said when the connection was made or last changed. */
export type OidcUpstream = {
  clientId: string
  /** Null when its metadata was given by hand. */
  discoveryUrl: string | null
  provider: ProviderMetadata
}

export function upstreamOf(connection: Pick<ConnectionRecord, 'upstream'>): OidcUpstream {
  return connection.upstream as OidcUpstream
}

/**
 * What tells one OpenID provider of a tenant and product from another: its issuer with, as fragment, the client we are
 * there. An issuer has no fragment of its own (OpenID Connect Core §2), so this still is an address of the provider.
 */
export function upstreamIdOf({ provider, clientId }: OidcUpstream): string {
  return `${provider.issuer}#${encodeURIComponent(clientId)}`
}

/** `oidcDiscoveryUrl`, or `oidcMetadata` as an object or as JSON text. */
export type ProviderSource = { discoveryUrl: string } | { metadata: unknown }

/** The provider's metadata, from its address or as it was given. Throws `validation_failed` with a sentence. */
export async function loadProviderSource(
  house: Pick<House, 'fetch'>,
  source: ProviderSource,
): Promise<{ discoveryUrl: string | null; provider: ProviderMetadata }> {
  if ('metadata' in source) {
    const provider = at('oidcMetadata', () => parseProviderMetadata(parseText(source.metadata)))
    return { discoveryUrl: null, provider }
  }
  const discoveryUrl = discoveryAddress(source.discoveryUrl.trim())
  const document = await fetchDiscovery(house, discoveryUrl)
  const provider = at('oidcDiscoveryUrl', () => {
    const parsed = parseProviderMetadata(document)
    checkDiscoveredIssuer(parsed.issuer, discoveryUrl)
    return parsed
  })
  return { discoveryUrl, provider }
}

/**
 * The provider as it describes itself now; as it did when the connection was made, where its discovery document cannot
 * be had or read. `movedTo` is the issuer it names instead of the one the connection was made for.
 */
export async function loadProvider(
  house: Pick<House, 'documents'>,
  connection: Pick<ConnectionRecord, 'id' | 'upstream'>,
): Promise<{ provider: ProviderMetadata; movedTo: string | null }> {
  const { discoveryUrl, provider: known } = upstreamOf(connection)
  if (discoveryUrl === null) return { provider: known, movedTo: null }
  try {
    const provider = parseProviderMetadata(await house.documents.load(connection.id, discoveryUrl))
    if (provider.issuer === known.issuer) return { provider, movedTo: null }
    return { provider: known, movedTo: provider.issuer }
  } catch (thrown) {
    if (!isVestibuleError(thrown)) throw thrown
    return { provider: known, movedTo: null }
  }
}

async function fetchDiscovery(house: Pick<House, 'fetch'>, url: string): Promise<unknown> {
  if (!isFetchable(url))
    throw refuse('oidcDiscoveryUrl', 'Discovery URL not valid, allowed ones are localhost/HTTPS URLs')
  const failed = (why: string) =>
    refuse('oidcDiscoveryUrl', `The discovery document could not be fetched: ${why}`)
  const options = { maxBytes: 262_144, headers: { accept: 'application/json' } }
  const answer = await house.fetch(url, options).catch((thrown: Error) => {
    throw failed(thrown.message)
  })
  if (answer.status !== 200) throw failed(`${new URL(url).host} answered with status ${answer.status}.`)
  try {
    return JSON.parse(answer.text)
  } catch {
    throw failed(`${new URL(url).host} answered with something else than JSON.`)
  }
}

function parseText(metadata: unknown): unknown {
  if (typeof metadata !== 'string') return metadata
  try {
    return JSON.parse(metadata)
  } catch {
    throw new VestibuleError('validation_failed', 'oidcMetadata is not JSON.')
  }
}

/** Runs a reading whose refusals concern this member of the request. */
function at<Value>(path: string, read: () => Value): Value {
  try {
    return read()
  } catch (thrown) {
    if (!isVestibuleError(thrown)) throw thrown
    throw refuse(path, thrown.message)
  }
}

function refuse(path: string, message: string): VestibuleError {
  return new VestibuleError('validation_failed', message, { fields: [{ path, message }] })
}
