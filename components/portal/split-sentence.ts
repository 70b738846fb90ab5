/**
 * The sentence of a trace in two: what happened, and what to do about it. The first ends at the first full stop
 * that a new sentence follows; addresses and abbreviations inside do not count.
 */
export function splitSentence(sentence: string): { what: string; remedy: string } {
  const end = /[.!?][”"’)]*\s+(?=[\p{Lu}“"])/u.exec(sentence)
  if (!end) return { what: sentence, remedy: '' }
  const at = end.index + end[0].length
  return { what: sentence.slice(0, at).trim(), remedy: sentence.slice(at) }
}
