/**
 * `xensim`: finds the subcommand, and carries it out.
 *
 * @since 0.1.0
 */
import { exitCode, hint, runCommand } from './Command.js'
import type { Surroundings } from './Command.js'
import { commands } from './commands.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Carries out a command line (without the name of the program) and gives the exit code.
 *
 * @category transitions
 * @since 0.1.0
 */
export const dispatch = async (argv: ReadonlyArray<string>, surroundings: Surroundings): Promise<number> => {
  const [name, ...rest] = argv
  if (name === undefined) {
    surroundings.err(`xensim: no command\n${overview()}`)
    return exitCode.usage
  }
  if (name === '--help' || name === '-h' || name === 'help') return help(rest, surroundings)
  if (name === '--version' || name === '-V') {
    surroundings.out(`${(await import('../replay/index.js')).packageVersion}\n`)
    return exitCode.success
  }
  const command = commands.find((other) => other.name === name)
  if (command === undefined) {
    const what = name.startsWith('-') ? 'option' : 'command'
    surroundings.err(`xensim: unknown ${what} '${name}'\n${hint('')}`)
    return exitCode.usage
  }
  return runCommand(command, rest, surroundings)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const overview = (): string => {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}\n`).join('')
  return (
    'Usage: xensim COMMAND [ARGUMENT]…\n\n' +
    'A whole Xen host as one value: boot, schedule, look, record and replay.\n\n' +
    `Commands:\n${rows}\n'xensim COMMAND --help' says more.\n` +
    'Exit code 0: done, 1: failed, 2: wrong usage or a bad file.\n'
  )
}

const help = async (rest: ReadonlyArray<string>, surroundings: Surroundings): Promise<number> => {
  const command = commands.find(({ name }) => name === rest[0])
  if (command !== undefined) return runCommand(command, ['--help'], surroundings)
  if (rest[0] !== undefined) {
    surroundings.err(`xensim: unknown command '${rest[0]}'\n${hint('')}`)
    return exitCode.usage
  }
  surroundings.out(overview())
  return exitCode.success
}
