import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{lib,app,server,scripts,components,bench}/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
