import type { ServerHouse } from './house.ts'

/**
 * The one house of this process. Pages are bundled by Next and load modules a second time; through this door they
 * reach the same database and the same keys as the protocol routes.
 */
const door = Symbol.for('vestibule.house')

type Holder = { [door]?: ServerHouse }

export function house(): ServerHouse {
  const current = (globalThis as Holder)[door]
  if (!current)
    throw new Error('the house is not open yet: start the server with `npm start` or `npm run dev`')
  return current
}

export function openDoor(opened: ServerHouse): void {
  ;(globalThis as Holder)[door] = opened
}
