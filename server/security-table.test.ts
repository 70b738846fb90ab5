import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('every test that docs/security.md names is there', () => {
  const root = join(import.meta.dirname, '..')
  const named = [...readFileSync(join(root, 'docs/security.md'), 'utf8').matchAll(/`([^`]+\.test\.ts)`/g)]
  const files = named.map(([, file]) => file!).filter((file) => !file.includes('*'))
  expect(files.length).toBeGreaterThan(30)
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([])
})
