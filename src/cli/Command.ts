/**
 * What all subcommands share: where they write, how they end, how help and complaints look. Private to this
 * folder.
 *
 * @since 0.1.0
 */
import { parseArguments } from './argumentParser.js'
import type { ArgumentSpec, ParsedArguments } from './argumentParser.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Where a command writes and what it knows of its surroundings.
 *
 * @category model
 * @since 0.1.0
 */
export interface Surroundings {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * A subcommand: what it takes, what `--help` says of it, and what it does. `run` gives the exit code.
 *
 * @category model
 * @since 0.1.0
 */
export interface Command {
  readonly name: string
  /** What follows `xensim` in the usage line. */
  readonly usage: string
  readonly summary: string
  readonly spec: ArgumentSpec
  /** What stands below the options. */
  readonly notes: string
  readonly run: (given: ParsedArguments, surroundings: Surroundings) => Promise<number>
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * What the user got wrong: arguments, or a file that is not what it should be. Ends the command with exit
 * code 2; nothing has been written.
 *
 * @category errors
 * @since 0.1.0
 */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * What could not be done. Ends the command with exit code 1.
 *
 * @category errors
 * @since 0.1.0
 */
export class Failure extends Error {
  override readonly name = 'Failure'
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * @category constants
 * @since 0.1.0
 */
export const exitCode = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Reads the arguments of a command and carries it out, with its help and its complaints.
 *
 * @category transitions
 * @since 0.1.0
 */
export const runCommand = async (
  command: Command,
  argv: ReadonlyArray<string>,
  surroundings: Surroundings
): Promise<number> => {
  const parsed = parseArguments(command.spec, argv)
  if (parsed._tag === 'Left') {
    surroundings.err(`xensim ${command.name}: ${parsed.left}\n${hint(command.name)}`)
    return exitCode.usage
  }
  if (parsed.right.wantsHelp) {
    surroundings.out(helpText(command))
    return exitCode.success
  }
  try {
    return await command.run(parsed.right, surroundings)
  } catch (error) {
    const code = codeOf(error)
    if (code === null) throw error
    surroundings.err(`xensim ${command.name}: ${error instanceof Error ? error.message : ''}\n`)
    return code
  }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * What `--help` prints.
 *
 * @category queries
 * @since 0.1.0
 */
export const helpText = (command: Command): string => {
  const rows = command.spec.options.map((option) => {
    const short = option.short === undefined ? '' : `-${option.short}, `
    const value = option.value === undefined ? '' : ` ${option.value}`
    return [`  ${short}--${option.name}${value}`, option.text] as const
  })
  const all = [...rows, ['  --help', 'say this'] as const]
  const width = Math.max(...all.map(([left]) => left.length)) + 2
  const options = all.map(([left, text]) => `${left.padEnd(width)}${text}\n`).join('')
  const notes = command.notes === '' ? '' : `\n${command.notes}\n`
  return `Usage: xensim ${command.usage}\n\n${command.summary}\n\nOptions:\n${options}${notes}`
}

/**
 * Where to read on after a complaint.
 *
 * @category queries
 * @since 0.1.0
 */
export const hint = (name: string): string => `Try 'xensim ${name === '' ? '' : `${name} `}--help'.\n`

/**
 * The value, or the complaint as a usage error that names the option.
 *
 * @category queries
 * @since 0.1.0
 */
export const orUsage = <A>(
  where: string,
  result: { readonly _tag: 'Left'; readonly left: string } | { readonly _tag: 'Right'; readonly right: A }
): A => {
  if (result._tag === 'Left') throw new UsageError(`${where}: ${result.left}`)
  return result.right
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/**
 * The exit code of an error that has a place in the contract, null for a bug. Errors of the shell are known
 * by name, so that `--help` need not load it.
 */
const codeOf = (error: unknown): number | null => {
  if (error instanceof UsageError) return exitCode.usage
  if (error instanceof Failure) return exitCode.failure
  if (!(error instanceof Error) || !('isInput' in error)) return null
  return error.isInput === true ? exitCode.usage : exitCode.failure
}
