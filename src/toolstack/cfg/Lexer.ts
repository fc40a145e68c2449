/**
 * The tokens of a configuration text (xl-cfg.md §1), and the ways in which a text has none.
 *
 * The scanner is a value that a parser owns and advances; it reports lexical errors through the same
 * {@link ErrorLog} as the grammar, because one error of a line hides the later ones of that line.
 * Text is one character per byte.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What the grammar sees of a token. The names are the ones the error messages print.
 *
 * @category model
 * @since 0.1.0
 */
export type TokenKind =
  '$end' | 'IDENT' | 'STRING' | 'NUMBER' | 'NEWLINE' | '+=' | "'='" | "';'" | "'['" | "']'" | "','"

/**
 * A token: `line` is where the grammar places it, `value` the text of an identifier, number or string.
 *
 * @category model
 * @since 0.1.0
 */
export interface Token {
  readonly kind: TokenKind
  readonly line: number
  readonly value: string
}

/**
 * The errors of one parse. Owned by the parse that created it, and local to it.
 *
 * @category model
 * @since 0.1.0
 */
export interface ErrorLog {
  readonly source: string
  readonly lines: string[]
  /** Errors on this line and before are not reported any more: a lexical error has been. */
  lexicalErrorLine: number
  failed: boolean
  likelyPython: boolean
}

/**
 * The state of a scan. `text` between `start` and `pos` is the token last read.
 *
 * @category model
 * @since 0.1.0
 */
export interface Scanner {
  readonly text: string
  readonly log: ErrorLog
  /** Beyond it no comment can end, so none has to be tried. */
  readonly lastNewlinePos: number
  start: number
  pos: number
  /** The line the scan has reached: 1 more than the newlines before `pos`. */
  line: number
  /** True when the end of the text was reached: the last token then prints with an (invisible) end mark. */
  atEnd: boolean
  /** Where the grammar places the token last read; the end of the text is placed where that token was. */
  tokenLine: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const makeErrorLog = (source: string): ErrorLog => ({
  source,
  lines: [],
  lexicalErrorLine: -1,
  failed: false,
  likelyPython: false
})

/**
 * @category constructors
 * @since 0.1.0
 */
export const makeScanner = (text: string, log: ErrorLog): Scanner => ({
  text,
  log,
  lastNewlinePos: text.lastIndexOf('\n'),
  start: 0,
  pos: 0,
  line: 1,
  atEnd: false,
  tokenLine: 1
})

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Reports `message` about the token last read, placed on `line`; says nothing where a lexical error was said.
 * A token that ends in a newline belongs to the line before it.
 *
 * @category transitions
 * @since 0.1.0
 */
export const reportAt = (scanner: Scanner, line: number, message: string): void => {
  const { log } = scanner
  if (line <= log.lexicalErrorLine) return
  log.lines.push(nearText(scanner, line) + message)
  log.failed = true
}

/**
 * Reports `message` as an error of the text itself: nothing more is reported up to this line.
 *
 * @category transitions
 * @since 0.1.0
 */
export const reportLexical = (scanner: Scanner, message: string): void => {
  reportAt(scanner, scanner.line, message)
  scanner.log.lexicalErrorLine = scanner.line
}

/**
 * Reads the next token. Text that is none is reported and skipped.
 *
 * @category transitions
 * @since 0.1.0
 */
export const nextToken = (scanner: Scanner): Token => {
  for (;;) {
    skipBlanks(scanner)
    scanner.start = scanner.pos
    const c = scanner.text[scanner.pos]
    if (c === undefined) return endToken(scanner)
    const token = readToken(scanner, c) ?? readNewline(scanner, c) ?? readUnknown(scanner, c)
    if (token !== undefined) {
      scanner.tokenLine = token.line
      return token
    }
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const identifier = /[a-z][._0-9a-z]*/y
const number = /[0-9][0-9a-fx]*/y
// A NUL ends a string for the reader of the reference, which then stops the program; here it is an error.
const doubleQuoted = /"(?:[^"\\\n\0]|\\[^\n\0])*"/y
const singleQuoted = /'(?:[^'\\\n\0]|\\[^\n\0])*'/y
const comment = /#[^\n]*\n/y
const wordRest = /[^ \t\n]*/y

const matchAt = (pattern: RegExp, text: string, pos: number): string | undefined => {
  pattern.lastIndex = pos
  return pattern.exec(text)?.[0]
}

const nearText = (scanner: Scanner, line: number): string => {
  let text = scanner.text.slice(scanner.start, scanner.pos)
  let shownLine = line
  let marker = ''
  const endsInNewline = text.endsWith('\n') && !scanner.atEnd
  if (endsInNewline) {
    text = text.slice(0, -1)
    shownLine -= 1
    if (text === '') marker = '<newline>'
  }
  if (!scanner.atEnd) text = trimBlanksAtEnd(text)
  const quoted = text !== '' || scanner.atEnd
  const visible = text.split('\0', 1)[0] ?? ''
  const shown = quoted ? '`' + visible + "'" : marker
  return `${scanner.log.source}:${shownLine}: config parsing error near ${shown}: `
}

const trimBlanksAtEnd = (text: string): string => {
  let end = text.length
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end -= 1
  return text.slice(0, end)
}

const skipBlanks = (scanner: Scanner): void => {
  while (scanner.text[scanner.pos] === ' ' || scanner.text[scanner.pos] === '\t') scanner.pos += 1
}

const endToken = (scanner: Scanner): Token => {
  scanner.atEnd = true
  return { kind: '$end', line: scanner.tokenLine, value: '' }
}

const punctuation = (text: string, pos: number): TokenKind | undefined => {
  switch (text[pos]) {
    case ',':
      return "','"
    case '[':
      return "'['"
    case ']':
      return "']'"
    case '=':
      return "'='"
    case ';':
      return "';'"
    case '+':
      return text[pos + 1] === '=' ? '+=' : undefined
    default:
      return undefined
  }
}

const readToken = (scanner: Scanner, first: string): Token | undefined => {
  const { text, pos, line } = scanner
  const kind = punctuation(text, pos)
  if (kind !== undefined) {
    scanner.pos += kind === '+=' ? 2 : 1
    return { kind, line, value: '' }
  }
  const word = matchAt(identifier, text, pos)
  if (word !== undefined) {
    scanner.pos += word.length
    return { kind: 'IDENT', line, value: word }
  }
  const digits = matchAt(number, text, pos)
  if (digits !== undefined) {
    scanner.pos += digits.length
    return { kind: 'NUMBER', line, value: digits }
  }
  if (first !== '"' && first !== "'") return undefined
  const quoted = matchAt(first === '"' ? doubleQuoted : singleQuoted, text, pos)
  if (quoted === undefined) return undefined
  scanner.pos += quoted.length
  return { kind: 'STRING', line, value: unquote(scanner, quoted) }
}

const readNewline = (scanner: Scanner, first: string): Token | undefined => {
  if (scanner.pos > scanner.lastNewlinePos) return undefined
  const text = first === '\n' ? first : matchAt(comment, scanner.text, scanner.pos)
  if (text === undefined) return undefined
  scanner.pos += text.length
  scanner.line += 1
  return { kind: 'NEWLINE', line: scanner.line - 1, value: '' }
}

/**
 * Skips what is no token, up to the next blank. Two oddities of the reference are kept: a lone character
 * before a newline takes the newline with it (the next line's errors go unreported), and a lone character
 * at the very end of the text is not noticed.
 */
const readUnknown = (scanner: Scanner, first: string): Token | undefined => {
  if ('+-.():'.includes(first)) scanner.log.likelyPython = true
  scanner.pos += 1
  const next = scanner.text[scanner.pos]
  if (next === undefined) return endToken(scanner)
  if (next === '\n') {
    scanner.pos += 1
    scanner.line += 1
    reportLexical(scanner, 'lexical error')
    return { kind: 'NEWLINE', line: scanner.line, value: '' }
  }
  const rest = matchAt(wordRest, scanner.text, scanner.pos) ?? ''
  scanner.pos += rest === '' ? 1 : rest.length
  reportLexical(scanner, 'lexical error')
  return undefined
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v'
}

/** The text of a quoted string. Numeric escapes are as broken as in the reference (xl-cfg.md §1). */
const unquote = (scanner: Scanner, quoted: string): string => {
  if (scanner.log.failed) return ''
  const parts: string[] = []
  let pos = 1
  while (pos < quoted.length - 1) {
    const c = quoted[pos] ?? ''
    pos += 1
    if (c !== '\\') {
      parts.push(c)
      continue
    }
    const escaped = quoted[pos] ?? ''
    pos += 1
    const plain = Object.hasOwn(simpleEscapes, escaped) ? simpleEscapes[escaped] : undefined
    if (plain !== undefined) {
      parts.push(plain)
      continue
    }
    const skipped = numericEscape(scanner, quoted, { escaped, pos })
    if (skipped === undefined) break
    pos += skipped
  }
  return parts.join('')
}

/**
 * How many characters an octal escape swallows, or nothing after an error. Any hexadecimal one is an error.
 */
const numericEscape = (
  scanner: Scanner,
  quoted: string,
  at: { readonly escaped: string; readonly pos: number }
): number | undefined => {
  const fail = (message: string): undefined => {
    reportLexical(scanner, message)
    scanner.log.failed = true
    return undefined
  }
  const badDigit = (base: string) =>
    fail(`invalid digit after backslash ${base}numerical character escape in quoted string`)
  if (at.escaped === 'x') return badDigit('hex')
  if (!(at.escaped >= '0' && at.escaped <= '7')) {
    return fail('invalid character after backlash in quoted string')
  }
  const digits = /^[ \t\v\f\r]*[+-]?[0-9]+/.exec(quoted.slice(at.pos, at.pos + 3))?.[0] ?? ''
  return digits.length < 2 ? badDigit('octal') : digits.length
}
