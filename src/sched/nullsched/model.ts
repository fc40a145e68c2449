/**
 * What null keeps: the unit that each pCPU is given to, the pCPUs that are given to none, and the units that
 * wait for one.
 *
 * @since 0.1.0
 */
import type { PcpuId, PoolPlace, UnitPlace } from '../../abi/index.js'
import type { BitSet } from '../../prelude/index.js'

import type { SchedEdit } from '../SchedEdit.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/** One instance serves one cpupool. */
export interface Instance {
  /** pCPUs without a unit. */
  free: number[]
  /** Units that are online and have no pCPU, the one that came first first. */
  waitq: number[]
}

/** The private row of a unit. */
export interface UnitRow {
  isWaiting: boolean
}

/** The private row of a pCPU. */
export interface PcpuRow {
  /** The unit it is given to, -1 when there is none. */
  unit: UnitPlace
}

/** A balancing step: within soft affinity, or anywhere that hard affinity allows. */
export type Step = 'soft' | 'hard'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

export const instance = (none: BitSet.BitSet): Instance => ({ free: none.slice(), waitq: [] })

export const unitRow = (): UnitRow => ({ isWaiting: false })

export const pcpuRow = (): PcpuRow => ({ unit: -1 })

// -------------------------------------------------------------------------------------
// queries: rows
// -------------------------------------------------------------------------------------

export const readInstance = (x: SchedEdit, pool: PoolPlace): Instance => x.instances.read(pool) as Instance
export const writeInstance = (x: SchedEdit, pool: PoolPlace): Instance =>
  x.instances.writeWith(pool, copyInstance)
export const readUnit = (x: SchedEdit, unit: UnitPlace): UnitRow => x.unitPrivate.read(unit) as UnitRow
export const writeUnit = (x: SchedEdit, unit: UnitPlace): UnitRow =>
  x.unitPrivate.writeWith(unit, copyUnitRow)
export const readPcpu = (x: SchedEdit, pcpu: PcpuId): PcpuRow => x.pcpuPrivate.read(pcpu) as PcpuRow
export const writePcpu = (x: SchedEdit, pcpu: PcpuId): PcpuRow => x.pcpuPrivate.writeWith(pcpu, copyPcpuRow)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const copyInstance = (i: Instance): Instance => ({ free: i.free.slice(), waitq: i.waitq.slice() })

const copyUnitRow = (u: UnitRow): UnitRow => ({ isWaiting: u.isWaiting })

const copyPcpuRow = (p: PcpuRow): PcpuRow => ({ unit: p.unit })
