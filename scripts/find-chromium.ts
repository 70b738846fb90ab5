import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'
import { installOnDebian } from './install-on-debian.ts'
import { root } from './run-command.ts'

/** The browser for the journeys: CHROMIUM_PATH, Playwright's own, or the system's; undefined when there is none. */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM_PATH
  if (given) {
    if (existsSync(given)) return given
    throw new Error(`CHROMIUM_PATH names ${given}, where there is no browser.`)
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const candidates = [
    chromium.executablePath(),
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ]
  return candidates.find((path) => path && existsSync(path))
}

/** The same, installing a browser where there is none. Throws an Error with a sentence when that fails as well. */
export function ensureChromium(): string {
  const present = findChromium()
  if (present) return present
  if (!installOnDebian('chromium')) {
    console.log('Installing a browser with Playwright …')
    const playwright = join(root, 'node_modules', '.bin', 'playwright')
    spawnSync(playwright, ['install', 'chromium'], { cwd: root, stdio: 'inherit' })
  }
  const installed = findChromium()
  if (installed) return installed
  throw new Error(
    'There is no browser to test with: install Chromium or Chrome, or name one in CHROMIUM_PATH.',
  )
}
