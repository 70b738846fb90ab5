import { commonWords, keyboardWalks } from './common-words.ts'

/**
 * How much of a password is the person's own. Common words, what stands side by side on a keyboard, years, repetitions and
 * what everybody knows about the account count as one character each, however long: whoever guesses passwords tries them
 * first, in all spellings. Imports nothing but words: the browser's forms ask it too.
 */

/** With fewer characters of its own a password is refused. */
const ownCharactersNeeded = 6

/** Whether a password is among the first that are guessed. `known`: addresses and names that belong to the account. */
export function isCommonPassword(password: string, known: string[] = []): boolean {
  return countOwnCharacters(password, known) < ownCharactersNeeded
}

/** The least number of characters and common pieces the password can be put together from. */
export function countOwnCharacters(password: string, known: string[] = []): number {
  const words = new Set([...commonWords, ...known.flatMap(piecesOf)])
  const apart = password.normalize('NFKC').toLowerCase()
  const joined = apart.replace(/[\s._-]/g, '')
  const ofApart = countOfUnit(apart, words)
  return joined === apart ? ofApart : Math.min(ofApart, countOfUnit(joined, words) + 1)
}

/** What is repeated counts once, and that it is repeated as one more. */
function countOfUnit(text: string, words: Set<string>): number {
  const characters = [...text].slice(0, 200)
  const unit = smallestUnit(characters)
  return countPieces(unit, words) + (unit.length < characters.length ? 1 : 0)
}

function countPieces(characters: string[], words: Set<string>): number {
  const spellings = [
    characters,
    ...[1, 0].map((reading) => characters.map((char) => toLetter(char, reading))),
  ]
  /** For each place: the least number of pieces up to it. */
  const least = [0]
  for (let end = 1; end <= characters.length; end++) {
    least[end] = least[end - 1]! + 1
    for (let begin = end - 3; begin >= 0 && end - begin <= 48; begin--) {
      if (least[begin]! + 1 >= least[end]!) continue
      const common =
        isPattern(characters.slice(begin, end)) ||
        spellings.some((spelling) => words.has(spelling.slice(begin, end).join('')))
      if (common) least[end] = least[begin]! + 1
    }
  }
  return least.at(-1)!
}

/** What people write for a letter. A `1` may be an i or an l. */
const letters: Record<string, string> = {
  '0': 'oo',
  '1': 'il',
  '3': 'ee',
  '4': 'aa',
  '5': 'ss',
  '7': 'tt',
  '8': 'bb',
  '9': 'gg',
  '@': 'aa',
  $: 'ss',
  '!': 'il',
  '|': 'il',
  '+': 'tt',
  '€': 'ee',
}

function toLetter(character: string, reading: number): string {
  return letters[character]?.[reading] ?? character
}

/** One character several times, a year, or a walk over the keyboard, the alphabet or the digits. */
function isPattern(characters: string[]): boolean {
  const text = characters.join('')
  return (
    characters.every((char) => char === characters[0]) ||
    /^(19|20)\d\d$/.test(text) ||
    keyboardWalks.some((walk) => walk.includes(text))
  )
}

/** What is repeated to make the whole of it; itself, where nothing is. */
function smallestUnit(characters: string[]): string[] {
  for (let length = 1; length <= characters.length / 2; length++) {
    if (characters.length % length !== 0) continue
    if (characters.every((char, index) => char === characters[index % length]))
      return characters.slice(0, length)
  }
  return characters
}

/** An address or a name, and each of its parts of at least three characters. */
function piecesOf(known: string): string[] {
  const plain = known.normalize('NFKC').toLowerCase()
  const parts = plain.split(/[^\p{L}\p{N}]+/u)
  return [plain, parts.join(''), ...parts].filter((part) => part.length >= 3)
}
