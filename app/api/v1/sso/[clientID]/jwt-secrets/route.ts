export { GET, POST } from '../../../connections/[clientID]/jwt-secrets/route.ts'
