/**
 * What credit2 keeps: run queues, and a private row for each unit, domain, pCPU and instance.
 *
 * @since 0.1.0
 */
import type { DomainPlace, PcpuId, PoolPlace, QueuePlace, TimerId, UnitPlace } from '../../abi/index.js'
import type { BitSet } from '../../prelude/index.js'
import { invariant } from '../../prelude/index.js'

import type { SchedEdit } from '../SchedEdit.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * One instance serves one cpupool.
 *
 * @category model
 * @since 0.1.0
 */
export interface Instance {
  readonly ratelimitNs: number
  /** Places of its run queues, by ascending id. */
  readonly runqueues: ReadonlyArray<number>
  /** Slots of its domains, in the order in which they came. */
  readonly domains: ReadonlyArray<DomainPlace>
}

/**
 * A run queue; its ordered units are the list of the same place.
 *
 * @category model
 * @since 0.1.0
 */
export interface Runqueue {
  id: number
  /** pCPUs allocated to it, also not yet active ones. */
  refs: number
  pcpusTotal: number
  active: BitSet.BitSet
  idle: BitSet.BitSet
  tickled: BitSet.BitSet
  /** pCPUs of cores whose every thread in this queue is idle and not tickled. */
  smtIdle: BitSet.BitSet
  /** All units assigned to it, in the order of assignment. */
  svc: ReadonlyArray<number>
  maxWeight: number
  pickBias: number
  /** Units that are runnable or running. */
  load: number
  /** In ticks of 1,024 ns. */
  loadUpdated: number
  /** Fixed point with P fractional bits. */
  avgload: number
  balanceAvgload: number
}

/**
 * The private row of a unit.
 *
 * @category model
 * @since 0.1.0
 */
export interface UnitRow {
  runqueue: number
  credit: number
  weight: number
  /** Remainder of the last division of burnt time by weight. */
  residual: number
  startNs: number
  flags: number
  isQueued: boolean
  isParked: boolean
  /** What is left of it; 0 without a cap. */
  budget: number
  /** What a unit takes from its domain's budget at a time; 0 without a cap. */
  budgetQuota: number
  loadUpdated: number
  avgload: number
  migrateTo: number
  tickledPcpu: number
}

/**
 * The private row of a domain.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainRow {
  weight: number
  cap: number
  unitsTotal: number
  totalBudget: number
  budget: number
  nextReplenishNs: number
  timer: TimerId
  /** Parked units, the one parked last first. */
  parked: ReadonlyArray<number>
}

/**
 * The private row of a pCPU.
 *
 * @category model
 * @since 0.1.0
 */
export interface PcpuRow {
  runqueue: number
  /** Threads of the same core that are active in the same run queue, itself included. */
  siblings: BitSet.BitSet
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/** Weight of a new domain. */
export const weightDefault = 256
/** Shortest slice that is programmed, before the rate limit. */
export const sliceMinNs = 500_000
/** Credit of a new unit, and what one reset adds. */
export const creditInit = 10_000_000
export const creditMin = -creditInit
/** Credit of idle units: below any other. */
export const creditIdle = creditMin - 1
/** How far above {@link creditInit} credit may be after a reset. */
export const carryoverMax = 500_000
/** Credit added when a unit starts on another pCPU than its last one. */
export const migrateCompensation = 50_000
/** Subtracted from the rate limit when it is judged whether a unit may be preempted. */
export const ratelimitToleranceNs = 50_000
/** Longest slice. */
export const sliceMaxNs = creditInit

/** Bits of {@link UnitRow.flags}, with the numbers the traces show. */
export const flag = { scheduled: 2, delayedAdd: 4, migrateRequest: 8, yield: 16, pinned: 32 } as const

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

export const runqueue = (id: number, pickBias: number, none: BitSet.BitSet): Runqueue => ({
  id,
  refs: 0,
  pcpusTotal: 0,
  active: none,
  idle: none,
  tickled: none,
  smtIdle: none,
  svc: [],
  maxWeight: 0,
  pickBias,
  load: 0,
  loadUpdated: 0,
  avgload: 0,
  balanceAvgload: 0
})

export const unitRow = (weight: number, credit: number, avgload: number, loadUpdated: number): UnitRow => ({
  runqueue: -1,
  credit,
  weight,
  residual: 0,
  startNs: 0,
  flags: 0,
  isQueued: false,
  isParked: false,
  budget: 0,
  budgetQuota: 0,
  loadUpdated,
  avgload,
  migrateTo: -1,
  tickledPcpu: -1
})

export const domainRow = (timer: TimerId): DomainRow => ({
  weight: weightDefault,
  cap: 0,
  unitsTotal: 0,
  totalBudget: 0,
  budget: 0,
  nextReplenishNs: 0,
  timer,
  parked: []
})

// -------------------------------------------------------------------------------------
// queries: rows
// -------------------------------------------------------------------------------------

export const readInstance = (x: SchedEdit, pool: PoolPlace): Instance => x.instances.read(pool) as Instance
export const changeInstance = (x: SchedEdit, pool: PoolPlace, change: Partial<Instance>): void => {
  const { ratelimitNs, runqueues, domains } = readInstance(x, pool)
  x.instances.set(pool, { ratelimitNs, runqueues, domains, ...change })
}
export const readUnit = (x: SchedEdit, unit: UnitPlace): UnitRow => x.unitPrivate.read(unit) as UnitRow
export const writeUnit = (x: SchedEdit, unit: UnitPlace): UnitRow =>
  x.unitPrivate.writeWith(unit, copyUnitRow)
export const readQueue = (x: SchedEdit, queue: QueuePlace): Runqueue => x.queues.read(queue) as Runqueue
export const writeQueue = (x: SchedEdit, queue: QueuePlace): Runqueue =>
  x.queues.writeWith(queue, copyRunqueue)
export const readDomain = (x: SchedEdit, domain: DomainPlace): DomainRow =>
  x.domainPrivate.read(domain) as DomainRow
export const writeDomain = (x: SchedEdit, domain: DomainPlace): DomainRow =>
  x.domainPrivate.writeWith(domain, copyDomainRow)
export const readPcpu = (x: SchedEdit, pcpu: PcpuId): PcpuRow => x.pcpuPrivate.read(pcpu) as PcpuRow

/** The run queue of the pCPU a unit is bound to. */
export const queueOfMaster = (x: SchedEdit, unit: UnitPlace): number =>
  readPcpu(x, x.units.read(unit).master).runqueue

export const isCapped = (row: UnitRow): boolean => row.budgetQuota > 0

/** Whether the unit may not run on without new budget. */
export const isExhausted = (row: UnitRow): boolean => row.budgetQuota > 0 && row.budget <= 0

/**
 * floor(a x b x scale) for a scale that is one over a power of two (so that scaling is exact); right also
 * where the product passes 2^53.
 */
export const mulScale = (a: number, b: number, scale: number): number => {
  const product = a * b
  return product <= Number.MAX_SAFE_INTEGER ? Math.floor(product * scale) : mulScaleBig(a, b, scale)
}

const mulScaleBig = (a: number, b: number, scale: number): number => {
  invariant(Number.isSafeInteger(a) && Number.isSafeInteger(b), 'load arithmetic stays exact')
  return Number((BigInt(a) * BigInt(b)) / BigInt(1 / scale))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const copyUnitRow = (u: UnitRow): UnitRow => ({
  runqueue: u.runqueue,
  credit: u.credit,
  weight: u.weight,
  residual: u.residual,
  startNs: u.startNs,
  flags: u.flags,
  isQueued: u.isQueued,
  isParked: u.isParked,
  budget: u.budget,
  budgetQuota: u.budgetQuota,
  loadUpdated: u.loadUpdated,
  avgload: u.avgload,
  migrateTo: u.migrateTo,
  tickledPcpu: u.tickledPcpu
})

const copyRunqueue = (q: Runqueue): Runqueue => ({
  id: q.id,
  refs: q.refs,
  pcpusTotal: q.pcpusTotal,
  active: q.active,
  idle: q.idle,
  tickled: q.tickled,
  smtIdle: q.smtIdle,
  svc: q.svc,
  maxWeight: q.maxWeight,
  pickBias: q.pickBias,
  load: q.load,
  loadUpdated: q.loadUpdated,
  avgload: q.avgload,
  balanceAvgload: q.balanceAvgload
})

const copyDomainRow = (d: DomainRow): DomainRow => ({
  weight: d.weight,
  cap: d.cap,
  unitsTotal: d.unitsTotal,
  totalBudget: d.totalBudget,
  budget: d.budget,
  nextReplenishNs: d.nextReplenishNs,
  timer: d.timer,
  parked: d.parked
})
