/** What a schema says is a fragment ("must not be empty"); under a field it stands alone, as a sentence. */
export function toSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
