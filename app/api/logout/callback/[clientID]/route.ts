/** Single logout service of one SAML connection. */
export { GET, POST } from '../route.ts'
