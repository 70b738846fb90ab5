/**
 * The accounts room: how people come to an account of ours and look after it themselves. Use cases here have no actor of
 * the portal: a link in a mail or the session in the browser says who acts. Pages here are plain HTML forms.
 */

/** Where the browser goes next, or the page it is shown. */
export type AccountOutcome =
  | { kind: 'redirect'; url: string; cookies: string[] }
  | { kind: 'page'; status: number; html: string; cookies: string[] }

export function showPage(status: number, html: string): AccountOutcome {
  return { kind: 'page', status, html, cookies: [] }
}
