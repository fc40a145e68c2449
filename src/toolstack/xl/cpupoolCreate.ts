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

import { showHelp } from './Command.js'
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
  if (typeof read === 'number') return read
  const isDryRun = run.isDryRun || hasOption(call.options, 'n')
  print(run, `Using config file "${words.file ?? 'command line'}"`)
  print(run, `cpupool name:   ${read.name}`)
  print(run, `scheduler:      ${read.sched}`)
  print(run, `number of cpus: ${read.cpusNamed}`)
  if (isDryRun) return 0
  if (settle(run, createPool(libxlOf(run), read))._tag === 'Right') return 0
  complain(run, 'error on creating cpupool')
  return read.failure
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

/**
 * `cpusNamed` counts a pCPU as often as it was named. `failure` is the exit status of what fails from here
 * on.
 */
interface ReadPool {
  readonly name: string
  readonly sched: string
  readonly cpus: ReadonlyArray<number>
  readonly cpusNamed: number
  readonly failure: number
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

/** The words for schedulers that libxl knows, with its numbers. The hypervisor has not got the first two. */
const schedulerNumbers: Readonly<Record<string, number>> = {
  unknown: 0,
  sedf: 4,
  credit: 5,
  credit2: 6,
  arinc653: 7,
  rtds: 8,
  null: 9
}

/** What is read, or the exit status after a message. */
const readPool = (run: XlRun, words: PoolWords): ReadPool | number => {
  const refuse = (line: string, status = 1): number => {
    complain(run, line)
    return status
  }
  const config = readConfig(run, words)
  if (config === null) return 1
  const name = take(run, readString(config, 'name')) ?? words.file?.slice(words.file.lastIndexOf('/') + 1)
  if (name === undefined) return refuse('Missing cpupool name!')
  const pools = listCpupool(run.host)
  if (pools.some((pool) => pool.poolName === name)) return refuse(`Pool name "${name}" already exists`)
  const word = take(run, readString(config, 'sched'))?.toLowerCase()
  if (word !== undefined && !Object.hasOwn(schedulerNumbers, word)) return refuse('Unknown scheduler')
  const sched = word ?? run.host.sched.params.scheduler
  // Asking for the host's scheduler leaves its number where the exit status is kept.
  const failure = word === undefined ? (schedulerNumbers[sched] ?? 1) : 1
  const cpus = readCpus(run, config)
  if (typeof cpus === 'string') return refuse(cpus, failure)
  return { name, sched, cpus: [...new Set(cpus)], cpusNamed: cpus.length, failure }
}

/** The file and the words after it; null after the messages. */
const readConfig = (run: XlRun, { file, overrides }: PoolWords): ConfigFile | null => {
  const text = file === null || file === '/dev/null' ? '' : run.world.files[file]
  if (typeof text !== 'string') {
    complain(run, `Failed to read config file: ${file ?? ''}: No such file or directory`)
    return null
  }
  const parsed = parseConfigFile(file ?? 'command line', appendOverrides(text, overrides))
  if (parsed._tag === 'Right') return parsed.right
  for (const line of parsed.left) complain(run, line)
  complain(run, 'Failed to parse config file: Invalid argument')
  return null
}

const take = <A>(run: XlRun, reading: Reading<A>): A | undefined => {
  if (reading._tag === 'Invalid') complain(run, reading.warning)
  return reading._tag === 'Value' ? reading.value : undefined
}

/** What `nodes` or `cpus` name, as often as they name it, or the line to print. */
const readCpus = (run: XlRun, config: ConfigFile): ReadonlyArray<number> | string => {
  const free = BitSet.toArray(run.host.sched.freePcpus)
  const byNode = pcpusByNode(run.host)
  const nodes = take(run, readList(config, 'nodes'))
  if (nodes !== undefined) {
    const named = leadingStrings(nodes).flatMap((text) => byNode[parseLeadingInt(text)] ?? [])
    const found = named.filter((pcpu) => free.includes(pcpu))
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
