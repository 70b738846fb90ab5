/** The origin an organization is served under, and its issuer: no trailing slash. `secure`: browsers come by https. */
export function issuerOf(secure: boolean, host: string): string {
  return `${secure ? 'https' : 'http'}://${host}`
}
