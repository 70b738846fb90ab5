/** Text cut at its web addresses, in order; `at` is where a part begins. */
export function splitLinks(text: string): { at: number; text: string; url?: string }[] {
  const parts: { at: number; text: string; url?: string }[] = []
  let end = 0
  for (const found of text.matchAll(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?)]/g)) {
    if (found.index > end) parts.push({ at: end, text: text.slice(end, found.index) })
    parts.push({ at: found.index, text: found[0], url: found[0] })
    end = found.index + found[0].length
  }
  if (end < text.length) parts.push({ at: end, text: text.slice(end) })
  return parts
}
