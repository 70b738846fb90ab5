/**
 * The member that stands twice in one object of a JSON text, or null. `JSON.parse` takes the last of them and other
 * parsers the first (RFC 8259 §4), so that two programs may read one signed text differently. The text must be valid JSON.
 */
export function findDuplicateMember(json: string): string | null {
  const open: (Set<string> | null)[] = []
  const tokens = /"(?:[^"\\]|\\.)*"(?<colon>\s*:)?|[{}[\]]/g
  for (const token of json.matchAll(tokens)) {
    const text = token[0]
    if (text === '{') open.push(new Set())
    else if (text === '[') open.push(null)
    else if (text === '}' || text === ']') open.pop()
    else if (token.groups?.colon !== undefined) {
      const name = JSON.parse(text.slice(0, -token.groups.colon.length)) as string
      const members = open.at(-1)
      if (members?.has(name)) return name
      members?.add(name)
    }
  }
  return null
}
