/** Redirect URI of one OIDC connection. */
export { GET, POST } from '../route.ts'
