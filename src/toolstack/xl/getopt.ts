/**
 * Options as the C library's `getopt_long` reads them for `xl`'s commands.
 *
 * Options end at the first word that is not one: `xl` reads its global options in that mode, and the C
 * library stays in it. Long options may be shortened as long as they stay unambiguous.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `letters` is in getopt's notation (a colon after a letter that takes a value); `long` maps names to
 * letters.
 *
 * @category model
 * @since 0.1.0
 */
export interface OptionSpec {
  readonly letters: string
  readonly long: ReadonlyArray<readonly [name: string, letter: string]>
}

/**
 * One option found; `value` is '' for those that take none.
 *
 * @category model
 * @since 0.1.0
 */
export interface FoundOption {
  readonly letter: string
  readonly value: string
}

/**
 * How the reading ended: with the words left over, with a request for help, or at an option that is none
 * (`letter` is NUL for a long one).
 *
 * @category model
 * @since 0.1.0
 */
export type ParsedOptions =
  | {
      readonly _tag: 'Done'
      readonly options: ReadonlyArray<FoundOption>
      readonly rest: ReadonlyArray<string>
    }
  | { readonly _tag: 'Help' }
  | { readonly _tag: 'Unknown'; readonly letter: string }

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads the words after the command. `-h` and `--help` are known to every command.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseOptions = (words: ReadonlyArray<string>, spec: OptionSpec): ParsedOptions => {
  const options: FoundOption[] = []
  let at = 0
  for (; at < words.length; at += 1) {
    const word = words[at] as string
    if (word === '--') {
      at += 1
      break
    }
    if (!word.startsWith('-') || word === '-') break
    const found = word.startsWith('--')
      ? readLong(word, words[at + 1], spec)
      : readShort(word, words[at + 1], spec)
    if (found._tag === 'Unknown') return found
    options.push(...found.options)
    if (found.options.some(({ letter }) => letter === 'h')) return { _tag: 'Help' }
    if (found.usedNext) at += 1
  }
  return { _tag: 'Done', options, rest: words.slice(at) }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The value of the last option with this letter; undefined when it was not given.
 *
 * @category queries
 * @since 0.1.0
 */
export const optionValue = (options: ReadonlyArray<FoundOption>, letter: string): string | undefined =>
  options.findLast((option) => option.letter === letter)?.value

/**
 * @category queries
 * @since 0.1.0
 */
export const hasOption = (options: ReadonlyArray<FoundOption>, letter: string): boolean =>
  options.some((option) => option.letter === letter)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Read =
  | { readonly _tag: 'Found'; readonly options: ReadonlyArray<FoundOption>; readonly usedNext: boolean }
  | { readonly _tag: 'Unknown'; readonly letter: string }

const unknown = (letter: string): Read => ({ _tag: 'Unknown', letter })

const takesValue = ({ letters }: OptionSpec, letter: string): boolean => letters.includes(`${letter}:`)

const isKnown = ({ letters }: OptionSpec, letter: string): boolean =>
  letter === 'h' || (letter !== ':' && letters.includes(letter))

/** One word may hold several letters; the value of one is the rest of the word, or else the next word. */
const readShort = (word: string, next: string | undefined, spec: OptionSpec): Read => {
  const options: FoundOption[] = []
  for (let i = 1; i < word.length; i += 1) {
    const letter = word.charAt(i)
    if (!isKnown(spec, letter)) return unknown(letter)
    if (!takesValue(spec, letter)) {
      options.push({ letter, value: '' })
      if (letter === 'h') break
      continue
    }
    const attached = word.slice(i + 1)
    if (attached === '' && next === undefined) return unknown(letter)
    options.push({ letter, value: attached === '' ? (next ?? '') : attached })
    return { _tag: 'Found', options, usedNext: attached === '' }
  }
  return { _tag: 'Found', options, usedNext: false }
}

const readLong = (word: string, next: string | undefined, spec: OptionSpec): Read => {
  const equals = word.indexOf('=')
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals)
  const long = [...spec.long, ['help', 'h'] as const]
  const exact = long.find(([known]) => known === name)
  const shortened = long.filter(([known]) => known.startsWith(name))
  const isUnambiguous = new Set(shortened.map(([, letter]) => letter)).size === 1
  const letter = exact?.[1] ?? (isUnambiguous ? shortened[0]?.[1] : undefined)
  if (letter === undefined) return unknown('\0')
  if (!takesValue(spec, letter)) {
    return equals < 0 ? { _tag: 'Found', options: [{ letter, value: '' }], usedNext: false } : unknown(letter)
  }
  const value = equals < 0 ? next : word.slice(equals + 1)
  if (value === undefined) return unknown(letter)
  return { _tag: 'Found', options: [{ letter, value }], usedNext: equals < 0 }
}
