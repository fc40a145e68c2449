/**
 * Reading the arguments of a subcommand: long options with `--name value` or `--name=value`, short ones with
 * a letter, `--` ends them. Pure: arguments in, value or complaint out.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An option that a subcommand knows. One without `value` is a switch. `short` is one letter. The text of an
 * option goes into the help.
 *
 * @category model
 * @since 0.1.0
 */
export interface OptionSpec {
  readonly name: string
  readonly short?: string
  readonly value?: string
  readonly isRepeatable?: boolean
  readonly text: string
}

/**
 * What a subcommand takes: options, and how many arguments besides them.
 *
 * @category model
 * @since 0.1.0
 */
export interface ArgumentSpec {
  readonly options: ReadonlyArray<OptionSpec>
  readonly positionalsMin: number
  readonly positionalsMax: number
  /** How the arguments are called where they are missing. */
  readonly positional: string
  /**
   * Whether the first word that is not one of our options and all after it belong to somebody else (`xl`).
   */
  readonly isPassThrough?: boolean
}

/**
 * Arguments as given. `values` has every value of an option under its long name, in order; a switch has `''`.
 *
 * @category model
 * @since 0.1.0
 */
export interface ParsedArguments {
  readonly values: ReadonlyMap<string, ReadonlyArray<string>>
  readonly positionals: ReadonlyArray<string>
  readonly wantsHelp: boolean
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads arguments, or says what is wrong with them. `--help` and `-h` end the reading: whoever asks for help
 * is not lectured first. What starts with a minus and a digit is an argument, not an option.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseArguments = (
  spec: ArgumentSpec,
  argv: ReadonlyArray<string>
): Either<string, ParsedArguments> => {
  const values = new Map<string, string[]>()
  const positionals: string[] = []
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (word === '--') {
      positionals.push(...argv.slice(at + 1))
      break
    }
    if (!/^-[^\d]/.test(word) && spec.isPassThrough !== true) {
      positionals.push(word)
      continue
    }
    if (word === '--help' || (word === '-h' && spec.isPassThrough !== true))
      return E.right({ values, positionals, wantsHelp: true })
    if (spec.isPassThrough === true && !isOurs(spec, word)) {
      positionals.push(...argv.slice(at))
      break
    }
    const found = readOption(spec, argv, at)
    if (typeof found === 'string') return E.left(found)
    const known = values.get(found.option.name)
    if (known === undefined) values.set(found.option.name, [found.value])
    else if (found.option.isRepeatable === true) known.push(found.value)
    else return E.left(`option --${found.option.name} is given twice`)
    at = found.last
  }
  if (positionals.length < spec.positionalsMin) return E.left(`${spec.positional} is missing`)
  const extra = positionals[spec.positionalsMax]
  if (extra !== undefined) return E.left(`unexpected argument '${extra}'`)
  return E.right({ values, positionals, wantsHelp: false })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The value of an option that is given at most once.
 *
 * @category queries
 * @since 0.1.0
 */
export const valueOf = ({ values }: ParsedArguments, name: string): string | undefined =>
  values.get(name)?.[0]

/**
 * All values of an option.
 *
 * @category queries
 * @since 0.1.0
 */
export const valuesOf = ({ values }: ParsedArguments, name: string): ReadonlyArray<string> =>
  values.get(name) ?? []

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const isOurs = (spec: ArgumentSpec, word: string): boolean =>
  spec.options.some(
    ({ name, short }) =>
      word === `--${name}` || word.startsWith(`--${name}=`) || (short !== undefined && word === `-${short}`)
  )

interface FoundOption {
  readonly option: OptionSpec
  readonly value: string
  /** Where its last word is. */
  readonly last: number
}

const readOption = (spec: ArgumentSpec, argv: ReadonlyArray<string>, at: number): FoundOption | string => {
  const word = argv[at] ?? ''
  const isLong = word.startsWith('--')
  const equals = isLong ? word.indexOf('=') : -1
  const name = isLong ? word.slice(2, equals < 0 ? undefined : equals) : word.slice(1, 2)
  const option = spec.options.find((other) => (isLong ? other.name : other.short) === name)
  const shown = isLong ? `--${name}` : `-${name}`
  if (option === undefined) return `unknown option ${shown}`
  const attached = isLong ? (equals < 0 ? null : word.slice(equals + 1)) : word.slice(2) || null
  if (option.value === undefined) {
    return attached === null ? { option, value: '', last: at } : `option ${shown} takes no value`
  }
  if (attached !== null) return { option, value: attached, last: at }
  const next = argv[at + 1]
  return next === undefined ? `option ${shown} needs a value` : { option, value: next, last: at + 1 }
}
