/** Whether the text can name a resource: an absolute URI without a fragment (RFC 8707 §2). */
export function isResource(text: string): boolean {
  return text.length <= 2048 && URL.canParse(text) && !text.includes('#') && /^[a-z][a-z0-9+.-]*:/i.test(text)
}
