/**
 * JSON as host files and journals have it: one way to write a value, and faults that are told by place, in
 * the same words on every engine.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/** Where a text stops being JSON, as offset; `isCutOff` when what is there could have gone on as JSON. */
export interface JsonFault {
  readonly offset: number
  readonly isCutOff: boolean
  readonly reason: string
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Plain data as canonical JSON: keys in the order of their UTF-16 units, no space, nothing but ASCII. Equal
 * values give equal texts, and a text has as many bytes as characters.
 *
 * @category queries
 * @since 0.1.0
 */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const fields = value as Readonly<Record<string, unknown>>
  const parts = Object.keys(fields)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((key) => `${quoted(key)}:${canonicalJson(fields[key])}`)
  return `{${parts.join(',')}}`
}

/** The value of a JSON text, or where it stops being one. */
export const readJson = (text: string): Either<JsonFault, unknown> => {
  try {
    return E.right(JSON.parse(text) as unknown)
  } catch {
    return E.left(faultIn(text) ?? { offset: 0, isCutOff: false, reason: 'not JSON' })
  }
}

/** The bytes of a text in UTF-8. */
export const utf8Length = (text: string): number => {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3
    if (unit >= 0xd800 && unit < 0xdc00 && text.charCodeAt(i + 1) >> 10 === 0x37) {
      bytes += 1
      i++
    }
  }
  return bytes
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  )

/** What may come next. */
type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing'

/** Reads tokens one by one; nesting is a list, so that no text is too deep. */
const faultIn = (text: string): JsonFault | null => {
  const open: string[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++
    if (at === text.length) {
      if (expected === 'nothing') return null
      return { offset: at, isCutOff: true, reason: 'the text ends in the middle of a value' }
    }
    const end = tokenEnd(text, at)
    if (end < 0) return { offset: -end - 1, isCutOff: true, reason: 'the text ends in the middle of a value' }
    const next = after(expected, text.charAt(at), end > at, open)
    if (next === null)
      return { offset: at, isCutOff: false, reason: `unexpected ${JSON.stringify(text.charAt(at))}` }
    expected = next
    at = end
  }
}

/** What is expected after a token that begins with `first`; null when it may not stand here. */
const after = (expected: Expected, first: string, isToken: boolean, open: string[]): Expected | null => {
  if (!isToken) return null
  const isClosing = first === '}' || first === ']'
  if (isClosing) {
    const isRight =
      (first === '}' && open.at(-1) === '{' && (expected === 'keyOrEnd' || expected === 'commaOrEnd')) ||
      (first === ']' && open.at(-1) === '[' && (expected === 'valueOrEnd' || expected === 'commaOrEnd'))
    if (!isRight) return null
    open.pop()
    return open.length === 0 ? 'nothing' : 'commaOrEnd'
  }
  switch (expected) {
    case 'nothing':
      return null
    case 'colon':
      return first === ':' ? 'value' : null
    case 'commaOrEnd':
      return first !== ',' ? null : open.at(-1) === '{' ? 'key' : 'value'
    case 'key':
    case 'keyOrEnd':
      return first === '"' ? 'colon' : null
    default:
      if (first === ',' || first === ':') return null
      if (first !== '{' && first !== '[') return open.length === 0 ? 'nothing' : 'commaOrEnd'
      open.push(first)
      return first === '{' ? 'keyOrEnd' : 'valueOrEnd'
  }
}

/** The end of the token at `at`; `at` itself when there is none; -end - 1 when the text ends within it. */
const tokenEnd = (text: string, at: number): number => {
  const first = text.charAt(at)
  if ('{}[],:'.includes(first)) return at + 1
  if (first === '"') return textEnd(text, at)
  const word = /^[-+.\w]*/.exec(text.slice(at, at + wordMax))?.[0] ?? ''
  const end = at + word.length
  if (['true', 'false', 'null'].includes(word) || wholeNumber.test(word)) return end
  if (end < text.length || word === '') return at
  const isBegun = ['true', 'false', 'null'].some((literal) => literal.startsWith(word))
  return isBegun || begunNumber.test(word) ? -end - 1 : at
}

const textEnd = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charAt(at)
    if (unit === '"') return at + 1
    if (unit < ' ') return start
    if (unit !== '\\') continue
    const escape = text.slice(at + 1, at + 6)
    if (/^["\\/bfnrt]/.test(escape)) at += 1
    else if (/^u[0-9a-fA-F]{4}/.test(escape)) at += 5
    else if (at + 1 + escape.length === text.length && /^(?:u[0-9a-fA-F]{0,3})?$/.test(escape)) break
    else return start
  }
  return -text.length - 1
}

/** No number that we write is longer. */
const wordMax = 400

const wholeNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const begunNumber = /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d*)?)?$/
