/**
 * Granularity: how many pCPUs schedulers see as one. A *resource* is one pCPU, all threads of a core or all
 * threads of a socket; schedulers know it by its lowest pCPU, the *master*. Thread i of a resource runs vCPU
 * i of the unit that the resource runs, or its idle vCPU.
 *
 * All cores of a host are alike, and so are its sockets; what Xen falls back to where they are not never
 * comes up.
 *
 * @since 0.1.0
 */
import { runstate } from '../abi/index.js'
import type { Granularity, PcpuId, PoolPlace, Topology } from '../abi/index.js'
import { BitSet, Table } from '../prelude/index.js'

import type { Sched } from './model.js'
import { unitAt, vcpuAt } from './rows.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What tells which pCPUs belong together.
 *
 * @category model
 * @since 0.1.0
 */
export type Grouping = Pick<Sched, 'params' | 'pcpus' | 'pools' | 'topology'>

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The number of pCPUs of one scheduling resource.
 *
 * @category queries
 * @since 0.1.0
 */
export const pcpusPerResource = (topology: Topology, granularity: Granularity): number => {
  switch (granularity) {
    case 'cpu':
      return 1
    case 'core':
      return topology.threadsPerCore
    case 'socket':
      return topology.threadsPerCore * topology.coresPerSocket
  }
}

/**
 * The number of pCPUs of the resources of a pool.
 *
 * @category queries
 * @since 0.1.0
 */
export const poolResourceSize = (sched: Grouping, pool: PoolPlace): number => {
  const { granularity = sched.params.granularity } = Table.get(sched.pools, pool)
  return pcpusPerResource(sched.topology, granularity)
}

/**
 * The master of the resource that a pCPU belongs to; a free pCPU belongs to none but itself.
 *
 * @category queries
 * @since 0.1.0
 */
export const masterOf = (sched: Grouping, pcpu: PcpuId): number => {
  const { pool } = Table.get(sched.pcpus, pcpu)
  return pool < 0 ? pcpu : pcpu - (pcpu % poolResourceSize(sched, pool))
}

/**
 * The vCPU that a pCPU runs: one of the unit its resource runs, or its idle vCPU.
 *
 * @category queries
 * @since 0.1.0
 */
export const vcpuOn = (sched: Sched, pcpu: PcpuId): number => {
  const master = masterOf(sched, pcpu)
  const { curr } = Table.get(sched.pcpus, master)
  if (curr < sched.pcpus.length) return pcpu
  const vcpu = unitAt(sched, curr).vcpus[pcpu - master]
  return vcpu !== undefined && vcpuAt(sched, vcpu).runstate === runstate.running ? vcpu : pcpu
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** @internal Whether a pool's scheduler decides for this pCPU: it is of the pool, and a master. */
export const isDecidedBy = (sched: Grouping, pool: PoolPlace, pcpu: PcpuId): boolean =>
  Table.get(sched.pcpus, pcpu).pool === pool && masterOf(sched, pcpu) === pcpu

/** @internal The masters among the pCPUs of a pool. */
export const mastersIn = (cpus: BitSet.BitSet, pcpuCount: number, size: number): BitSet.BitSet =>
  size === 1
    ? cpus
    : BitSet.fromBits(
        pcpuCount,
        BitSet.toArray(cpus).filter((pcpu) => pcpu % size === 0)
      )

/** @internal The pCPUs of one resource. */
export const resourceMask = (pcpuCount: number, master: PcpuId, size: number): BitSet.BitSet =>
  BitSet.fromBits(
    pcpuCount,
    Array.from({ length: size }, (_, i) => master + i)
  )
