/**
 * `xl cpupool-create` (xl-commands.md §8.2).
 *
 * @since 0.1.0
 */
import { BitSet } from '../../prelude/index.js'
import { parseLeadingInt } from '../cfg/cNumber.js'
import { leadingStrings, readList, readString } from '../cfg/ConfigFile.js'
import type { ConfigFile, Reading } from '../cfg/ConfigFile.js'
import { parseCpuList } from '../cfg/cpuList.js'
import { appendOverrides, parseConfigFile } from '../cfg/parseConfigFile.js'
import { pcpusByNode } from '../libxl/HostInfo.js'
import { cpupoolCreate as createPool } from '../libxl/poolChanges.js'
import { listCpupool } from '../libxl/pools.js'

import { notBuilt, showHelp } from './Command.js'
import type { CommandCall, CommandProgram } from './Command.js'
import { hasOption, optionValue } from './getopt.js'
import { complain, libxlOf, print, settle } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolCreate: CommandProgram = (run, call) => {
  const words = poolWords(call)
  if (words === 'help') {
    showHelp(run, call.command)
    return 1
  }
  const read = readPool(run, words)
  if (read === null) return 1
  const isDryRun = run.isDryRun || hasOption(call.options, 'n')
  const isBuilt = read.sched === 'sedf' || run.env.schedulers.some(({ name }) => name === read.sched)
  if (!isDryRun && !isBuilt) {
    return notBuilt(run, `xl cpupool-create with sched="${read.sched}"`)
  }
  print(run, `Using config file "${words.file ?? 'command line'}"`)
  print(run, `cpupool name:   ${read.name}`)
  print(run, `scheduler:      ${read.sched}`)
  print(run, `number of cpus: ${read.cpus.length}`)
  if (isDryRun) return 0
  if (settle(run, createPool(libxlOf(run), read))._tag === 'Right') return 0
  complain(run, 'error on creating cpupool')
  return 1
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The file that a command line names, null when it names none.
 *
 * @category queries
 * @since 0.1.0
 */
export const cpupoolFile = (call: CommandCall): string | null => {
  const words = poolWords(call)
  return words === 'help' ? null : words.file
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface PoolWords {
  readonly file: string | null
  readonly overrides: ReadonlyArray<string>
}

interface ReadPool {
  readonly name: string
  readonly sched: string
  readonly cpus: ReadonlyArray<number>
}

const poolWords = (call: CommandCall): PoolWords | 'help' => {
  let file = optionValue(call.options, 'f') ?? null
  const overrides: string[] = []
  for (const word of call.rest) {
    if (word.includes('=')) overrides.push(word)
    else if (file === null) file = word
    else return 'help'
  }
  return { file, overrides }
}

const schedulerNames: ReadonlyArray<string> = ['sedf', 'credit', 'credit2', 'arinc653', 'rtds', 'null']

/** Null after a message. */
const readPool = (run: XlRun, { file, overrides }: PoolWords): ReadPool | null => {
  const refuse = (line: string): null => {
    complain(run, line)
    return null
  }
  const text = file === null || file === '/dev/null' ? '' : run.world.files[file]
  if (typeof text !== 'string') {
    return refuse(`Failed to read config file: ${file ?? ''}: No such file or directory`)
  }
  const parsed = parseConfigFile(file ?? 'command line', appendOverrides(text, overrides))
  if (parsed._tag === 'Left') {
    for (const line of parsed.left) complain(run, line)
    return refuse('Failed to parse config file: Invalid argument')
  }
  const config = parsed.right
  const base = file === null ? undefined : file.slice(file.lastIndexOf('/') + 1)
  const name = take(run, readString(config, 'name')) ?? base
  if (name === undefined) return refuse('Missing cpupool name!')
  const pools = listCpupool(run.host)
  if (pools.some((pool) => pool.poolName === name)) return refuse(`Pool name "${name}" already exists`)
  const word = take(run, readString(config, 'sched'))?.toLowerCase()
  if (word !== undefined && !schedulerNames.includes(word)) return refuse('Unknown scheduler')
  const cpus = readCpus(run, config)
  if (typeof cpus === 'string') return refuse(cpus)
  return { name, sched: word ?? run.host.sched.params.scheduler, cpus }
}

const take = <A>(run: XlRun, reading: Reading<A>): A | undefined => {
  if (reading._tag === 'Invalid') complain(run, reading.warning)
  return reading._tag === 'Value' ? reading.value : undefined
}

/** What `nodes` or `cpus` name, or the line to print. */
const readCpus = (run: XlRun, config: ConfigFile): ReadonlyArray<number> | string => {
  const free = BitSet.toArray(run.host.sched.freePcpus)
  const byNode = pcpusByNode(run.host)
  const nodes = readList(config, 'nodes')
  if (nodes._tag === 'Value') {
    const named = leadingStrings(nodes.value).flatMap((text) => byNode[parseLeadingInt(text)] ?? [])
    const found = free.filter((pcpu) => named.includes(pcpu))
    return found.length > 0 ? found : 'no free cpu found'
  }
  const list = readList(config, 'cpus')
  const text = readString(config, 'cpus')
  let wanted: ReadonlyArray<number> = []
  if (list._tag === 'Value') wanted = leadingStrings(list.value).map(parseLeadingInt)
  else if (text._tag === 'Value') {
    const parsed = parseCpuList(text.value, { pcpusTotal: run.host.sched.pcpus.length, nodes: byNode })
    if (parsed._tag === 'Left') return parsed.left
    wanted = parsed.right
  }
  const taken = wanted.find((pcpu) => !free.includes(pcpu))
  return taken === undefined ? wanted : `cpu ${taken} illegal or not free`
}
