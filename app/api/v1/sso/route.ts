export { DELETE, GET, PATCH, POST } from '../connections/route.ts'
