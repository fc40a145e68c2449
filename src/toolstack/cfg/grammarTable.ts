/**
 * The automaton of the grammar of configurations (xl-cfg.md §2): states, what they shift, and the reduction
 * they take otherwise. Private to this folder.
 *
 * @since 0.1.0
 */
import type { TokenKind } from './Lexer.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export type NonTerminal =
  | 'file'
  | 'statements'
  | 'statement'
  | 'assignment'
  | 'op'
  | 'statementEnd'
  | 'value'
  | 'atom'
  | 'listBody'
  | 'listed'
  | 'blankLines'

/**
 * What a reduction makes, of how many symbols.
 *
 * @category model
 * @since 0.1.0
 */
export interface Rule {
  readonly to: NonTerminal
  readonly length: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface State {
  readonly shifts: ReadonlyArray<readonly [TokenKind, number]>
  readonly goTo: Readonly<Partial<Record<NonTerminal, number>>>
  /** The reduction of this state, taken whatever comes next unless it can be shifted. */
  readonly reduce: RuleName | undefined
  readonly onError: number | undefined
}

/**
 * @category constants
 * @since 0.1.0
 */
export const rules = {
  fileOfStatements: { to: 'file', length: 1 },
  fileOfAssignment: { to: 'file', length: 2 },
  noStatements: { to: 'statements', length: 0 },
  moreStatements: { to: 'statements', length: 2 },
  statementOfAssignment: { to: 'statement', length: 2 },
  emptyStatement: { to: 'statement', length: 1 },
  brokenStatement: { to: 'statement', length: 2 },
  assign: { to: 'assignment', length: 3 },
  opAssign: { to: 'op', length: 1 },
  opAdd: { to: 'op', length: 1 },
  statementEnd: { to: 'statementEnd', length: 1 },
  single: { to: 'value', length: 1 },
  list: { to: 'value', length: 4 },
  atom: { to: 'atom', length: 1 },
  noValues: { to: 'listBody', length: 0 },
  someValues: { to: 'listBody', length: 1 },
  valuesComma: { to: 'listBody', length: 3 },
  firstValue: { to: 'listed', length: 2 },
  nextValue: { to: 'listed', length: 5 },
  noNewlines: { to: 'blankLines', length: 0 },
  moreNewlines: { to: 'blankLines', length: 2 }
} as const satisfies Readonly<Record<string, Rule>>

/**
 * @category model
 * @since 0.1.0
 */
export type RuleName = keyof typeof rules

const reduces = (reduce: RuleName): State => ({ shifts: [], goTo: {}, reduce, onError: undefined })

const shiftsTo = (
  shifts: State['shifts'],
  goTo: State['goTo'] = {},
  more: { readonly reduce?: RuleName; readonly onError?: number } = {}
): State => ({ shifts, goTo, reduce: more.reduce, onError: more.onError })

/**
 * @category constants
 * @since 0.1.0
 */
export const acceptState = 30

/**
 * In the order of the state numbers; the comment is what has been read when the parser is there.
 *
 * @category constants
 * @since 0.1.0
 */
export const states: ReadonlyArray<State> = [
  /* 0 nothing */ { ...reduces('noStatements'), goTo: { file: 1, statements: 2 } },
  /* 1 a file */ shiftsTo([['$end', acceptState]]),
  /* 2 statements */ shiftsTo(
    [
      ['IDENT', 4],
      ['NEWLINE', 5],
      ["';'", 5]
    ],
    { statement: 9, assignment: 8, statementEnd: 10 },
    { reduce: 'fileOfStatements', onError: 3 }
  ),
  /* 3 error */ shiftsTo([['NEWLINE', 7]]),
  /* 4 a name */ shiftsTo(
    [
      ['+=', 13],
      ["'='", 12]
    ],
    { op: 11 }
  ),
  /* 5 the end of a statement */ reduces('statementEnd'),
  /* 6 not used */ reduces('statementEnd'),
  /* 7 error NEWLINE */ reduces('brokenStatement'),
  /* 8 statements assignment */ shiftsTo(
    [
      ['NEWLINE', 5],
      ["';'", 5]
    ],
    { statementEnd: 14 },
    { reduce: 'fileOfAssignment' }
  ),
  /* 9 statements statement */ reduces('moreStatements'),
  /* 10 an empty statement */ reduces('emptyStatement'),
  /* 11 name op */ shiftsTo(
    [
      ['STRING', 15],
      ['NUMBER', 15],
      ["'['", 17]
    ],
    { value: 18, atom: 19 }
  ),
  /* 12 = */ reduces('opAssign'),
  /* 13 += */ reduces('opAdd'),
  /* 14 assignment statementEnd */ reduces('statementOfAssignment'),
  /* 15 a string or number */ reduces('atom'),
  /* 16 not used */ reduces('atom'),
  /* 17 [ */ { ...reduces('noNewlines'), goTo: { blankLines: 20 } },
  /* 18 name op value */ reduces('assign'),
  /* 19 an atom */ reduces('single'),
  /* 20 [ newlines */ shiftsTo(
    [
      ['STRING', 15],
      ['NUMBER', 15],
      ['NEWLINE', 22],
      ["'['", 17]
    ],
    { listBody: 21, listed: 23, value: 24, atom: 19 },
    { reduce: 'noValues' }
  ),
  /* 21 [ list */ shiftsTo([["']'", 26]]),
  /* 22 newlines NEWLINE */ reduces('moreNewlines'),
  /* 23 values */ shiftsTo([["','", 27]], {}, { reduce: 'someValues' }),
  /* 24 the first value */ { ...reduces('noNewlines'), goTo: { blankLines: 25 } },
  /* 25 the first value, newlines */ shiftsTo([['NEWLINE', 22]], {}, { reduce: 'firstValue' }),
  /* 26 [ list ] */ reduces('list'),
  /* 27 values , */ { ...reduces('noNewlines'), goTo: { blankLines: 28 } },
  /* 28 values , newlines */ shiftsTo(
    [
      ['STRING', 15],
      ['NUMBER', 15],
      ['NEWLINE', 22],
      ["'['", 17]
    ],
    { value: 29, atom: 19 },
    { reduce: 'valuesComma' }
  ),
  /* 29 values , value */ { ...reduces('noNewlines'), goTo: { blankLines: 31 } },
  /* 30 accepted */ shiftsTo([]),
  /* 31 values , value newlines */ shiftsTo([['NEWLINE', 22]], {}, { reduce: 'nextValue' })
]
