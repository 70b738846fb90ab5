import type { KeyObject } from 'node:crypto'

/** What one test identity provider signs with. Keys are RSA private keys, certificates base64 DER. */
export type TestIdpKeys = {
  key: KeyObject
  certificate: string
  /** A pair its metadata never names, for the faults that need a stranger. */
  otherKey: KeyObject
  otherCertificate: string
  /** A pair whose certificate has run out; only `metadata?certificate=expired` names it. */
  expiredKey: KeyObject
  expiredCertificate: string
}

/** One identity provider: who it is, where it lives, what it signs with. */
export type TestIdp = TestIdpKeys & {
  /** Slug of the tenant it belongs to. */
  tenant: string
  /** `{issuer}/test-idp/{tenant}/metadata` */
  entityId: string
  /** `{issuer}/test-idp/{tenant}`, the tenant URL-encoded, without a slash at the end. */
  baseUrl: string
}

/** The provider of `tenant` (slug) at `issuer` (origin of ours) with its keys. */
export function composeTestIdp(issuer: string, tenant: string, keys: TestIdpKeys): TestIdp {
  const baseUrl = `${new URL(issuer).origin}/test-idp/${encodeURIComponent(tenant)}`
  return { ...keys, tenant, baseUrl, entityId: `${baseUrl}/metadata` }
}
