import axe from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test, visit } from './fixtures.ts'
import { type Place, portalPlaces, publicPlaces } from './places.ts'

/** The dark look changes colours alone, so only what depends on them is judged again. */
const looks = [
  { colorScheme: 'light', width: 1280, rules: 'all' },
  { colorScheme: 'dark', width: 1280, rules: 'colours' },
  { colorScheme: 'dark', width: 360, rules: 'colours' },
  { colorScheme: 'light', width: 360, rules: 'all' },
] as const

const colourRules = ['color-contrast', 'link-in-text-block']

test.use({ reducedMotion: 'reduce' })
test.describe.configure({ mode: 'parallel' })

// In two, for two workers.
for (const half of [0, 1]) {
  test(`every page of the portal can be used by everybody, in light and dark, wide and narrow (${half + 1} of 2)`, async ({
    portal: page,
    api,
    server,
    identityProvider,
    expectTrouble,
  }) => {
    test.slow()
    const { places, missing } = await portalPlaces(api, identityProvider, server.url)
    expectTrouble(missing)
    const ours = places.filter((_, position) => position % 2 === half)
    for (const place of ours) await test.step(place.name, () => check(page, place))
  })
}

test('every page of an end user can be used by everybody, in light and dark, wide and narrow', async ({
  page,
  api,
  identityProvider,
  expectTrouble,
}) => {
  test.slow()
  const { places, missing } = await publicPlaces(api, identityProvider)
  expectTrouble(missing)
  for (const place of places) await test.step(place.name, () => check(page, place))
})

/** Serious and critical findings of axe, and what sticks out at the side, in each look. */
async function check(page: Page, { path, open, isPortal }: Place): Promise<void> {
  await (isPortal ? visit(page, path) : page.goto(path))
  await open?.(page)
  for (const { colorScheme, width, rules } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    await page.evaluate(waitForColours)
    // In the page itself: there are no frames to look into, and it takes half the time.
    const judge = new axe({ page }).setLegacyMode()
    if (rules === 'colours') judge.withRules(colourRules)
    const { violations } = await judge.analyze()
    const found = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
    expect.soft(found, `${path} in ${colorScheme} at ${width} px`).toEqual([])
    const sticksOut = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect.soft(sticksOut, `${path} at ${width} px sticks out by pixels`).toBeLessThanOrEqual(0)
  }
}

/** Runs in the page: colours fade over for a moment, and axe would judge one in between. */
function waitForColours(): Promise<unknown> {
  const finished = document.getAnimations().map((animation) => animation.finished)
  return Promise.race([Promise.allSettled(finished), new Promise((resolve) => setTimeout(resolve, 500))])
}
