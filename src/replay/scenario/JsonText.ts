/**
 * JSON text with the place of every value, so that an error can say where.
 *
 * The language's own reader tells no places, words its errors differently from engine to engine and keeps
 * the last of two equal keys without a word. This one refuses two equal keys, bounds nesting, and says the
 * same on every engine.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A value and where it and its parts begin in the text; {@link placeOf} asks.
 *
 * @category model
 * @since 0.1.0
 */
export interface JsonText {
  readonly text: string
  readonly value: unknown
  readonly offsets: ReadonlyMap<string, number>
}

/**
 * Line and column, counted from 1.
 *
 * @category model
 * @since 0.1.0
 */
export interface Place {
  readonly line: number
  readonly column: number
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * @category errors
 * @since 0.1.0
 */
export interface JsonError extends Place {
  readonly reason: string
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * How deep lists and objects may be nested.
 *
 * @category constants
 * @since 0.1.0
 */
export const depthMax = 64

/**
 * The longest text, in UTF-16 units.
 *
 * @category constants
 * @since 0.1.0
 */
export const lengthMax = 0x200_0000

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads a text that is one JSON value.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseJson = (text: string): Either<JsonError, JsonText> => {
  if (text.length > lengthMax)
    return E.left({ line: 1, column: 1, reason: `longer than ${lengthMax} characters` })
  const reader: Reader = { text, at: 0, error: null, offsets: new Map() }
  const value = readValue(reader, '', 0)
  skipSpace(reader)
  if (reader.error === null && reader.at < text.length) fail(reader, `expected the end, got ${here(reader)}`)
  const { error } = reader
  if (error !== null) return E.left({ ...placeAt(text, error.at), reason: error.reason })
  return E.right({ text, value, offsets: reader.offsets })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Where the value at a path begins; if there is none, where the innermost value around it begins.
 *
 * @category queries
 * @since 0.1.0
 */
export const placeOf = (json: JsonText, path: ReadonlyArray<string>): Place => {
  for (let length = path.length; length >= 0; length -= 1) {
    const offset = json.offsets.get(path.slice(0, length).reduce(under, ''))
    if (offset !== undefined) return placeAt(json.text, offset)
  }
  return { line: 1, column: 1 }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The state of one reading; it never leaves `parseJson`. After an error, nothing is read any more. */
interface Reader {
  readonly text: string
  at: number
  error: { readonly at: number; readonly reason: string } | null
  readonly offsets: Map<string, number>
}

/** The key under which the place of a part is stored. The length in front keeps different paths apart. */
const under = (path: string, key: string): string => `${path}${key.length}:${key}`

const placeAt = (text: string, offset: number): Place => {
  let line = 1
  let lineStart = 0
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
    line += 1
    lineStart = i + 1
  }
  return { line, column: offset - lineStart + 1 }
}

const fail = (reader: Reader, reason: string): undefined => {
  reader.error ??= { at: reader.at, reason }
  return undefined
}

const here = (reader: Reader): string =>
  reader.at < reader.text.length ? JSON.stringify(reader.text.charAt(reader.at)) : 'the end of the text'

const skipSpace = (reader: Reader): void => {
  while (' \t\n\r'.includes(reader.text.charAt(reader.at)) && reader.at < reader.text.length) reader.at += 1
}

/** Takes a character if it is the next one. */
const take = (reader: Reader, character: string): boolean => {
  if (reader.error !== null || reader.text.charAt(reader.at) !== character) return false
  reader.at += 1
  return true
}

const readValue = (reader: Reader, path: string, depth: number): unknown => {
  skipSpace(reader)
  reader.offsets.set(path, reader.at)
  if (depth > depthMax) return fail(reader, `nested more than ${depthMax} deep`)
  const first = reader.text.charAt(reader.at)
  if (first === '{') return readObject(reader, path, depth)
  if (first === '[') return readList(reader, path, depth)
  if (first === '"') return readText(reader)
  for (const [word, value] of words) {
    if (!reader.text.startsWith(word, reader.at)) continue
    reader.at += word.length
    return value
  }
  return readNumber(reader)
}

const words: ReadonlyArray<readonly [string, boolean | null]> = [
  ['true', true],
  ['false', false],
  ['null', null]
]

const readObject = (reader: Reader, path: string, depth: number): unknown => {
  reader.at += 1
  const members = new Map<string, unknown>()
  skipSpace(reader)
  if (take(reader, '}')) return {}
  for (;;) {
    skipSpace(reader)
    if (reader.text.charAt(reader.at) !== '"')
      return fail(reader, `expected a key in quotes, got ${here(reader)}`)
    const keyAt = reader.at
    const key = readText(reader) ?? ''
    if (members.has(key)) {
      reader.at = keyAt
      return fail(reader, `the key ${JSON.stringify(key.slice(0, 40))} is given twice`)
    }
    skipSpace(reader)
    if (!take(reader, ':')) return fail(reader, `expected ":", got ${here(reader)}`)
    members.set(key, readValue(reader, under(path, key), depth + 1))
    skipSpace(reader)
    if (take(reader, '}')) return Object.fromEntries(members)
    if (!take(reader, ',')) return fail(reader, `expected "," or "}", got ${here(reader)}`)
  }
}

const readList = (reader: Reader, path: string, depth: number): unknown => {
  reader.at += 1
  const elements: unknown[] = []
  skipSpace(reader)
  if (take(reader, ']')) return elements
  for (;;) {
    elements.push(readValue(reader, under(path, String(elements.length)), depth + 1))
    skipSpace(reader)
    if (take(reader, ']')) return elements
    if (!take(reader, ',')) return fail(reader, `expected "," or "]", got ${here(reader)}`)
  }
}

/**
 * A text from its opening quote. What lies between the quotes is checked here and unescaped by the
 * language.
 */
const readText = (reader: Reader): string | undefined => {
  const { text } = reader
  const start = reader.at
  reader.at += 1
  for (;;) {
    const character = text.charAt(reader.at)
    if (character === '') return fail(reader, 'a text has no closing quote')
    if (character < ' ') return fail(reader, 'a control character stands in a text')
    if (character === '"') break
    if (character === '\\') {
      const escape = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(reader.at + 1, reader.at + 6))
      if (escape === null) return fail(reader, 'an escape that JSON does not have')
      reader.at += escape[0].length
    }
    reader.at += 1
  }
  reader.at += 1
  return JSON.parse(text.slice(start, reader.at)) as string
}

/** No number that counts something is longer. */
const digitsMax = 400

const readNumber = (reader: Reader): number | undefined => {
  let end = reader.at
  while (end < reader.text.length && '+-.0123456789eE'.includes(reader.text.charAt(end))) end += 1
  if (end - reader.at > digitsMax) return fail(reader, `a number of more than ${digitsMax} characters`)
  const digits = reader.text.slice(reader.at, end)
  if (!/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(digits))
    return fail(reader, `expected a value, got ${here(reader)}`)
  reader.at = end
  return Number(digits)
}
