import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{lib,app,server,scripts,components,bench}/**/*.test.ts'],
    pool: 'threads',
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
