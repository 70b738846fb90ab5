/** Whether an identity provider is one of our own test identity providers, where anyone can sign in as anyone. Told by the entityID, which lies under our own address. */
export function isTestIdp({ issuer }: { issuer: string }, { upstreamId }: { upstreamId: string }): boolean {
  return upstreamId.startsWith(`${issuer}/test-idp/`)
}
