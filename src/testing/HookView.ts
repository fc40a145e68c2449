/**
 * What any scheduler but credit2 shows of the calls of its hooks, as plain data: its decisions, wake-ups and
 * timers, with its own rows. (credit2 has views of its own, which know its run queues.)
 *
 * @since 0.1.0
 */
import type { DomainId, PcpuId } from '../abi/index.js'
import type { BitSet } from '../prelude/index.js'
import type { PrivateRow } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A unit of a cpupool as its scheduler finds it: its slot, its names, what the generic layer knows, and the
 * scheduler's own row.
 *
 * @category model
 * @since 0.1.0
 */
export interface UnitState {
  readonly unit: number
  readonly domid: DomainId
  readonly unitId: number
  readonly master: PcpuId
  readonly isRunning: boolean
  readonly isRunnable: boolean
  readonly stateEntryNs: number
  readonly hard: BitSet.BitSet
  readonly row: PrivateRow
}

/**
 * A pCPU of a cpupool: the slot of what runs there, and the scheduler's own row.
 *
 * @category model
 * @since 0.1.0
 */
export interface PcpuState {
  readonly pcpu: PcpuId
  readonly curr: number
  readonly row: PrivateRow
}

/**
 * A domain of a cpupool: its slot, and the scheduler's own row.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainState {
  readonly domain: number
  readonly domid: DomainId
  readonly row: PrivateRow
}

/**
 * A cpupool at one moment. `lists` are all queues of the host, by their places.
 *
 * @category model
 * @since 0.1.0
 */
export interface PoolState {
  readonly scheduler: string
  readonly cpus: BitSet.BitSet
  readonly instance: PrivateRow
  readonly pcpus: ReadonlyArray<PcpuState>
  readonly domains: ReadonlyArray<DomainState>
  readonly units: ReadonlyArray<UnitState>
  readonly lists: ReadonlyArray<ReadonlyArray<number>>
}

/**
 * One decision. `curr` and `next` are slots; one below the number of pCPUs is an idle unit. `before` is the
 * unit that ran, as it was before the decision (null for an idle one); `pool` is the pool after it.
 *
 * @category model
 * @since 0.1.0
 */
export interface DecisionView {
  readonly _tag: 'Decision'
  readonly atNs: number
  readonly pcpu: PcpuId
  readonly curr: number
  readonly next: number
  readonly sliceNs: number
  readonly isMigrated: boolean
  /** The pCPU left the valid mask of its pool, but a unit could not be moved away yet. */
  readonly isLeaving: boolean
  readonly before: UnitState | null
  /** The scheduler's row of the pCPU before the decision. */
  readonly pcpuBefore: PrivateRow
  readonly pool: PoolState
}

/**
 * A wake-up: the unit before and after.
 *
 * @category model
 * @since 0.1.0
 */
export interface WakeupView {
  readonly _tag: 'Wakeup'
  readonly atNs: number
  readonly scheduler: string
  readonly before: UnitState
  readonly after: UnitState
}

/**
 * One of the scheduler's own timers expired. `payload` is what the timer was made with: a pool or a pCPU.
 *
 * @category model
 * @since 0.1.0
 */
export interface TimerView {
  readonly _tag: 'Timer'
  readonly atNs: number
  readonly kind: number
  readonly payload: number
  readonly before: PoolState
  readonly after: PoolState
}

/**
 * @category model
 * @since 0.1.0
 */
export type HookView = DecisionView | WakeupView | TimerView
