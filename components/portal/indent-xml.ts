/**
 * XML as one reads it: each element on its own line, indented by its depth. For showing only; text that is
 * not XML, or that mixes text and elements, comes back readable all the same.
 */
export function indentXml(xml: string): string {
  const pieces = xml.trim().match(/<[^>]*>?|[^<]+/g)
  if (!pieces) return xml
  const lines: string[] = []
  let depth = 0
  for (const [place, piece] of pieces.entries()) {
    const text = piece.trim()
    if (text === '') continue
    const closes = text.startsWith('</')
    if (closes) depth = Math.max(0, depth - 1)
    // Text, and the tag that closes right after it, stay on the line of the tag that opened.
    const joins = !text.startsWith('<') || (closes && closesLine(pieces, place))
    if (joins && lines.length > 0) lines[lines.length - 1] += text
    else lines.push('  '.repeat(depth) + text)
    if (/^<[^!?/]/.test(text) && !text.endsWith('/>')) depth++
  }
  return lines.join('\n')
}

/** Whether the element that ends at `place` holds nothing but text, or nothing. */
function closesLine(pieces: string[], place: number): boolean {
  const before = pieces[place - 1] ?? ''
  if (!before.startsWith('<'))
    return (pieces[place - 2] ?? '').startsWith('<') && !isEnd(pieces[place - 2] ?? '')
  return !isEnd(before)
}

function isEnd(tag: string): boolean {
  return tag.startsWith('</') || tag.endsWith('/>')
}
