/**
 * `xl vcpu-list`, `xl vcpu-pin`, `xl vcpu-set` (xl-commands.md §6).
 *
 * @since 0.1.0
 */
import type { DomainId } from '../../abi/index.js'
import { parseInteger, parseUnsigned } from '../cfg/cNumber.js'
import { domainInfo, listDomain, listVcpu } from '../libxl/DomInfo.js'
import type { VcpuInfo } from '../libxl/DomInfo.js'
import { findDomain } from '../libxl/DomainRecord.js'
import { libxlErrorNumber } from '../libxl/LibxlError.js'
import { domidToName } from '../libxl/names.js'
import { setVcpuaffinity, setVcpuaffinityAll, setVcpuonline } from '../libxl/vcpus.js'
import type { Affinity } from '../libxl/vcpus.js'

import type { CommandProgram } from './Command.js'
import { bitmap, left, right, seconds } from './format.js'
import { hasOption } from './getopt.js'
import { globalMasks, readMask, withinAll } from './globalMasks.js'
import { complain, libxlOf, print, printLog, resolveDomain, settle } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Stops at the first name that is none; goes past an id that is none.
 *
 * @category transitions
 * @since 0.1.0
 */
export const vcpuList: CommandProgram = (run, { rest }) => {
  const numbers = ['ID', 'VCPU', 'CPU', 'State'].map((title) => right(title, 5)).join(' ')
  print(run, `${left('Name', 32)} ${numbers} ${right('Time(s)', 9)} Affinity (Hard / Soft)`)
  if (rest.length === 0) for (const { domid } of listDomain(run.host)) printVcpus(run, domid)
  for (const text of rest) {
    const domid = resolveDomain(run, text)
    if (domid === null) return 1
    printVcpus(run, domid)
  }
  return 0
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const vcpuPin: CommandProgram = (run, { options, rest }) => {
  const [domainText = '', vcpuText = '', hardText = '', softText = '-'] = rest
  const domid = resolveDomain(run, domainText)
  if (domid === null) return 1
  const parsed = parseInteger(vcpuText, 10)
  const isAll = vcpuText === 'all'
  if (!isAll && (parsed.length === 0 || parsed.value < 0)) {
    complain(run, `Error: Invalid argument ${vcpuText} as VCPU.`)
    return 1
  }
  if (isAll && hasOption(options, 'f')) {
    complain(run, "Error: --force and 'all' as VCPU not allowed.")
    return 1
  }
  const affinity = readAffinity(run, { domid, hardText, softText, isMasked: !hasOption(options, 'i') })
  if (affinity === null) return 1
  if (run.isDryRun) {
    const text = (mask: ReadonlyArray<number> | null): string =>
      mask === null ? '-' : bitmap(mask, run.host.sched.pcpus.length)
    print(run, `cpumap: ${text(affinity.hard)}${affinity.soft === null ? '' : ` ${text(affinity.soft)}`}`)
    return 0
  }
  return isAll ? pinAll(run, domid, affinity) : pinOne(run, domid, parsed.value, affinity)
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const vcpuSet: CommandProgram = (run, { options, rest }) => {
  const [domainText = '', countText = ''] = rest
  const domid = resolveDomain(run, domainText)
  if (domid === null) return 1
  const parsed = parseUnsigned(countText, 10)
  if (parsed.length === 0 || parsed.value > intMax) {
    complain(run, 'Error: Invalid argument.')
    return 1
  }
  const vcpus = parsed.value
  if (!hasOption(options, 'i')) {
    const info = domainInfo(run.host, domid)
    if (info._tag === 'Left') {
      printLog(run, info.left.log)
      return 1
    }
    const pcpus = run.host.sched.pcpus.length
    if (vcpus > info.right.vcpuOnline && vcpus > pcpus) {
      const numbers = `You have ${pcpus} physical CPUs and want ${vcpus} vCPUs!`
      complain(run, `You are overcommmitting! ${numbers} Aborting, use --ignore-host to continue`)
      return 1
    }
  }
  const set = settle(run, setVcpuonline(libxlOf(run), domid, vcpus))
  if (set._tag === 'Right') return 0
  if (set.left._tag === 'DOMAIN_NOTFOUND') complain(run, `Domain ${domid} does not exist.`)
  else {
    const rc = libxlErrorNumber[set.left._tag]
    complain(run, `libxl_set_vcpuonline failed domid=${domid} max_vcpus=${vcpus}, rc: ${rc}`)
  }
  return 1
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const intMax = 0x7fff_ffff

const printVcpus = (run: XlRun, domid: DomainId): void => {
  const vcpus = listVcpu(run.host, domid)
  if (vcpus._tag === 'Left') return printLog(run, vcpus.left.log)
  const name = domidToName(run.host, domid) ?? ''
  const total = run.host.sched.pcpus.length
  for (const vcpu of vcpus.right) {
    const head = `${left(name, 32)} ${right(domid, 5)} ${right(vcpu.vcpuid, 5)}`
    const masks = `${bitmap(vcpu.hard, total)} / ${bitmap(vcpu.soft, total)}`
    print(run, `${head}${placeOf(vcpu)} ${right(seconds(vcpu.vcpuTimeNs), 9)}  ${masks}`)
  }
}

const placeOf = (vcpu: VcpuInfo): string =>
  vcpu.isOnline
    ? `${right(vcpu.cpu, 5)} ${right(vcpu.isRunning ? 'r' : '-', 3)}${vcpu.isBlocked ? 'b' : '-'}-`
    : `${right('-', 5)} ${right('-', 3)}-p`

const readAffinity = (
  run: XlRun,
  given: {
    readonly domid: DomainId
    readonly hardText: string
    readonly softText: string
    readonly isMasked: boolean
  }
): Affinity | null => {
  const hard = given.hardText === '-' ? null : readMask(run, given.hardText)
  if (hard === undefined) return null
  const soft = given.softText === '-' ? null : readMask(run, given.softText)
  if (soft === undefined) return null
  if (hard === null || !given.isMasked) return { hard, soft }
  const info = domainInfo(run.host, given.domid)
  if (info._tag === 'Left') {
    printLog(run, info.left.log)
    complain(run, 'Could not get domain info')
    return null
  }
  const allowed = globalMasks(run, findDomain(run.host, given.domid)?.domain.info.type ?? 'pv')
  if (allowed === null) return null
  const within = withinAll(hard, allowed)
  if (within.length > 0) return { hard: within, soft }
  complain(run, 'vcpu hard affinity map is empty')
  return null
}

const pinOne = (run: XlRun, domid: DomainId, vcpu: number, affinity: Affinity): number => {
  const set = settle(run, setVcpuaffinity(libxlOf(run), domid, vcpu, affinity))
  if (set._tag === 'Right') return 0
  complain(run, `Could not set affinity for vcpu \`${vcpu}'.`)
  return 1
}

/** A failure for one vCPU does not show in the exit status. */
const pinAll = (run: XlRun, domid: DomainId, affinity: Affinity): number => {
  const found = findDomain(run.host, domid)
  if (found === null) {
    const info = listVcpu(run.host, domid)
    if (info._tag === 'Left') printLog(run, info.left.log)
    complain(run, 'libxl_list_vcpu failed.')
    return 1
  }
  const set = settle(run, setVcpuaffinityAll(libxlOf(run), domid, found.vcpus.length, affinity))
  if (set._tag === 'Left') complain(run, 'Could not set affinity.')
  return 0
}
