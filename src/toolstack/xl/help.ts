/**
 * Help texts: the usage lines are `xl`'s, the rest is ours.
 *
 * @since 0.1.0
 */
import { commandTable } from './commandTable.js'
import type { CommandSpec } from './commandTable.js'
import { left } from './format.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The help of one command.
 *
 * @category queries
 * @since 0.1.0
 */
export const commandHelp = (command: CommandSpec): string => {
  const flags = `vtT${command.modifies ? 'f' : ''}${command.canDryRun ? 'N' : ''}`
  const head = `Usage: xl [-${flags}] ${command.name} ${command.usage}\n\n${command.summary}.\n\n`
  const { letters, long } = command.options
  const lines = [...letters.replace(/[:h]/g, '')].map((letter) => {
    const names = long.flatMap(([name, short]) => (short === letter ? [`--${name}`] : []))
    const value = letters.includes(`${letter}:`) ? ' VALUE' : ''
    return [`-${letter}`, ...names].map((name) => name + value).join(', ')
  })
  return lines.length === 0 ? head : `${head}Options:\n\n${lines.map((line) => `${line}\n`).join('')}\n`
}

/**
 * The list of all commands.
 *
 * @category queries
 * @since 0.1.0
 */
export const fullHelp = (): string => {
  const rows = commandTable.map(({ name, summary }) => {
    const gap = name.length > nameWidth ? `\n ${left('', nameWidth)} ` : ' '
    return ` ${left(name, nameWidth)}${gap}${summary}\n`
  })
  return `Usage xl [-vfNtT] <subcommand> [args]\n\nxl full list of subcommands:\n\n${rows.join('')}`
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const nameWidth = 19
