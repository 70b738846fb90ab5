export { GET } from '../openid-configuration/route.ts'
