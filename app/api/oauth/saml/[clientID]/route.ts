/** Assertion consumer service of one SAML connection. */
export { POST } from '../route.ts'
