/**
 * The rows of null in a host, as far as laws read them. A test proves that null's own rows have this shape.
 *
 * @since 0.1.0
 */
import type { Host } from '../machine/index.js'
import type { BitSet } from '../prelude/index.js'

import { poolsUnder, unitsUnder } from './hostRows.js'
import type { HostPcpu, HostPool, HostUnit } from './hostRows.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

export interface NullUnit {
  readonly isWaiting: boolean
}

export interface NullPcpu {
  /** The unit it is given to, -1 when there is none. */
  readonly unit: number
}

export interface NullInstance {
  readonly free: BitSet.BitSet
  readonly waitq: ReadonlyArray<number>
}

export interface NullEntry extends HostUnit {
  readonly row: NullUnit
}

export interface NullPool extends HostPool {
  readonly instance: NullInstance
  readonly pcpus: ReadonlyArray<HostPcpu & { readonly row: NullPcpu }>
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

export const nullUnits = (host: Host): ReadonlyArray<NullEntry> =>
  unitsUnder(host, 'null').map((unit) => ({ ...unit, row: unit.row as NullUnit }))

export const nullPools = (host: Host): ReadonlyArray<NullPool> =>
  poolsUnder(host, 'null').map((pool) => ({
    ...pool,
    instance: pool.instance as NullInstance,
    pcpus: pool.pcpus.map((pcpu) => ({ ...pcpu, row: pcpu.row as NullPcpu }))
  }))

/** The pCPU that a unit has, -1 when it has none. */
export const pcpuOf = (pools: ReadonlyArray<NullPool>, slot: number): number =>
  pools.flatMap(({ pcpus }) => pcpus).find(({ row }) => row.unit === slot)?.pcpu ?? -1
