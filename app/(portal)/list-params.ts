import type { SearchParams } from '#components/ui/pager.tsx'

/** One parameter of an address as text, or undefined when it is absent, empty, given twice, too long, or no text. */
export function textParam(params: SearchParams, name: string, max = 200): string | undefined {
  const value = params[name]
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  return text === '' || text.length > max || text.includes('\u0000') ? undefined : text
}

/** Search and place of a list, as its address says. */
export function listParams(params: SearchParams): { query?: string; cursor?: string } {
  return { query: textParam(params, 'query'), cursor: textParam(params, 'cursor', 100) }
}

/** Whether the reader has narrowed the list, so that emptiness means "no match" and not "nothing yet". */
export function isNarrowed(params: SearchParams): boolean {
  return Object.keys(params).some((name) => textParam(params, name) !== undefined)
}
