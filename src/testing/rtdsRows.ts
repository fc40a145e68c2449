/**
 * The rows of rtds in a host, as far as laws read them. A test proves that rtds' own rows have this shape.
 *
 * @since 0.1.0
 */
import type { RealTimeParams } from '../abi/index.js'
import type { Host } from '../machine/index.js'
import type { BitSet } from '../prelude/index.js'

import type { PoolState } from './HookView.js'
import { listOf, poolsUnder, unitsUnder } from './hostRows.js'
import type { HostPool, HostUnit } from './hostRows.js'
import type { Run } from './Run.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

export interface RtdsUnit {
  readonly periodNs: number
  readonly budgetNs: number
  readonly currentBudgetNs: number
  readonly deadlineNs: number
  readonly startNs: number
  readonly level: number
  readonly flags: number
  /** 0 not queued, 1 in the run queue, 2 in the depleted queue. */
  readonly waits: number
  readonly isInReplq: boolean
}

/** Places of the queues are -1 while the pool has no pCPU. */
export interface RtdsInstance {
  readonly runq: number
  readonly depletedq: number
  readonly replq: number
  readonly tickled: BitSet.BitSet
}

export interface RtdsEntry extends HostUnit {
  readonly row: RtdsUnit
}

export interface RtdsQueues {
  readonly pool: HostPool
  readonly tickled: BitSet.BitSet
  readonly runq: ReadonlyArray<number>
  readonly depletedq: ReadonlyArray<number>
  readonly replq: ReadonlyArray<number>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/** What a unit begins with. */
export const rtdsPeriodDefaultNs = 10_000_000
export const rtdsBudgetDefaultNs = 4_000_000
/** Bits of the flags of a unit. */
export const rtdsScheduled = 2
export const rtdsExtratime = 16
export const waitsInRunq = 1
export const waitsInDepletedq = 2

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

export const rtdsUnits = (host: Host): ReadonlyArray<RtdsEntry> =>
  unitsUnder(host, 'rtds').map((unit) => ({ ...unit, row: unit.row as RtdsUnit }))

/** The pools under rtds that have pCPUs. */
export const rtdsQueues = (host: Host): ReadonlyArray<RtdsQueues> =>
  poolsUnder(host, 'rtds').flatMap((pool) => {
    const { runq, depletedq, replq, tickled } = pool.instance as RtdsInstance
    if (runq < 0) return []
    const [run, depleted, repl] = [listOf(host, runq), listOf(host, depletedq), listOf(host, replq)]
    return [{ pool, tickled, runq: run, depletedq: depleted, replq: repl }]
  })

/** The run queue of a pool in a view. */
export const runqIn = (pool: PoolState): ReadonlyArray<number> =>
  pool.lists[(pool.instance as RtdsInstance).runq] ?? []

export const hasExtratime = ({ flags }: RtdsUnit): boolean => (flags & rtdsExtratime) !== 0

/** Strictly more urgent: a lower level or, on the same one, an earlier deadline. */
export const isMoreUrgent = (a: RtdsUnit, b: RtdsUnit): boolean =>
  a.level < b.level || (a.level === b.level && a.deadlineNs < b.deadlineNs)

/** The real-time parameters that each vCPU of a laboratory is built with; null where there are none. */
export const plannedRealTime = (run: Run): ReadonlyArray<RealTimeParams | null> =>
  run.laboratory.domains.flatMap(({ realTime, vcpus }) =>
    vcpus.map((vcpu) => vcpu.realTime ?? realTime ?? null)
  )
