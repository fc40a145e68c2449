/**
 * The commands that change cpupools (xl-commands.md §8.2, §8.3).
 *
 * @since 0.1.0
 */
import type { PcpuId } from '../../abi/index.js'
import { parseCpuList } from '../cfg/cpuList.js'
import { pcpusByNode } from '../libxl/HostInfo.js'
import type { Change, Libxl } from '../libxl/Change.js'
import { domainQualifierToDomid } from '../libxl/names.js'
import {
  cpupoolCpuadd,
  cpupoolCpuremove,
  cpupoolDestroy,
  cpupoolMovedomain,
  cpupoolRename
} from '../libxl/poolChanges.js'
import { cpupoolQualifierToInfo } from '../libxl/pools.js'
import type { CpupoolInfo } from '../libxl/pools.js'

import type { CommandProgram } from './Command.js'
import { complain, libxlOf, settle } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolDestroyCommand: CommandProgram = (run, { rest }) => {
  const pool = poolNamed(run, rest[0] ?? '')
  if (pool === null) return 1
  if (settle(run, cpupoolDestroy(libxlOf(run), pool.poolid))._tag === 'Right') return 0
  complain(run, `Can't destroy cpupool '${rest[0] ?? ''}'`)
  return 1
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolRenameCommand: CommandProgram = (run, { rest }) => {
  const pool = poolNamed(run, rest[0] ?? '')
  if (pool === null) return 1
  settle(run, cpupoolRename(libxlOf(run), pool.poolid, rest[1] ?? ''))
  return 0
}

/**
 * Succeeds even when some pCPUs could not be moved.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolCpuAdd: CommandProgram = (run, { rest }) => {
  const [name = '', list = ''] = rest
  const isDone = forEachCpu(run, name, list, cpupoolCpuadd)
  if (isDone === false) complain(run, `some cpus may not have been added to ${name}`)
  return isDone === null ? 1 : 0
}

/**
 * Succeeds even when some pCPUs could not be moved.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolCpuRemove: CommandProgram = (run, { rest }) => {
  const [name = '', list = ''] = rest
  const isDone = forEachCpu(run, name, list, cpupoolCpuremove)
  if (isDone === false) {
    complain(run, `Some cpus may have not or only partially been removed from '${name}'.`)
    complain(run, `If a cpu can't be added to another cpupool, add it to '${name}' again and retry.`)
  }
  return isDone === null ? 1 : 0
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolMigrate: CommandProgram = (run, { rest }) => {
  const [domainText = '', poolText = ''] = rest
  const domid = domainQualifierToDomid(run.host, domainText)
  if (domid._tag === 'Left' || !run.host.domains.records.some((record) => record.domid === domid.right)) {
    complain(run, `unknown domain '${domainText}'`)
    return 1
  }
  const pool = poolNamed(run, poolText)
  if (pool === null) return 1
  return settle(run, cpupoolMovedomain(libxlOf(run), pool.poolid, domid.right))._tag === 'Right' ? 0 : 1
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const poolNamed = (run: XlRun, text: string): CpupoolInfo | null => {
  const pool = cpupoolQualifierToInfo(run.host, text)
  if (pool === null) complain(run, `unknown cpupool '${text}'`)
  return pool
}

/** Whether all went well; null after a message, when nothing was done. */
const forEachCpu = (
  run: XlRun,
  name: string,
  list: string,
  change: (libxl: Libxl, poolid: number, pcpu: PcpuId) => Change<void>
): boolean | null => {
  const topology = { pcpusTotal: run.host.sched.pcpus.length, nodes: pcpusByNode(run.host) }
  const pcpus = parseCpuList(list, topology)
  if (pcpus._tag === 'Left') {
    complain(run, pcpus.left)
    return null
  }
  const pool = poolNamed(run, name)
  if (pool === null) return null
  let isDone = true
  for (const pcpu of pcpus.right) {
    if (settle(run, change(libxlOf(run), pool.poolid, pcpu))._tag === 'Left') isDone = false
  }
  return isDone
}
