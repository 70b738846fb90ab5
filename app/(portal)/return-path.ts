const here = 'http://portal'

/**
 * The path of ours that `from` names, or the home page. What counts is what a browser makes of it, which drops tabs and
 * line ends and reads `\` as `/`: `/<tab>/elsewhere` is another host.
 */
export function returnPath(from: unknown): string {
  if (typeof from !== 'string' || !from.startsWith('/') || !URL.canParse(from, here)) return '/'
  const { origin, pathname, search } = new URL(from, here)
  return origin === here && !pathname.startsWith('//') ? pathname + search : '/'
}
