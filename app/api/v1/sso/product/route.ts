export { GET } from '../../connections/product/route.ts'
