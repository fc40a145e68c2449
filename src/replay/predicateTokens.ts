/**
 * The words of the predicate language.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { parseDuration } from './scenario/Duration.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/** One word: `text` is what a text in quotes says, `value` what a number means (0 otherwise). */
export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign' | 'end'
  readonly text: string
  readonly value: number
  readonly column: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/** The words of a text, the last one being its end. */
export const tokensOf = (
  text: string
): Either<{ readonly column: number; readonly reason: string }, ReadonlyArray<Token>> => {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    const column = at + 1
    const [space] = /^\s*/.exec(rest) ?? ['']
    if (space !== '') {
      at += space.length
      continue
    }
    const found = patterns
      .map(([kind, pattern]) => [kind, pattern.exec(rest)?.[0]] as const)
      .find(([, word]) => word)
    const [kind, word] = found ?? ['sign', undefined]
    if (word === undefined) {
      const isOpenText = rest.startsWith("'") || rest.startsWith('"')
      return E.left({
        column,
        reason: isOpenText ? 'a text has no closing quote' : `unexpected ${JSON.stringify(rest.charAt(0))}`
      })
    }
    const value = kind === 'number' ? numberOf(word) : E.right(0)
    if (value._tag === 'Left') return E.left({ column, reason: `${word}: ${value.left}` })
    tokens.push({ kind, text: kind === 'text' ? word.slice(1, -1) : word, value: value.right, column })
    at += word.length
  }
  tokens.push({ kind: 'end', text: '', value: 0, column: text.length + 1 })
  return E.right(tokens)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const patterns: ReadonlyArray<readonly [kind: Token['kind'], pattern: RegExp]> = [
  ['text', /^(?:'[^']*'|"[^"]*")/],
  ['number', /^-?\d+(?:\.\d+(?=[a-z]))?[A-Za-z]*/],
  ['name', /^[A-Za-z_]\w*/],
  ['sign', /^(?:==|!=|<=|>=|[=<>()[\].])/]
]

const numberOf = (word: string): Either<string, number> => {
  const isNegative = word.startsWith('-')
  const digits = isNegative ? word.slice(1) : word
  const read = /^\d+$/.test(digits) ? wholeNumber(digits) : parseDuration(digits)
  if (read._tag === 'Left' || !isNegative || read.right === 0) return read
  return E.right(-read.right)
}

const wholeNumber = (digits: string): Either<string, number> => {
  const value = Number(digits)
  return Number.isSafeInteger(value) ? E.right(value) : E.left('not exact below 2^53')
}
