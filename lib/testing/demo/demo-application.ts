/** Tenant and product the demo application names; made at the first start. */
export const demoTenant = 'acme'
export const demoProduct = 'demo'

/** The demo application as an OAuth client: named by its tenant and product, no clientID is needed. */
export const demoClientId = `tenant=${demoTenant}&product=${demoProduct}`

/** The organization whose demo it is; `issuer` is its origin. */
export type DemoSite = { id: string; issuer: string }

/** Where the demo application wants its answers; registered with its connection. */
export function demoRedirectUri(site: DemoSite): string {
  return `${site.issuer}/demo/callback`
}
