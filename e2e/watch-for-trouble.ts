import type { BrowserContext } from '@playwright/test'

export type TroubleWatch = {
  watch(context: BrowserContext): void
  /** Trouble that matches is left out. */
  expect(pattern: RegExp): void
  /** What was seen, one line each. */
  found(): string[]
}

/** Notes errors in the console (refusals of the Content Security Policy among them), exceptions and failed requests. */
export function watchForTrouble(): TroubleWatch {
  const seen: string[] = []
  const expected: RegExp[] = []
  return {
    watch(context) {
      context.on('console', (message) => {
        const isTrouble = message.type() === 'error' || /Content Security Policy|hydrat/i.test(message.text())
        if (isTrouble) seen.push(`console: ${message.text()} (${message.location().url})`)
      })
      context.on('weberror', (thrown) => seen.push(`thrown: ${thrown.error().message}`))
      context.on('requestfailed', (request) => {
        // A page that is left drops what it was still fetching.
        const reason = request.failure()?.errorText ?? ''
        if (reason !== 'net::ERR_ABORTED') seen.push(`failed: ${request.url()} (${reason})`)
      })
      context.on('response', (response) => {
        if (response.status() >= 400) seen.push(`${response.status()}: ${response.url()}`)
      })
    },
    expect: (pattern) => expected.push(pattern),
    found: () => seen.filter((line) => !expected.some((pattern) => pattern.test(line))),
  }
}
