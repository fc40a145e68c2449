/**
 * What arinc653 keeps: the table of a pool with the position in it, and whether each unit is awake.
 *
 * @since 0.1.0
 */
import type { DomainId, PoolPlace, UnitPlace, VcpuId } from '../../abi/index.js'
import type { SchedEdit } from '../SchedEdit.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/** One minor frame. */
export interface Entry {
  readonly domid: DomainId
  readonly vcpu: VcpuId
  readonly runtimeNs: number
  /** The unit of this pool that the entry names, -1 when there is none. */
  readonly unit: UnitPlace
}

/** One instance serves one cpupool: all its pCPUs share the table and the position. */
export interface Instance {
  entries: ReadonlyArray<Entry>
  majorFrameNs: number
  /** When the next major frame begins. */
  nextMajorNs: number
  /** The minor frame that is under way; past the last one while the major frame runs out idle. */
  index: number
  /** When that minor frame ends. */
  nextSwitchNs: number
}

/** The private row of a unit. */
export interface UnitRow {
  isAwake: boolean
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/** The interface has room for 64 entries. */
export const entriesMax = 64

/** The major frame of an empty table, and the minor frame that a unit of a control domain gets by itself. */
export const frameDefaultNs = 10_000_000

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

export const instance = (): Instance => ({
  entries: [],
  majorFrameNs: frameDefaultNs,
  nextMajorNs: 0,
  index: 0,
  nextSwitchNs: 0
})

export const unitRow = (): UnitRow => ({ isAwake: false })

// -------------------------------------------------------------------------------------
// queries: rows
// -------------------------------------------------------------------------------------

export const writeInstance = (x: SchedEdit, pool: PoolPlace): Instance =>
  x.instances.writeWith(pool, copyInstance)
export const readUnit = (x: SchedEdit, unit: UnitPlace): UnitRow => x.unitPrivate.read(unit) as UnitRow
export const writeUnit = (x: SchedEdit, unit: UnitPlace): UnitRow =>
  x.unitPrivate.writeWith(unit, copyUnitRow)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const copyInstance = (i: Instance): Instance => ({
  entries: i.entries,
  majorFrameNs: i.majorFrameNs,
  nextMajorNs: i.nextMajorNs,
  index: i.index,
  nextSwitchNs: i.nextSwitchNs
})

const copyUnitRow = (u: UnitRow): UnitRow => ({ isAwake: u.isAwake })
