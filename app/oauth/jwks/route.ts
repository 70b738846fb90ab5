export { GET } from '../../api/oauth/jwks/route.ts'
