/**
 * `xl list`, `xl claims`, `xl sharing`, `xl vm-list`, `xl domid`, `xl domname` (xl-commands.md §4).
 *
 * @since 0.1.0
 */
import { domainListToJson } from '../cfg/domainConfigJson.js'
import { jsonCPretty } from '../cfg/jsonC.js'
import { parseInteger } from '../cfg/cNumber.js'
import { domainInfo, domainNodeAffinity, listDomain } from '../libxl/DomInfo.js'
import type { DomInfo } from '../libxl/DomInfo.js'
import { findDomain } from '../libxl/DomainRecord.js'
import { domidToName, nameToDomid } from '../libxl/names.js'
import { cpupoolidToName } from '../libxl/pools.js'
import { retrieveDomainConfiguration } from '../libxl/storedConfig.js'

import { notBuilt, showHelp } from './Command.js'
import type { CommandProgram } from './Command.js'
import { bitmap, left, right, seconds } from './format.js'
import { hasOption } from './getopt.js'
import { complain, print, printLog, resolveDomain } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const list: CommandProgram = (run, { command, options, rest }) => {
  const infos = selectDomains(run, rest)
  if (infos === 'help') {
    showHelp(run, command)
    return 1
  }
  if (infos === null) return 1
  if (hasOption(options, 'l')) return listLong(run, infos)
  printTable(run, infos, {
    isVerbose: hasOption(options, 'v'),
    hasContext: hasOption(options, 'Z'),
    hasClaims: false,
    hasPool: hasOption(options, 'c'),
    hasNodes: hasOption(options, 'n')
  })
  return 0
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const claims: CommandProgram = (run) => {
  if (!run.settings.claimMode) complain(run, 'claim_mode not enabled (see man xl.conf).')
  printTable(run, listDomain(run.host), {
    isVerbose: false,
    hasContext: false,
    hasClaims: true,
    hasPool: false,
    hasNodes: false
  })
  return 0
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const sharing: CommandProgram = (run, { command, rest }) => {
  const infos = selectDomains(run, rest)
  if (infos === 'help') {
    showHelp(run, command)
    return 1
  }
  if (infos === null) return 1
  print(run, `${left('Name', 44)}ID   Mem Shared`)
  for (const info of infos) {
    const owned = right(mib(info.currentMemkb + info.outstandingMemkb), 5)
    const memory = `${owned}  ${right(mib(info.sharedMemkb), 5)}`
    print(run, `${left(nameOf(run, info), 40)} ${right(info.domid, 5)} ${memory}`)
  }
  return 0
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const vmList: CommandProgram = (run) => {
  print(run, `${left('UUID', 38)}ID    name`)
  for (const info of listDomain(run.host)) {
    print(run, `${info.uuid}  ${info.domid}    ${left(nameOf(run, info), 30)}`)
  }
  return 0
}

/**
 * Digits are a name like any other here.
 *
 * @category transitions
 * @since 0.1.0
 */
export const domid: CommandProgram = (run, { rest }) => {
  const name = rest[0] ?? ''
  const found = nameToDomid(run.host, name)
  if (found._tag === 'Left') {
    complain(run, `Can't get domid of domain name '${name}', maybe this domain does not exist.`)
    return 1
  }
  print(run, String(found.right))
  return 0
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const domname: CommandProgram = (run, { rest }) => {
  const text = rest[0] ?? ''
  const parsed = parseInteger(text, 10)
  if (parsed.length === 0 || parsed.value < 0) {
    complain(run, 'Invalid domain id.\n')
    return 1
  }
  const name = domidToName(run.host, parsed.value)
  if (name === null) {
    complain(run, `Can't get domain name of domain id '${text}', maybe this domain does not exist.`)
    return 1
  }
  print(run, name)
  return 0
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Columns {
  readonly isVerbose: boolean
  readonly hasContext: boolean
  readonly hasClaims: boolean
  readonly hasPool: boolean
  readonly hasNodes: boolean
}

/** All domains, or the one named; null after a message. */
const selectDomains = (run: XlRun, rest: ReadonlyArray<string>): ReadonlyArray<DomInfo> | 'help' | null => {
  const [text, ...more] = rest
  if (text === undefined) return listDomain(run.host)
  if (more.length > 0) return 'help'
  const id = resolveDomain(run, text)
  if (id === null) return null
  const info = domainInfo(run.host, id)
  if (info._tag === 'Right') return [info.right]
  printLog(run, info.left.log)
  complain(run, `Error: Domain '${text}' does not exist.`)
  return null
}

const listLong = (run: XlRun, infos: ReadonlyArray<DomInfo>): number => {
  if (run.settings.outputFormat === 'sxp') return notBuilt(run, 'xl list -l with output_format="sxp"')
  const entries = infos.flatMap((info) => {
    const config = retrieveDomainConfiguration(run.env, run.host, info.domid)
    return config === null ? [] : [{ domid: info.domid, config }]
  })
  print(run, jsonCPretty(domainListToJson(entries)))
  return 0
}

const printTable = (run: XlRun, infos: ReadonlyArray<DomInfo>, columns: Columns): void => {
  const { isVerbose, hasContext, hasClaims, hasPool, hasNodes } = columns
  const heads = [
    `${left('Name', 44)}ID   Mem VCPUs\tState\tTime(s)`,
    isVerbose ? `   ${left('UUID', 32)}Reason-Code\tSecurity Label` : '',
    hasContext && !isVerbose ? '   Security Label' : '',
    hasClaims ? '  Claimed' : '',
    hasPool ? '         Cpupool' : '',
    hasNodes ? ' NODE Affinity' : ''
  ]
  print(run, heads.join(''))
  for (const info of infos) {
    const reason = info.isShutdown ? info.shutdownReason.toString(16) : '-'
    const cells = [
      baseRow(run, info),
      isVerbose ? ` ${info.uuid} ${right(reason, 8)}` : '',
      hasClaims ? ` ${right(mib(info.outstandingMemkb), 5)}` : '',
      isVerbose || hasContext ? ` ${right('-', 16)}` : '',
      hasPool ? right(cpupoolidToName(run.host, info.cpupool), 16) : '',
      hasNodes ? ` ${nodesText(run, info)}` : ''
    ]
    print(run, cells.join(''))
  }
}

const baseRow = (run: XlRun, info: DomInfo): string => {
  const memory = mib(info.currentMemkb + info.outstandingMemkb)
  const head = `${left(nameOf(run, info), 40)} ${right(info.domid, 5)} ${right(memory, 5)}`
  return `${head} ${right(info.vcpuOnline, 5)}     ${stateOf(info)}  ${right(seconds(info.cpuTimeNs), 8)}`
}

/** By shutdown reason; the letters of poweroff, reboot, suspend, crash, watchdog, soft reset. */
const reasonLetters = '-rscwS'

const stateOf = (info: DomInfo): string =>
  [
    info.isRunning ? 'r' : '-',
    info.isBlocked ? 'b' : '-',
    info.isPaused ? 'p' : '-',
    info.isShutdown ? 's' : '-',
    info.isShutdown ? (reasonLetters[info.shutdownReason] ?? '?') : '-',
    info.isDying ? 'd' : '-'
  ].join('')

const nodesText = (run: XlRun, info: DomInfo): string => {
  const found = findDomain(run.host, info.domid)
  const nodes = found === null ? [] : domainNodeAffinity(run.host, found)
  return bitmap(nodes, run.host.sched.topology.nodesTotal)
}

const nameOf = (run: XlRun, info: DomInfo): string => domidToName(run.host, info.domid) ?? ''

const mib = (kib: number): number => Math.floor(kib / 1024)
