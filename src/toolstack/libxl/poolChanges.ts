/**
 * Changes of cpupools (toolstack.md §12, xl-commands.md §8).
 *
 * @since 0.1.0
 */
import type { DomainId, NodeId, Operation, PcpuId } from '../../abi/index.js'
import type { Host } from '../../machine/index.js'
import { BitSet } from '../../prelude/index.js'

import { begin, failed, issue, succeeded } from './Change.js'
import type { Change, Course, Libxl } from './Change.js'
import { findDomain, toUserdata } from './DomainRecord.js'
import { pcpusByNode } from './HostInfo.js'
import { errnoText, errorLine, libxlError } from './LibxlError.js'
import type { LibxlError } from './LibxlError.js'
import { cpupoolInfo, listCpupool } from './pools.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A cpupool to be made: the pCPUs have to be free.
 *
 * @category model
 * @since 0.1.0
 */
export interface NewCpupool {
  readonly name: string
  readonly sched: string
  readonly cpus: ReadonlyArray<number>
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Makes a pool, with the id after the highest in use, and gives it pCPUs; with all of them or not at all.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolCreate = (libxl: Libxl, given: NewCpupool): Change<number> => {
  const course = begin(libxl.host)
  const poolId = nextPoolId(libxl.host)
  const made = issue(libxl, course, { _tag: 'PoolCreate', poolId, scheduler: given.sched })
  if (made._tag === 'Left') {
    const text = `Could not create cpupool: ${errnoText[made.left]}`
    return failed(course, libxlError('FAIL', errorLine('libxl_cpupool.c:libxl_cpupool_create', null, text)))
  }
  let next = made.right
  for (const pcpu of given.cpus) {
    const added = issue(libxl, next, { _tag: 'PoolAddPcpu', poolId, pcpu })
    if (added._tag === 'Left') {
      const text = `Error moving cpu to cpupool: ${errnoText[added.left]}`
      return failed(course, libxlError('FAIL', errorLine('libxl_cpupool.c:libxl_cpupool_create', null, text)))
    }
    next = added.right
  }
  return succeeded(nameCpupool(libxl, next, poolId, given.name), poolId)
}

/**
 * Takes the pCPUs out of a pool without domains, and the pool away.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolDestroy = (libxl: Libxl, poolid: number): Change<void> => {
  const course = begin(libxl.host)
  const pool = cpupoolInfo(libxl.host, poolid)
  if (pool === null) return failed(course, noSuchPool(libxl.host, poolid))
  if (pool.domainsTotal > 0) return failed(course, libxlError('INVAL'))
  let next = course
  for (const pcpu of pool.cpus) {
    const removed = issue(libxl, next, { _tag: 'PoolRemovePcpu', poolId: poolid, pcpu })
    if (removed._tag === 'Left') return failed(next, libxlError('FAIL'))
    next = removed.right
  }
  const gone = issue(libxl, next, { _tag: 'PoolDestroy', poolId: poolid })
  if (gone._tag === 'Left') return failed(next, libxlError('FAIL'))
  return succeeded(nameCpupool(libxl, gone.right, poolid, null), undefined)
}

/**
 * Gives a pool another name, whether or not another pool has it.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolRename = (libxl: Libxl, poolid: number, name: string): Change<void> => {
  const course = begin(libxl.host)
  return cpupoolInfo(libxl.host, poolid) === null
    ? failed(course, noSuchPool(libxl.host, poolid))
    : succeeded(nameCpupool(libxl, course, poolid, name), undefined)
}

/**
 * Gives a free pCPU to a pool.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolCpuadd = (libxl: Libxl, poolid: number, pcpu: PcpuId): Change<void> => {
  const course = begin(libxl.host)
  const added = issue(libxl, course, { _tag: 'PoolAddPcpu', poolId: poolid, pcpu })
  if (added._tag === 'Right') return succeeded(added.right, undefined)
  const text = `Error moving cpu ${pcpu} to cpupool: ${errnoText[added.left]}`
  return failed(course, libxlError('FAIL', errorLine('libxl_cpupool.c:libxl_cpupool_cpuadd', null, text)))
}

/**
 * Takes a pCPU out of a pool.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolCpuremove = (libxl: Libxl, poolid: number, pcpu: PcpuId): Change<void> => {
  const course = begin(libxl.host)
  const removed = issue(libxl, course, { _tag: 'PoolRemovePcpu', poolId: poolid, pcpu })
  if (removed._tag === 'Right') return succeeded(removed.right, undefined)
  const text = `Error removing cpu ${pcpu} from cpupool: ${errnoText[removed.left]}`
  return failed(course, libxlError('FAIL', errorLine('libxl_cpupool.c:libxl_cpupool_cpuremove', null, text)))
}

/**
 * Moves a domain to a pool with pCPUs. Domain 0 stays where it is.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolMovedomain = (libxl: Libxl, poolid: number, domid: DomainId): Change<void> => {
  const course = begin(libxl.host)
  if (domid === 0) return failed(course, unmoved(domid))
  const moved = issue(libxl, course, { _tag: 'PoolMoveDomain', poolId: poolid, domid })
  return moved._tag === 'Right' ? succeeded(moved.right, undefined) : failed(course, unmoved(domid))
}

/**
 * Gives the free pCPUs of a node to a pool. What the hypervisor refuses is passed over in silence.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolCpuaddNode = (libxl: Libxl, poolid: number, node: NodeId): Change<void> => {
  const own = pcpusByNode(libxl.host)[node] ?? []
  const free = own.filter((pcpu) => BitSet.has(libxl.host.sched.freePcpus, pcpu))
  return changeEach(libxl, free, (pcpu) => ({ _tag: 'PoolAddPcpu', poolId: poolid, pcpu }))
}

/**
 * Takes the pCPUs of a node out of a pool. What the hypervisor refuses is passed over in silence.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolCpuremoveNode = (libxl: Libxl, poolid: number, node: NodeId): Change<void> => {
  const own = pcpusByNode(libxl.host)[node] ?? []
  const { cpus = [] } = cpupoolInfo(libxl.host, poolid) ?? {}
  const members = own.filter((pcpu) => cpus.includes(pcpu))
  return changeEach(libxl, members, (pcpu) => ({ _tag: 'PoolRemovePcpu', poolId: poolid, pcpu }))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The hypervisor answers with the next pool, if there is one, and libxl sees that it is another. */
const noSuchPool = (host: Host, poolid: number): LibxlError =>
  libxlError(listCpupool(host).some((pool) => pool.poolid > poolid) ? 'INVAL' : 'NOMEM')

const unmoved = (domid: DomainId): LibxlError =>
  libxlError(
    'FAIL',
    errorLine('libxl_cpupool.c:libxl_cpupool_movedomain', domid, 'Error moving domain to cpupool')
  )

/** The hypervisor looks for gaps only after the very last id, which no host reaches. */
const nextPoolId = (host: Host): number => Math.max(...listCpupool(host).map(({ poolid }) => poolid)) + 1

/** Goes on after a refusal, of which libxl says nothing. */
const changeEach = (
  libxl: Libxl,
  pcpus: ReadonlyArray<PcpuId>,
  operationOf: (pcpu: PcpuId) => Operation
): Change<void> => {
  const moved = pcpus.reduce((next, pcpu) => {
    const done = issue(libxl, next, operationOf(pcpu))
    return done._tag === 'Right' ? done.right : next
  }, begin(libxl.host))
  return succeeded(moved, undefined)
}

/** Null takes the name away. */
const nameCpupool = (libxl: Libxl, course: Course, poolid: number, name: string | null): Course => {
  const found = findDomain(course.host, 0)
  if (found === null) return course
  const others = found.record.poolNames.filter((pool) => pool.poolid !== poolid)
  const poolNames = name === null ? others : [...others, { poolid, name }].sort((a, b) => a.poolid - b.poolid)
  const userdata = toUserdata({ ...found.record, poolNames })
  const stored = issue(libxl, course, { _tag: 'DomainUserdata', domid: 0, userdata })
  return stored._tag === 'Right' ? stored.right : course
}
