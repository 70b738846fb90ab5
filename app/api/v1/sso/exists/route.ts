export { GET } from '../../connections/exists/route.ts'
