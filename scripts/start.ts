import { buildPages } from './build.ts'
import { generateClient } from './generate.ts'
import { stopCommands } from './run-command.ts'

/** npm start: makes what is missing, then becomes the server, so that signals and the exit code are the server's own. */

Object.assign(process.env, { NODE_ENV: 'production' })

const stopBuilding = () => {
  stopCommands()
  process.exit(143)
}
process.once('SIGTERM', stopBuilding)
try {
  generateClient()
  await buildPages()
} catch (error) {
  console.error(`\nVestibule did not start. ${(error as Error).message}\n`)
  process.exit(1)
}
process.off('SIGTERM', stopBuilding)
await import('../server/main.ts')
