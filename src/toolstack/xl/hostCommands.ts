/**
 * `xl uptime` and `xl cpupool-list` (xl-commands.md §4.5, §8.1).
 *
 * @since 0.1.0
 */
import type { DomainId } from '../../abi/index.js'
import { Domains } from '../../domain/index.js'
import { listDomain } from '../libxl/DomInfo.js'
import { errorLine } from '../libxl/LibxlError.js'
import { listCpupool } from '../libxl/pools.js'

import { duration, timeOfDay } from './clock.js'
import type { CommandProgram } from './Command.js'
import { left, right } from './format.js'
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
export const uptime: CommandProgram = (run, { options, rest }) => {
  const isShort = hasOption(options, 's')
  const domids: number[] = []
  for (const text of rest.slice(0, domainsMax)) {
    const domid = resolveDomain(run, text)
    if (domid === null) return 1
    domids.push(domid)
  }
  if (!isShort) print(run, `${left('Name', 33)} ${right('ID', 4)} Uptime`)
  const shown = rest.length === 0 ? listDomain(run.host).map(({ domid }) => domid) : domids
  for (const domid of shown) printUptime(run, domid, isShort)
  return 0
}

/**
 * A pool is looked up by name only; of pools with one name the first is meant.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolList: CommandProgram = (run, { options, rest }) => {
  const hasCpus = hasOption(options, 'c')
  const [name] = rest
  const all = listCpupool(run.host)
  const named = all.find(({ poolName }) => poolName === name)
  if (name !== undefined && named === undefined) {
    complain(run, `Pool '${name}' does not exist`)
    return 1
  }
  const pools = named === undefined ? all : [named]
  print(run, `${left('Name', 19)}${hasCpus ? 'CPU list' : 'CPUs   Sched     Active   Domain count'}`)
  for (const { poolName, sched, cpus, domainsTotal } of pools) {
    const counts = `${right(cpus.length, 3)} ${right(sched, 9)}       y       ${right(domainsTotal, 4)}`
    print(run, `${left(poolName, 19)}${hasCpus ? cpus.join(',') : counts}`)
  }
  return 0
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** `xl` takes no more names than this. */
const domainsMax = 100

const printUptime = (run: XlRun, domid: DomainId, isShort: boolean): void => {
  const domain = Domains.find(run.host.domains, domid)
  if (domain === null) {
    const place = 'libxl_domain.c:libxl_vm_get_start_time'
    return printLog(run, [errorLine(place, domid, "Can't get start time of domain")])
  }
  const { nowNs } = run.host
  const text = duration(nowNs - domain.createdNs, isShort)
  const { name } = domain.info
  if (isShort) print(run, ` ${timeOfDay(nowNs)} up ${text}, ${name} (${domid})`)
  else print(run, `${left(name, 33)} ${right(domid, 4)} ${text}`)
}
