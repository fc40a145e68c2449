/**
 * What a watched credit2 shows of the calls of its hooks: run queues before and after, as plain data.
 *
 * @since 0.1.0
 */
import type { DomainId, PcpuId } from '../abi/index.js'
import type { BitSet } from '../prelude/index.js'
import type { Credit2Domain, Credit2Queue, Credit2Unit } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A unit of a run queue as credit2 finds it: its slot, its names, what the generic layer knows and
 * credit2's own row.
 *
 * @category model
 * @since 0.1.0
 */
export interface UnitView {
  readonly unit: number
  readonly domid: DomainId
  readonly unitId: number
  readonly master: PcpuId
  readonly isRunning: boolean
  readonly isRunnable: boolean
  readonly stateEntryNs: number
  readonly hard: BitSet.BitSet
  readonly row: Readonly<Credit2Unit>
}

/**
 * A run queue: its record, the slots of the waiting units in order, and all units assigned to it.
 *
 * @category model
 * @since 0.1.0
 */
export interface QueueView {
  readonly row: Readonly<Credit2Queue>
  readonly list: ReadonlyArray<number>
  readonly units: ReadonlyArray<UnitView>
}

/**
 * One decision of credit2, with its run queue before and after. `curr` and `next` are slots; a slot below
 * the number of pCPUs is an idle unit.
 *
 * @category model
 * @since 0.1.0
 */
export interface ScheduleView {
  readonly _tag: 'Schedule'
  readonly atNs: number
  readonly pcpu: PcpuId
  readonly poolCpus: BitSet.BitSet
  /** The pCPU is about to leave its pool: it left the valid mask, but a unit could not be moved away yet. */
  readonly isLeaving: boolean
  readonly ratelimitNs: number
  readonly curr: number
  readonly next: number
  readonly sliceNs: number
  readonly isMigrated: boolean
  readonly before: QueueView
  readonly after: QueueView
}

/**
 * A wake-up, with the run queue of the woken unit before and after; `curr` runs on the pCPU the unit is
 * bound to.
 *
 * @category model
 * @since 0.1.0
 */
export interface WakeView {
  readonly _tag: 'Wake'
  readonly atNs: number
  readonly unit: number
  readonly curr: number
  readonly ratelimitNs: number
  readonly before: QueueView
  readonly after: QueueView
}

/**
 * A replenishment of a capped domain.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReplenishView {
  readonly _tag: 'Replenish'
  readonly atNs: number
  readonly domid: DomainId
  readonly before: Readonly<Credit2Domain>
  readonly after: Readonly<Credit2Domain>
}

/**
 * @category model
 * @since 0.1.0
 */
export type Credit2View = ScheduleView | WakeView | ReplenishView
