/**
 * `xl create` (xl-commands.md §10.1).
 *
 * @since 0.1.0
 */
import { Memory } from '../../memory/index.js'
import { domainConfigToJson } from '../cfg/domainConfigJson.js'
import type { DomainConfig } from '../cfg/DomainConfig.js'
import { jsonCPretty } from '../cfg/jsonC.js'
import { appendOverrides } from '../cfg/parseConfigFile.js'
import { parseDomainConfig } from '../cfg/parseDomainConfig.js'
import { isAutoballoonOn } from '../cfg/xlConf.js'
import { domainCreate } from '../libxl/create.js'
import { pcpusByNode } from '../libxl/HostInfo.js'
import { libxlErrorNumber } from '../libxl/LibxlError.js'
import { domainUnpause } from '../libxl/life.js'
import { neededMemkb } from '../libxl/memoryNeed.js'
import { drawUuid } from '../libxl/uuid.js'

import { notBuilt, showHelp } from './Command.js'
import type { CommandCall, CommandProgram } from './Command.js'
import { hasOption, optionValue } from './getopt.js'
import type { FoundOption } from './getopt.js'
import { withinGlobalMasks } from './globalMasks.js'
import { waitingLine } from './monitor.js'
import { complain, fileBytes, libxlOf, settle } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const create: CommandProgram = (run, call) => {
  const words = createWords(call)
  if (words === 'help') {
    showHelp(run, call.command)
    return 2
  }
  const { file, overrides } = words
  const missing = notBuiltOption(call.options)
  if (missing !== null) return notBuilt(run, missing)
  const read = readConfig(run, call.options, file, overrides)
  if (typeof read === 'number') return read
  if (run.isDryRun || hasOption(call.options, 'n')) {
    run.stdout.push(configText(read.config))
    return 0
  }
  if (hasOption(call.options, 'd')) run.stderr.push(configText(read.config))
  const config = hasOption(call.options, 'i') ? read.config : withinGlobalMasks(run, read.config)
  if (config === null) return -libxlErrorNumber.FAIL
  const lacking = notBuiltConfig(config) ?? notBuiltHere(run, config)
  if (lacking !== null) return notBuilt(run, lacking)
  return createDomain(run, call.options, { ...read, config })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The configuration file that a command line names, null when it names none: what a shell has to read before
 * it calls `xl`.
 *
 * @category queries
 * @since 0.1.0
 */
export const createFile = (call: CommandCall): string | null => {
  const words = createWords(call)
  return words === 'help' ? null : words.file
}

/**
 * The first word of `xl create` may stand before its options: what is parsed as options when it does.
 *
 * @category queries
 * @since 0.1.0
 */
export const splitCreate = (
  words: ReadonlyArray<string>
): { readonly file: string | null; readonly words: ReadonlyArray<string> } => {
  const [first, ...others] = words
  const isFile = first !== undefined && !first.startsWith('-') && !first.includes('=')
  return isFile ? { file: first, words: others } : { file: null, words }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface ReadConfig {
  readonly config: DomainConfig
  readonly random: XlRun['host']['random']
}

/** The file, and the `key=value` words; the dispatcher has put a file before the options back in front. */
const createWords = (
  call: CommandCall
): 'help' | { readonly file: string | null; readonly overrides: ReadonlyArray<string> } => {
  let file = optionValue(call.options, 'f') ?? null
  const overrides: string[] = []
  for (const word of call.rest) {
    if (word.includes('=')) overrides.push(word)
    else if (file === null) file = word
    else return 'help'
  }
  return { file, overrides }
}

const notBuiltOption = (options: ReadonlyArray<FoundOption>): string | null => {
  if (hasOption(options, 'c')) return 'xl create -c (guest consoles)'
  if (hasOption(options, 'F')) return 'xl create -F (monitoring in the foreground)'
  if (hasOption(options, 'V') || hasOption(options, 'A')) return 'xl create -V (VNC viewer)'
  return null
}

const notBuiltConfig = ({ createInfo, buildInfo, pcidevs }: DomainConfig): string | null => {
  if (createInfo.type === 'hvm') return 'type="hvm" (device models)'
  if (buildInfo.bootloader !== undefined) return 'bootloader (boot loaders)'
  if (pcidevs.length > 0) return 'pci (device passthrough)'
  if ((buildInfo.vnumaNodes ?? []).length > 0) return 'vnuma (virtual NUMA)'
  return null
}

/** Domain 0 would have to give memory, and its kernel has no balloon yet. */
const notBuiltHere = (run: XlRun, config: DomainConfig): string | null => {
  const { memory, boot } = run.host
  const free = Memory.freePages(memory) * 4
  const isShort = free < neededMemkb(config)
  return isShort && isAutoballoonOn(run.settings, boot.commandLine)
    ? 'autoballoon (memory from domain 0)'
    : null
}

const configText = (config: DomainConfig): string => jsonCPretty(domainConfigToJson(config, 'parsed'))

/** The parsed configuration, or the exit status after the messages. */
const readConfig = (
  run: XlRun,
  options: ReadonlyArray<FoundOption>,
  file: string | null,
  overrides: ReadonlyArray<string>
): ReadConfig | number => {
  if (file === null) {
    complain(run, 'Config file not specified and none in save file')
    return -libxlErrorNumber.INVAL
  }
  const text = file === '/dev/null' ? '' : run.world.files[file]
  if (typeof text !== 'string') {
    complain(run, `Failed to read config file: ${file}: No such file or directory`)
    return -libxlErrorNumber.FAIL
  }
  if (!hasOption(options, 'q')) complain(run, `Parsing config from ${file}`)
  const [uuid, random] = drawUuid(run.host.random)
  const topology = { pcpusTotal: run.host.sched.pcpus.length, nodes: pcpusByNode(run.host) }
  const environment = { topology, uuid, settings: run.settings }
  const parsed = parseDomainConfig(environment, file, appendOverrides(text, overrides))
  const lines = parsed._tag === 'Left' ? parsed.left.lines : parsed.right.lines
  for (const line of lines) complain(run, line)
  return parsed._tag === 'Left' ? parsed.left.exitCode : { config: parsed.right.config, random }
}

const createDomain = (run: XlRun, options: ReadonlyArray<FoundOption>, read: ReadConfig): number => {
  const { config, random } = read
  run.host = { ...run.host, random }
  const request = {
    config,
    workloads: run.world.workloads,
    fileBytes: (path: string) => fileBytes(run, path),
    isWatched: !hasOption(options, 'e')
  }
  const made = settle(run, domainCreate(libxlOf(run), request))
  if (made._tag === 'Left') return -libxlErrorNumber[made.left._tag]
  if (request.isWatched) run.outputs.push(...waitingLine(libxlOf(run), config.createInfo.name, made.right))
  if (hasOption(options, 'p')) return 0
  settle(run, domainUnpause(libxlOf(run), made.right))
  return 0
}
