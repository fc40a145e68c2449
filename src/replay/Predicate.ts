/**
 * A tiny language for questions about a host, for the command line.
 *
 * ```text
 * question   = all ("or" all)*            all  = part ("and" part)*
 * part       = "not" part | "(" question ")" | "exists" path | shorthand | value (relation value)?
 * relation   = "==" | "=" | "!=" | "<" | "<=" | ">" | ">="
 * value      = path | integer | duration ("1s", "250us", "1.5ms") | 'text' | "text" | true | false | null
 * path       = name ("." name | "[" number "]")*
 * shorthand  = "domain" number "state" word | "vcpu" number "." number "state" word
 * ```
 *
 * Paths: `nowNs`, `domainsTotal`, `plannedTotal` (operations still to come), `domains[DOMID].…`,
 * `domains[DOMID].vcpus[N].…`, `pcpus[N].…`, `pools[ID].…`, `memory.…`, and `host.…` for anything in the
 * value itself, as host files have it. A misspelt name is an error. A comparison with something that is not
 * there (a domain that does not exist) does not hold, whatever the relation; `exists` asks. A path alone
 * holds when it is `true`.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { HostPredicate } from './bisect.js'
import { valueAtPath, viewShape } from './hostView.js'
import type { PathStep, ViewShape } from './hostView.js'
import { tokensOf } from './predicateTokens.js'
import type { Token } from './predicateTokens.js'

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * Why a text is not a question; `column` counts from 1.
 *
 * @category errors
 * @since 0.1.0
 */
export interface PredicateError {
  readonly _tag: 'BadPredicate'
  readonly column: number
  readonly reason: string
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The predicate that a text means.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parsePredicate = (text: string): Either<PredicateError, HostPredicate> => {
  const tokens = tokensOf(text)
  if (tokens._tag === 'Left') return E.left({ _tag: 'BadPredicate', ...tokens.left })
  const parser: Parser = { tokens: tokens.right, at: 0, depth: 0, shape: viewShape(), error: null }
  const question = parseAny(parser)
  const rest = peek(parser)
  if (parser.error === null && rest.kind !== 'end')
    fail(parser, `expected "and", "or" or the end, got ${nameOf(rest)}`)
  return parser.error === null ? E.right(question) : E.left({ _tag: 'BadPredicate', ...parser.error })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The state of one reading; it never leaves `parsePredicate`. The first error stays. */
interface Parser {
  readonly tokens: ReadonlyArray<Token>
  readonly shape: ViewShape
  at: number
  depth: number
  error: { readonly column: number; readonly reason: string } | null
}

/** One side of a comparison. `words` are the texts a path can have, null for any. */
interface Operand {
  readonly read: (host: Parameters<HostPredicate>[0]) => unknown
  readonly words: ReadonlyArray<string> | null
  readonly text: string | null
}

const depthMax = 50

const never: HostPredicate = () => false
const nothing: Operand = { read: () => undefined, words: null, text: null }

const peek = (parser: Parser): Token => parser.tokens[parser.at] as Token

const nameOf = ({ kind, text }: Token): string => (kind === 'end' ? 'the end' : JSON.stringify(text))

const fail = (parser: Parser, reason: string): void => {
  parser.error ??= { column: peek(parser).column, reason }
}

/** Takes the next token if it reads so. */
const take = (parser: Parser, text: string): boolean => {
  const token = peek(parser)
  if (parser.error !== null || token.text !== text || (token.kind !== 'sign' && token.kind !== 'name'))
    return false
  parser.at++
  return true
}

const takeNumber = (parser: Parser): number => {
  const token = peek(parser)
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) {
    fail(parser, `expected a number, got ${nameOf(token)}`)
    return 0
  }
  parser.at++
  return token.value
}

const parseAny = (parser: Parser): HostPredicate => {
  let left = parseAll(parser)
  while (take(parser, 'or')) {
    const [first, second] = [left, parseAll(parser)]
    left = (host) => first(host) || second(host)
  }
  return left
}

const parseAll = (parser: Parser): HostPredicate => {
  let left = parsePart(parser)
  while (take(parser, 'and')) {
    const [first, second] = [left, parsePart(parser)]
    left = (host) => first(host) && second(host)
  }
  return left
}

const parsePart = (parser: Parser): HostPredicate => {
  if (++parser.depth > depthMax) fail(parser, `nested more than ${depthMax} deep`)
  if (parser.error !== null) return never
  const part = parsePartInside(parser)
  parser.depth--
  return part
}

const parsePartInside = (parser: Parser): HostPredicate => {
  if (take(parser, 'not')) {
    const inner = parsePart(parser)
    return (host) => !inner(host)
  }
  if (take(parser, '(')) {
    const inner = parseAny(parser)
    if (!take(parser, ')')) fail(parser, `expected ")", got ${nameOf(peek(parser))}`)
    return inner
  }
  if (take(parser, 'exists')) {
    const path = parsePath(parser, true)
    return (host) => path.read(host) !== undefined
  }
  if (take(parser, 'domain')) return parseState(parser, ['domains', takeNumber(parser)])
  if (take(parser, 'vcpu')) {
    const domid = takeNumber(parser)
    if (!take(parser, '.'))
      fail(parser, `expected "." and the number of the vCPU, got ${nameOf(peek(parser))}`)
    return parseState(parser, ['domains', domid, 'vcpus', takeNumber(parser)])
  }
  return parseComparison(parser)
}

const parseState = (parser: Parser, path: ReadonlyArray<PathStep>): HostPredicate => {
  if (!take(parser, 'state')) fail(parser, `expected "state", got ${nameOf(peek(parser))}`)
  const words = wordsAt(parser.shape, [...path, 'state'])
  const { text } = peek(parser)
  if (words?.includes(text) !== true)
    fail(parser, `expected ${orList(words ?? [])}, got ${nameOf(peek(parser))}`)
  parser.at++
  return (host) => valueAtPath(host, [...path, 'state']) === text
}

const parseComparison = (parser: Parser): HostPredicate => {
  const left = parseOperand(parser)
  const relation = relations.find(([sign]) => take(parser, sign))
  if (relation === undefined) {
    if (left.text !== null) fail(parser, `expected a comparison, got ${nameOf(peek(parser))}`)
    return (host) => left.read(host) === true
  }
  const right = parseOperand(parser)
  const words = left.words ?? right.words
  const text = left.text ?? right.text
  if (words !== null && text !== null && !words.includes(text)) {
    parser.at--
    fail(parser, `expected ${orList(words)}, got ${JSON.stringify(text)}`)
  }
  const [, holds] = relation
  return (host) => holds(left.read(host), right.read(host))
}

const bothNumbers =
  (compare: (a: number, b: number) => boolean) =>
  (a: unknown, b: unknown): boolean =>
    typeof a === 'number' && typeof b === 'number' && compare(a, b)

const isPlain = (a: unknown): boolean => a === null || (typeof a !== 'object' && a !== undefined)

const relations: ReadonlyArray<readonly [sign: string, holds: (a: unknown, b: unknown) => boolean]> = [
  ['==', (a, b) => isPlain(a) && a === b],
  ['=', (a, b) => isPlain(a) && a === b],
  ['!=', (a, b) => isPlain(a) && isPlain(b) && a !== b],
  ['<=', bothNumbers((a, b) => a <= b)],
  ['<', bothNumbers((a, b) => a < b)],
  ['>=', bothNumbers((a, b) => a >= b)],
  ['>', bothNumbers((a, b) => a > b)]
]

const constants: ReadonlyArray<readonly [string, boolean | null]> = [
  ['true', true],
  ['false', false],
  ['null', null]
]

const parseOperand = (parser: Parser): Operand => {
  const token = peek(parser)
  if (token.kind === 'number' || token.kind === 'text') {
    parser.at++
    const read = token.kind === 'number' ? (): unknown => token.value : (): unknown => token.text
    return { read, words: null, text: token.kind === 'text' ? token.text : null }
  }
  const constant = constants.find(([name]) => take(parser, name))
  if (constant !== undefined) return { read: () => constant[1], words: null, text: null }
  return parsePath(parser, false)
}

/** `mayEndEarly`: a path to a whole record is wanted too. */
const parsePath = (parser: Parser, mayEndEarly: boolean): Operand => {
  const first = peek(parser)
  const path: PathStep[] = []
  let shape = parser.shape
  if (first.kind !== 'name') {
    fail(parser, `expected a path, a number or a text in quotes, got ${nameOf(first)}`)
    return nothing
  }
  do {
    const isNumber = path.length > 0 && take(parser, '[')
    const next = isNumber ? numberedStep(parser, shape) : namedStep(parser, shape)
    if (next === null) return nothing
    path.push(next[0])
    shape = next[1]
  } while (take(parser, '.') || peek(parser).text === '[')
  if (!mayEndEarly && (shape._tag === 'Fields' || shape._tag === 'Numbered')) {
    fail(
      parser,
      shape._tag === 'Numbered'
        ? 'expected "[" and a number'
        : `expected "." and ${orList(Object.keys(shape.fields))}`
    )
    return nothing
  }
  return {
    read: (host) => valueAtPath(host, path),
    words: shape._tag === 'Value' ? shape.words : null,
    text: null
  }
}

const numberedStep = (parser: Parser, shape: ViewShape): readonly [PathStep, ViewShape] | null => {
  if (shape._tag !== 'Numbered' && shape._tag !== 'Raw') fail(parser, 'what stands before is not numbered')
  const index = takeNumber(parser)
  if (!take(parser, ']')) fail(parser, `expected "]", got ${nameOf(peek(parser))}`)
  if (parser.error !== null) return null
  return [index, shape._tag === 'Numbered' ? shape.of : shape]
}

const namedStep = (parser: Parser, shape: ViewShape): readonly [PathStep, ViewShape] | null => {
  const { kind, text } = peek(parser)
  const next =
    shape._tag === 'Raw'
      ? shape
      : shape._tag === 'Fields' && Object.hasOwn(shape.fields, text)
        ? shape.fields[text]
        : undefined
  if (kind !== 'name' || next === undefined) {
    const wanted = shape._tag === 'Fields' ? orList(Object.keys(shape.fields)) : 'the end of the path'
    fail(parser, `expected ${wanted}, got ${nameOf(peek(parser))}`)
    return null
  }
  parser.at++
  return [text, next]
}

const wordsAt = (shape: ViewShape, path: ReadonlyArray<PathStep>): ReadonlyArray<string> | null => {
  let at: ViewShape | undefined = shape
  for (const step of path) {
    if (at?._tag === 'Fields') at = at.fields[step]
    else if (at?._tag === 'Numbered') at = at.of
  }
  return at?._tag === 'Value' ? at.words : null
}

const orList = (words: ReadonlyArray<string>): string => words.map((word) => `"${word}"`).join(' or ')
