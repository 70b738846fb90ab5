import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { type IdpMetadata, parseIdpMetadata } from '../saml/metadata.ts'
import type { MetadataSource } from './connection-request.ts'

/** The identity provider's metadata from where it is to come from. Throws `validation_failed` with a sentence. */
export async function loadMetadata(
  house: Pick<House, 'fetch'>,
  source: MetadataSource,
): Promise<{ metadata: IdpMetadata; metadataUrl: string | null }> {
  if ('described' in source) return { metadata: source.described, metadataUrl: null }
  if ('xml' in source) return { metadata: parseIdpMetadata(source.xml), metadataUrl: null }
  return { metadata: parseIdpMetadata(await fetchMetadata(house, source.url)), metadataUrl: source.url }
}

const wrongUrl = 'Metadata URL not valid, allowed ones are localhost/HTTPS URLs'

async function fetchMetadata(house: Pick<House, 'fetch'>, url: string): Promise<string> {
  const parsed = URL.canParse(url) ? new URL(url) : null
  const local = parsed !== null && ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname)
  if (!parsed || !(parsed.protocol === 'https:' || (parsed.protocol === 'http:' && local)))
    throw refuse(wrongUrl)
  const answer = await house
    .fetch(url, {
      maxBytes: 2_097_152,
      headers: { accept: 'application/samlmetadata+xml, application/xml, text/xml' },
    })
    .catch((thrown: Error) => {
      throw refuse(`The metadata could not be fetched: ${thrown.message}`)
    })
  if (answer.status === 200) return answer.text
  throw refuse(`The metadata could not be fetched: ${parsed.host} answered with status ${answer.status}.`)
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('validation_failed', message, { fields: [{ path: 'metadataUrl', message }] })
}
