import { isApplicationClientId } from '../base/client-id.ts'

/**
 * Which client an OAuth request means. An application is one by its client id, whose shape tells it; `tenant` then says
 * whose people may sign in. A connection is a client by its clientID, or by its tenant and product,
 * named in parameters of their own or as `tenant=..&product=..` inside `client_id`, `access_type`, `resource`
 * or a `scope` token (SAML Jackson, "OAuth 2.0 Flow").
 */
export type ClientReference =
  | { kind: 'tenant'; tenant: string; product: string; idpHint?: string }
  | { kind: 'clientId'; clientId: string }
  | { kind: 'application'; clientId: string; tenant: string | null }

/** Null when the request names nothing. */
export function readClientReference(parameters: URLSearchParams): ClientReference | null {
  const asked = parameters.get('client_id') ?? ''
  if (isApplicationClientId(asked))
    return { kind: 'application', clientId: asked, tenant: parameters.get('tenant') || null }
  const named = pair(parameters.get('tenant'), parameters.get('product'))
  if (named) return named
  const carriers = [
    asked,
    parameters.get('access_type') ?? '',
    ...parameters.getAll('resource'),
    ...(parameters.get('scope') ?? '').split(/[ ,]/),
  ]
  for (const carrier of carriers) {
    const found = readEncodedTenant(carrier)
    if (found) return found
  }
  return asked ? { kind: 'clientId', clientId: asked } : null
}

/** The reference in `tenant=..&product=..`, URL-encoded once or not at all; null when the text is something else. */
export function readEncodedTenant(text: string): (ClientReference & { kind: 'tenant' }) | null {
  if (!text.includes('tenant')) return null
  const parameters = new URLSearchParams(text.includes('=') ? text : decodeOnce(text))
  return pair(parameters.get('tenant'), parameters.get('product'))
}

function pair(tenant: string | null, product: string | null): (ClientReference & { kind: 'tenant' }) | null {
  return tenant && product ? { kind: 'tenant', tenant, product } : null
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
