/**
 * The connections room: upstream identity sources of tenants. Owns how one is described, started and finished;
 * each kind is a folder plus a line in the registry. Must not know the login flow around it, nor HTTP routes.
 */
import type { Actor } from '../base/actor.ts'
import type { Check } from '../base/check.ts'
import type { House } from '../house.ts'
import type { AttributeMap } from '../matching/attribute-map.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import type { Json } from '../store/db.ts'
import type { NewJwtSecret } from '../store/jwt-secrets.ts'
import type { ConnectionRequest } from './connection-request.ts'
import type { UpstreamView } from './view-connection.ts'

export type ConnectionKind = 'saml' | 'oidc' | 'jwt'

/** What the authorization request asks of the upstream. */
export type StartInput = {
  connection: ConnectionRecord
  issuer: string
  relayState: string
  upstreamRequestId: string
  forceAuthn: boolean
  /** Who the application thinks it is; forwarded where the protocol can (OpenID Connect Core §3.1.2.1). */
  loginHint: string | null
  /** What the application wants carried to the customer's page and back, where the protocol can. */
  returnToParams: string | null
}

/** How the browser is sent to the identity provider. */
export type StartOutcome = (
  | { kind: 'redirect'; url: string }
  | { kind: 'post'; url: string; fields: Record<string, string> }
) & {
  /** What `finish` needs again and nobody else may see (nonce, PKCE verifier); rests sealed in between. */
  upstreamState?: string
}

export type FinishInput = {
  connection: ConnectionRecord
  issuer: string
  /** Id of the request the answer must be for; null when the connection allows unsolicited ones and this is one. */
  upstreamRequestId: string | null
  /** What `start` left for it; null when it left nothing. */
  upstreamState: string | null
  /** The parameters with which the browser came back. */
  parameters: URLSearchParams
}

/** A person as the identity provider describes them. */
export type ExternalProfile = {
  id: string
  email: string | null
  firstName: string | null
  lastName: string | null
  roles: string[] | null
  groups: string[] | null
  /** All attributes under the names they came with; several values as a list. */
  raw: Record<string, string | string[]>
  /** What they are in each category of the tenant, where the protocol says. */
  tags?: Record<string, string>
}

/** `subject` is the NameID or `sub`; `details` what else a logout must repeat (SAML: format, qualifiers, SessionIndex). */
export type UpstreamSession = { subject: string; details: Record<string, string> }

export type FinishOutcome =
  | {
      ok: true
      checks: Check[]
      profile: ExternalProfile
      /** What must not come twice, as a hash, and until when it is remembered. */
      once: { hash: string; expiresAt: Date }
      authenticatedAt: Date
      /** The person's session at the upstream, as a logout there must name it. */
      upstreamSession: UpstreamSession
      /** How the upstream authenticated the person, in its own words: `amr` and `acr` of an ID token, AuthnContext of SAML. */
      amr: string[]
      acr: string | null
      /** Upper limit of any session that grows out of this (SAML SessionNotOnOrAfter). */
      sessionNotOnOrAfterAt: Date | null
    }
  | { ok: false; checks: Check[]; cause: string; sentence: string; received: string | null }

/** What a request says of its upstream, looked up and judged. */
export type LoadedUpstream = {
  /** What is stored; absent when the request does not describe the upstream. */
  described?: { upstreamId: string; upstream: Json; metadataUrl: string | null }
  /** A secret for the upstream, in clear; absent when the request brings none. */
  secret?: string
}

/** Everything one kind of connection does in its own way. */
export type ConnectionType = {
  start(house: House, input: StartInput): Promise<StartOutcome>
  finish(house: House, input: FinishInput): Promise<FinishOutcome>
  /** What a new connection cannot do without. Throws `validation_failed` with the dialect's texts. */
  checkComplete(request: ConnectionRequest): void
  /** The stored connection that posting this request again updates. */
  findSame(
    house: Pick<House, 'db'>,
    actor: Actor,
    request: ConnectionRequest,
    loaded: LoadedUpstream,
  ): Promise<ConnectionRecord | null>
  /** Reads what a request says of the upstream; `before` is the connection it changes. Throws `validation_failed`. */
  loadUpstream(
    house: Pick<House, 'db' | 'fetch'>,
    actor: Actor,
    request: ConnectionRequest,
    before: ConnectionRecord | null,
  ): Promise<LoadedUpstream>
  /**
   * The person these claims would describe, and who they are at the upstream, the way `finish` reads them; nothing is
   * checked. Null when they describe nobody.
   */
  readClaims(
    claims: Record<string, string | string[]>,
    attributeMap: AttributeMap | null,
  ): { profile: ExternalProfile; subject: string | null } | null
  /** A secret a new connection begins with, to be told once; null where the upstream brings its own means. */
  mintSecret(
    house: Pick<House, 'clock' | 'random' | 'sealer'>,
    connection: { id: string; organizationId: string },
  ): { secret: string; row: NewJwtSecret } | null
  /** The upstream as the API answers it. Nothing secret. */
  view(row: ConnectionRecord): UpstreamView
  /** The upstream as the audit log keeps it. Nothing secret. */
  audit(row: ConnectionRecord): Record<string, string | number | null>
  /** The certificates (base64 DER) with which the upstream signs, where it signs with any. */
  certificates(row: ConnectionRecord): string[]
  /** Whether an answer counts at the address all connections share; at the connection's own it always does. */
  answersAtSharedAddress(row: ConnectionRecord): boolean
}
