/**
 * What libxl tells about the host: `physinfo`, `version_info`, cpu topology and NUMA (xl-commands.md §5).
 *
 * @since 0.1.0
 */
import { coreInSocketOf, nodeOf, socketOf } from '../../abi/index.js'
import type { NodeId } from '../../abi/index.js'
import type { Host } from '../../machine/index.js'
import { Memory } from '../../memory/index.js'
import { BitSet } from '../../prelude/index.js'

import * as machine from './machineFacts.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface PhysInfo {
  readonly threadsPerCore: number
  readonly coresPerSocket: number
  readonly maxCpuId: number
  readonly nrCpus: number
  readonly cpuKhz: number
  readonly totalPages: number
  readonly freePages: number
  readonly outstandingPages: number
  readonly nrNodes: number
  readonly hwCap: ReadonlyArray<number>
  readonly capabilities: ReadonlyArray<string>
  readonly freeCpus: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface VersionInfo {
  readonly xenVersionMajor: number
  readonly xenVersionMinor: number
  readonly xenVersionExtra: string
  readonly compiler: string
  readonly compileBy: string
  readonly compileDomain: string
  readonly compileDate: string
  readonly capabilities: string
  readonly changeset: string
  readonly virtStart: string
  readonly pagesize: number
  readonly commandline: string
  readonly buildId: string
}

/**
 * @category model
 * @since 0.1.0
 */
export interface CpuTopologyEntry {
  readonly core: number
  readonly socket: number
  readonly node: NodeId
}

/**
 * Sizes are bytes; `size` is the span of the node, holes included.
 *
 * @category model
 * @since 0.1.0
 */
export interface NumaInfo {
  readonly size: number
  readonly free: number
  readonly dists: ReadonlyArray<number>
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * @category queries
 * @since 0.1.0
 */
export const getPhysinfo = (host: Host): PhysInfo => {
  const { topology, pcpus, freePcpus } = host.sched
  return {
    threadsPerCore: topology.threadsPerCore,
    coresPerSocket: topology.coresPerSocket,
    maxCpuId: pcpus.length - 1,
    nrCpus: pcpus.length,
    cpuKhz: machine.cpuKhz,
    totalPages: Memory.totalPages(host.memory),
    freePages: Memory.freePages(host.memory),
    outstandingPages: Memory.outstandingPages(host.memory),
    nrNodes: topology.nodesTotal,
    hwCap: machine.hwCap,
    capabilities: machine.virtCapabilities,
    freeCpus: BitSet.count(freePcpus)
  }
}

/**
 * @category queries
 * @since 0.1.0
 */
export const getVersionInfo = (host: Host): VersionInfo => ({
  ...machine.version,
  commandline: host.boot.commandLine
})

/**
 * By pCPU.
 *
 * @category queries
 * @since 0.1.0
 */
export const getCpuTopology = (host: Host): ReadonlyArray<CpuTopologyEntry> => {
  const { topology, pcpus } = host.sched
  return Array.from({ length: pcpus.length }, (_, pcpu) => ({
    core: coreInSocketOf(topology, pcpu),
    socket: socketOf(topology, pcpu),
    node: nodeOf(topology, pcpu)
  }))
}

/**
 * By node.
 *
 * @category queries
 * @since 0.1.0
 */
export const getNumainfo = (host: Host): ReadonlyArray<NumaInfo> =>
  host.memory.heap.map(({ node, ranges }) => {
    const first = ranges[0]
    const last = ranges[ranges.length - 1]
    const span = first === undefined || last === undefined ? 0 : last.first + last.length - first.first
    return {
      size: span * pageBytes,
      free: Memory.freePagesOfNode(host.memory, node) * pageBytes,
      dists: host.memory.heap.map((other) => (other.node === node ? 10 : 20))
    }
  })

/**
 * The pCPUs of each node.
 *
 * @category queries
 * @since 0.1.0
 */
export const pcpusByNode = (host: Host): ReadonlyArray<ReadonlyArray<number>> => {
  const { topology } = host.sched
  const pcpus = Array.from({ length: host.sched.pcpus.length }, (_, pcpu) => pcpu)
  return Array.from({ length: topology.nodesTotal }, (_, node) =>
    pcpus.filter((pcpu) => nodeOf(topology, pcpu) === node)
  )
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const pageBytes = 4096
