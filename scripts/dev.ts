import { generateClient } from './generate.ts'

/** npm run dev: the server with pages that are built as they are asked for. */

Object.assign(process.env, { NODE_ENV: 'development' })

generateClient()
await import('../server/main.ts')
