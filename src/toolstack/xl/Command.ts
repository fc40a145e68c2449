/**
 * What a subcommand's program is: a function that works on a run and gives the exit status.
 *
 * @since 0.1.0
 */
import type { CommandSpec } from './commandTable.js'
import type { FoundOption } from './getopt.js'
import { commandHelp } from './help.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The words of a call: options in order, then what is left.
 *
 * @category model
 * @since 0.1.0
 */
export interface CommandCall {
  readonly command: CommandSpec
  readonly options: ReadonlyArray<FoundOption>
  readonly rest: ReadonlyArray<string>
}

/**
 * @category model
 * @since 0.1.0
 */
export type CommandProgram = (run: XlRun, call: CommandCall) => number

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Prints the help of the command on stdout.
 *
 * @category transitions
 * @since 0.1.0
 */
export const showHelp = (run: XlRun, command: CommandSpec): void => {
  run.stdout.push(commandHelp(command))
}

/**
 * Says honestly that something is missing; the exit status.
 *
 * @category transitions
 * @since 0.1.0
 */
export const notBuilt = (run: XlRun, feature: string): number => {
  run.stderr.push(`NotImplemented: ${feature}\n`)
  return 1
}
