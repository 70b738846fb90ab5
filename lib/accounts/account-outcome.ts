/** Where the browser goes next, or the page it is shown. */
export type AccountOutcome =
  | { kind: 'redirect'; url: string; cookies: string[] }
  | { kind: 'page'; status: number; html: string; cookies: string[] }

export function showPage(status: number, html: string): AccountOutcome {
  return { kind: 'page', status, html, cookies: [] }
}
