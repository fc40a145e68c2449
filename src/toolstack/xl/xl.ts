/**
 * The `xl` program: global options, choice of the subcommand, its options, its run (xl-commands.md §1).
 *
 * @since 0.1.0
 */
import type { Environment, Host, TraceOptions } from '../../machine/index.js'
import { parseXlConf, xlSettingsDefault } from '../cfg/xlConf.js'
import type { XlSettings } from '../cfg/xlConf.js'

import { builtCommands } from './builtCommands.js'
import { notBuilt, showHelp } from './Command.js'
import type { CommandCall } from './Command.js'
import { findCommand } from './commandTable.js'
import type { CommandSpec } from './commandTable.js'
import { splitCreate } from './create.js'
import { parseOptions } from './getopt.js'
import { commandHelp, fullHelp } from './help.js'
import { shutdownOrReboot } from './shutdown.js'
import { complain, resolveDomain } from './XlRun.js'
import type { XlResult, XlRun, XlWorld } from './XlRun.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The global configuration file. A world without it has the defaults.
 *
 * @category constants
 * @since 0.1.0
 */
export const xlConfPath = '/etc/xen/xl.conf'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Runs a command line, given without the name of the program.
 *
 * @category transitions
 * @since 0.1.0
 */
export const xl = (
  env: Environment,
  host: Host,
  argv: ReadonlyArray<string>,
  world: XlWorld,
  options: TraceOptions = { trace: false }
): XlResult => {
  const leading = readLeading(argv)
  const lines: string[] = []
  const settings = settingsOf(world, lines)
  const run: XlRun = {
    env,
    options,
    world,
    settings: settings ?? xlSettingsDefault,
    isDryRun: leading.letters.includes('N'),
    hasTimestamps: leading.letters.includes('T'),
    host,
    outputs: [],
    stdout: [],
    stderr: []
  }
  const rc = runLeading(run, leading, lines, settings === null)
  const { outputs, stdout, stderr } = run
  return { host: run.host, outputs, rc, stdout: stdout.join(''), stderr: stderr.join('') }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The call of a subcommand that a command line makes; null when it makes none that would run.
 *
 * @category queries
 * @since 0.1.0
 */
export const callOf = (argv: ReadonlyArray<string>): CommandCall | null => {
  const { unknown, rest } = readLeading(argv)
  const command = unknown === null ? findCommand(rest[0] ?? '') : null
  if (command === null) return null
  const read = readCall(command, rest.slice(1))
  return read._tag === 'Done' ? read.call : null
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Leading {
  readonly letters: string
  readonly unknown: string | null
  readonly rest: ReadonlyArray<string>
}

const leadingLetters = 'vftTN'

const readLeading = (argv: ReadonlyArray<string>): Leading => {
  let letters = ''
  let at = 0
  for (; at < argv.length; at += 1) {
    const word = argv[at] as string
    if (word === '--') {
      at += 1
      break
    }
    if (!word.startsWith('-') || word === '-') break
    for (const letter of word.slice(1)) {
      if (!leadingLetters.includes(letter)) return { letters, unknown: letter, rest: [] }
      letters += letter
    }
  }
  return { letters, unknown: null, rest: argv.slice(at) }
}

/** Null when the file is not a configuration. */
const settingsOf = (world: XlWorld, lines: string[]): XlSettings | null => {
  const text = world.files[xlConfPath]
  if (typeof text !== 'string') return xlSettingsDefault
  const parsed = parseXlConf(xlConfPath, text)
  lines.push(...(parsed._tag === 'Left' ? parsed.left : parsed.right.lines))
  return parsed._tag === 'Left' ? null : parsed.right.settings
}

const runLeading = (
  run: XlRun,
  leading: Leading,
  lines: ReadonlyArray<string>,
  isBroken: boolean
): number => {
  if (leading.unknown !== null) {
    complain(run, `xl: invalid option -- '${leading.unknown}'`)
    complain(run, 'unknown global option')
    return 1
  }
  const [word, ...words] = leading.rest
  if (word === undefined) {
    run.stdout.push(fullHelp())
    return 1
  }
  for (const line of lines) complain(run, line)
  if (isBroken) return 1
  const command = findCommand(word)
  if (command === null) {
    if (word === 'help') return help(run, words)
    complain(run, 'command not implemented')
    return 1
  }
  if (run.isDryRun && !command.canDryRun) {
    complain(run, 'command does not implement -N (dryrun) option')
    return 1
  }
  return runCommand(run, command, words)
}

const help = (run: XlRun, words: ReadonlyArray<string>): number => {
  const [word] = words
  const command = word === undefined ? null : findCommand(word)
  if (command !== null) run.stdout.push(commandHelp(command))
  else run.stdout.push(word === undefined ? fullHelp() : `command "${word}" not implemented\n`)
  return 0
}

type ReadCall =
  | { readonly _tag: 'Done'; readonly call: CommandCall }
  | { readonly _tag: 'Help' }
  | { readonly _tag: 'Unknown'; readonly letter: string }

/** `create` alone takes a word before its options. */
const readCall = (command: CommandSpec, given: ReadonlyArray<string>): ReadCall => {
  const { file, words } = command.name === 'create' ? splitCreate(given) : { file: null, words: given }
  const parsed = parseOptions(words, command.options)
  if (parsed._tag !== 'Done') return parsed
  const rest = file === null ? parsed.rest : [file, ...parsed.rest]
  return { _tag: 'Done', call: { command, options: parsed.options, rest } }
}

const runCommand = (run: XlRun, command: CommandSpec, words: ReadonlyArray<string>): number => {
  const read = readCall(command, words)
  if (read._tag === 'Help') {
    showHelp(run, command)
    return 0
  }
  if (read._tag === 'Unknown') {
    complain(run, `option \`${read.letter}' not supported.`)
    return 2
  }
  const { call } = read
  const { argumentsMin, name } = command
  if (call.rest.length < argumentsMin) {
    complain(run, `'xl ${name}' requires at least ${argumentsMin} argument${argumentsMin > 1 ? 's' : ''}.\n`)
    showHelp(run, command)
    return 2
  }
  const program = Object.hasOwn(builtCommands, name) ? builtCommands[name] : undefined
  if (program !== undefined) return program(run, call)
  return answerNotBuilt(run, call)
}

/** Mistakes that do not depend on what the command would do are told apart from what is missing. */
const answerNotBuilt = (run: XlRun, call: CommandCall): number => {
  const { command, rest } = call
  const [text] = rest
  if (command.name === 'shutdown' || command.name === 'reboot') return shutdownOrReboot(run, call)
  if (command.namesDomain && text !== undefined && resolveDomain(run, text) === null) return 1
  return notBuilt(run, `xl ${command.name}`)
}
