/**
 * The grammar of configuration texts (xl-cfg.md §2), with the error messages and the recovery of the
 * reference.
 *
 * The messages name the tokens an LALR parser expects in the state in which it got stuck, *after* its default
 * reductions, and an error hides others until three tokens were read without one. Both follow from the
 * automaton, so the automaton is what this is; its states are in `grammarTable.ts`.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { invariant } from '../../prelude/index.js'

import type { ConfigFile, ConfigValue, Setting } from './ConfigFile.js'
import { acceptState, rules, states } from './grammarTable.js'
import type { RuleName, State } from './grammarTable.js'
import { makeErrorLog, makeScanner, nextToken, reportAt, reportLexical } from './Lexer.js'
import type { Scanner, Token, TokenKind } from './Lexer.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads a text. Left: the lines that the reference prints; what a program says after them (`Failed to parse
 * config: Invalid argument`) is the program's.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseConfigFile = (source: string, text: string): Either<ReadonlyArray<string>, ConfigFile> => {
  const log = makeErrorLog(source)
  const run: Run = {
    scanner: makeScanner(text, log),
    settings: [],
    latest: new Map(),
    stack: [{ state: 0, value: nothing, line: 1 }],
    quietTokens: 0
  }
  parse(run)
  if (!log.failed) return E.right({ source, settings: run.settings })
  return E.left(log.likelyPython ? [...log.lines, ...pythonLines] : log.lines)
}

/**
 * The text that results from adding `key=value` words of a command line: each a line of its own, after a
 * newline, so that the first of them is line 2 of an empty file (xl-commands.md §10.1, §8.2).
 *
 * @category constructors
 * @since 0.1.0
 */
export const appendOverrides = (text: string, words: ReadonlyArray<string>): string =>
  words.length === 0 ? text : `${text}\n${words.map((word) => `${word}\n`).join('')}\n`

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const pythonLines: ReadonlyArray<string> = [
  'warning: Config file looks like it contains Python code.',
  'warning:  Arbitrary Python is no longer supported.',
  'warning:  See https://wiki.xen.org/wiki/PythonInXlConfig'
]

/** What a symbol on the stack stands for; lists are grown in place until they are closed. */
type Semantic =
  | { readonly _tag: 'Nothing' }
  | { readonly _tag: 'Text'; readonly text: string }
  | { readonly _tag: 'Value'; readonly value: ConfigValue }
  | { readonly _tag: 'Items'; readonly items: ConfigValue[] }
  | { readonly _tag: 'Operator'; readonly isAddition: boolean }

interface Entry {
  readonly state: number
  readonly value: Semantic
  readonly line: number
}

interface Run {
  readonly scanner: Scanner
  readonly settings: Setting[]
  /** Where in `settings` the latest setting of a name is. */
  readonly latest: Map<string, number>
  readonly stack: Entry[]
  /** Tokens to shift before the next syntax error is worth a message. */
  quietTokens: number
}

const nothing: Semantic = { _tag: 'Nothing' }

const quietTokensAfterError = 3

/** The reference's parser has room for 10,000 symbols; only lists in lists (about 5,000 deep) can fill it. */
const stackMax = 10_000

const topOf = (stack: ReadonlyArray<Entry>): Entry => {
  const top = stack[stack.length - 1]
  invariant(top !== undefined, 'the parser stack has a bottom')
  return top
}

const stateOf = (number: number): State => {
  const state = states[number]
  invariant(state !== undefined, 'a parser state exists')
  return state
}

const parse = (run: Run): void => {
  let lookahead: Token | undefined
  while (topOf(run.stack).state !== acceptState) {
    const state = stateOf(topOf(run.stack).state)
    if (state.shifts.length === 0 && state.reduce !== undefined) {
      reduce(run, state.reduce)
      continue
    }
    lookahead ??= nextToken(run.scanner)
    const target = shiftTarget(state, lookahead.kind)
    if (target !== undefined) {
      if (run.quietTokens > 0) run.quietTokens -= 1
      run.stack.push({ state: target, value: semanticOf(lookahead), line: lookahead.line })
      lookahead = undefined
      if (run.stack.length >= stackMax) {
        reportAt(run.scanner, run.scanner.tokenLine, 'memory exhausted')
        return
      }
    } else if (state.reduce !== undefined) {
      reduce(run, state.reduce)
    } else {
      const next = recover(run, state, lookahead)
      if (next === 'abort') return
      if (next === 'discard') lookahead = undefined
    }
  }
}

const shiftTarget = (state: State, kind: TokenKind): number | undefined =>
  state.shifts.find(([shifted]) => shifted === kind)?.[1]

const semanticOf = (token: Token): Semantic => {
  switch (token.kind) {
    case 'IDENT':
    case 'STRING':
    case 'NUMBER':
      return { _tag: 'Text', text: token.value }
    default:
      return nothing
  }
}

/** Reports an error once, then drops tokens until the end of a line; gives up when there is no statement. */
const recover = (run: Run, state: State, lookahead: Token): 'abort' | 'discard' | 'keep' => {
  const isAgain = run.quietTokens === quietTokensAfterError
  if (run.quietTokens === 0) {
    const expected = state.shifts.map(([kind]) => kind).join(' or ')
    reportAt(run.scanner, lookahead.line, `syntax error, unexpected ${lookahead.kind}, expecting ${expected}`)
  }
  if (isAgain && lookahead.kind === '$end') return 'abort'
  run.quietTokens = quietTokensAfterError
  for (;;) {
    const top = run.stack[run.stack.length - 1]
    if (top === undefined) return 'abort'
    const { onError } = stateOf(top.state)
    if (onError !== undefined) {
      run.stack.push({ state: onError, value: nothing, line: lookahead.line })
      return isAgain ? 'discard' : 'keep'
    }
    run.stack.pop()
  }
}

const reduce = (run: Run, name: RuleName): void => {
  const { to, length } = rules[name]
  const parts = run.stack.splice(run.stack.length - length, length)
  const value = semanticOfRule(run, name, parts)
  const target = stateOf(topOf(run.stack).state).goTo[to]
  invariant(target !== undefined, 'a reduction leads somewhere')
  run.stack.push({ state: target, value, line: parts[0]?.line ?? run.scanner.tokenLine })
}

const semanticOfRule = (run: Run, name: RuleName, parts: ReadonlyArray<Entry>): Semantic => {
  switch (name) {
    case 'opAssign':
      return { _tag: 'Operator', isAddition: false }
    case 'opAdd':
      return { _tag: 'Operator', isAddition: true }
    case 'atom':
      return parts[0]?.value ?? nothing
    case 'single':
      return { _tag: 'Value', value: { _tag: 'Single', text: textOf(parts[0]) } }
    case 'noValues':
      return { _tag: 'Items', items: [] }
    case 'someValues':
    case 'valuesComma':
      return parts[0]?.value ?? nothing
    case 'firstValue':
      return { _tag: 'Items', items: [valueOf(parts[0])] }
    case 'nextValue': {
      const items = itemsOf(parts[0])
      items.push(valueOf(parts[3]))
      return { _tag: 'Items', items }
    }
    case 'list':
      return { _tag: 'Value', value: { _tag: 'List', items: itemsOf(parts[2]) } }
    case 'assign':
      store(run, parts)
      return nothing
    default:
      return nothing
  }
}

const textOf = (entry: Entry | undefined): string => {
  invariant(entry?.value._tag === 'Text', 'a text is where the grammar has one')
  return entry.value.text
}

const valueOf = (entry: Entry | undefined): ConfigValue => {
  invariant(entry?.value._tag === 'Value', 'a value is where the grammar has one')
  return entry.value.value
}

const itemsOf = (entry: Entry | undefined): ConfigValue[] => {
  invariant(entry?.value._tag === 'Items', 'a list is where the grammar has one')
  return entry.value.items
}

/** After an error nothing is kept. An addition takes what the key has now and adds to its end. */
const store = (run: Run, parts: ReadonlyArray<Entry>): void => {
  const { log } = run.scanner
  if (log.failed) return
  const operator = parts[1]?.value
  const isAddition = operator?._tag === 'Operator' && operator.isAddition
  const name = textOf(parts[0])
  const added = valueOf(parts[2])
  const previousIndex = isAddition ? run.latest.get(name) : undefined
  const previous = previousIndex === undefined ? undefined : run.settings[previousIndex]
  const value = previous === undefined ? added : concatenate(previous.value, added)
  if (value === undefined) {
    reportLexical(run.scanner, 'can\'t add [list] to "string" or vice versa')
    log.failed = true
    return
  }
  // Nobody can read the previous setting any more. Its list must not be kept again with each addition.
  if (previous !== undefined && previousIndex !== undefined && previous.value._tag === 'List') {
    run.settings[previousIndex] = { ...previous, value: { _tag: 'List', items: [] } }
  }
  run.latest.set(name, run.settings.length)
  run.settings.push({ name, isAddition, value, line: parts[2]?.line ?? 0 })
}

const concatenate = (before: ConfigValue, after: ConfigValue): ConfigValue | undefined => {
  if (before._tag === 'Single' && after._tag === 'Single') {
    return { _tag: 'Single', text: before.text + after.text }
  }
  if (before._tag === 'List' && after._tag === 'List') {
    return { _tag: 'List', items: [...before.items, ...after.items] }
  }
  return undefined
}
