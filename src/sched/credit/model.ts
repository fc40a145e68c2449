/**
 * What credit keeps: a private row for each unit, domain, pCPU and instance. A pCPU's run queue is part of
 * its row.
 *
 * What follows from the rows is not kept: credits of one accounting (`creditsPerTimeslice` for each pCPU) and
 * the sum of active weights.
 *
 * @since 0.1.0
 */
import type { DomainPlace, PcpuId, PoolPlace, TimerId, UnitPlace } from '../../abi/index.js'
import type { BitSet } from '../../prelude/index.js'

import type { SchedEdit } from '../SchedEdit.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/** One instance serves one cpupool. */
export interface Instance {
  cpus: BitSet.BitSet
  /** pCPUs that chose to idle and were not tickled since. */
  idlers: number[]
  /** For each NUMA node, the pCPU that was stolen from last. */
  balanceBias: number[]
  /** Counts accountings; a pCPU whose `sortLast` differs has to sort its queue. */
  runqSort: number
  timesliceMs: number
  ratelimitNs: number
  migrationDelayNs: number
  /** Slots of domains with active units, the one activated last first. */
  activeDomains: ReadonlyArray<number>
  /** Sum of the credits of active units after the last accounting. */
  creditBalance: number
  /** The pCPU on which the accounting runs. */
  master: PcpuId
  /** The accounting timer, -1 while there is no pCPU. */
  timer: TimerId
}

/** The private row of a pCPU. */
export interface PcpuRow {
  /** Queued units by priority, the idle unit last while a guest runs. */
  runq: number[]
  /**
   * How many units are queued or running here, as the reference counts: a queued unit that its domain's pause
   * made unrunnable is dropped by the next decision without being counted out, so that the count drifts.
   */
  runnableTotal: number
  sortLast: number
  /** The idle thread that a placement chose last in a group with this pCPU. */
  idleBias: number
  lastBalanceNs: number
  ticksTotal: number
  ticker: number
}

/** The private row of a unit. */
export interface UnitRow {
  /** When it was charged last; while it does not run, relative to the time at which it stopped. */
  startNs: number
  flags: number
  priority: number
  credit: number
  residual: number
  lastSchedNs: number
}

/** The private row of a domain. */
export interface DomainRow {
  weight: number
  cap: number
  /** Units that earn credit, the one activated last first. */
  activeUnits: ReadonlyArray<number>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/** Weight of a new domain. */
export const weightDefault = 256
/** The cap that leaves a cap as it is in Xen's interface. */
export const capUnchanged = 0xffff
/** The master of an instance that never had a pCPU; the traces show it as a 32-bit number. */
export const noMaster = -1
/** One credit is 100 microseconds of a pCPU. */
export const creditsPerMs = 10
export const creditNs = 100_000
/** The slice when a unit under the rate limit has just started: Xen means microseconds, uses nanoseconds. */
export const sliceMinNs = 100
/** Longest timeslice that is accepted, in milliseconds. */
export const timesliceMaxMs = 1000

/** Priorities, higher first, with the numbers the traces show. */
export const priority = { boost: 0, under: -1, over: -2, idle: -64 } as const

/** Bits of {@link UnitRow.flags}, with the numbers the traces show. */
export const flag = { parked: 1, yield: 2, migrating: 4, pinned: 16 } as const

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

export const unitRow = (first: number): UnitRow => ({
  startNs: 0,
  flags: 0,
  priority: first,
  credit: 0,
  residual: 0,
  lastSchedNs: 0
})

export const domainRow = (): DomainRow => ({ weight: weightDefault, cap: 0, activeUnits: [] })

export const pcpuRow = (pcpusTotal: number, ticker: number): PcpuRow => ({
  runq: [],
  runnableTotal: 0,
  sortLast: 0,
  idleBias: pcpusTotal - 1,
  lastBalanceNs: 0,
  ticksTotal: 0,
  ticker
})

// -------------------------------------------------------------------------------------
// queries: rows
// -------------------------------------------------------------------------------------

export const readInstance = (x: SchedEdit, pool: PoolPlace): Instance => x.instances.read(pool) as Instance
export const writeInstance = (x: SchedEdit, pool: PoolPlace): Instance =>
  x.instances.writeWith(pool, copyInstance)
export const readUnit = (x: SchedEdit, unit: UnitPlace): UnitRow => x.unitPrivate.read(unit) as UnitRow
export const writeUnit = (x: SchedEdit, unit: UnitPlace): UnitRow =>
  x.unitPrivate.writeWith(unit, copyUnitRow)
export const readDomain = (x: SchedEdit, domain: DomainPlace): DomainRow =>
  x.domainPrivate.read(domain) as DomainRow
export const writeDomain = (x: SchedEdit, domain: DomainPlace): DomainRow =>
  x.domainPrivate.writeWith(domain, copyDomainRow)
export const readPcpu = (x: SchedEdit, pcpu: PcpuId): PcpuRow => x.pcpuPrivate.read(pcpu) as PcpuRow
export const writePcpu = (x: SchedEdit, pcpu: PcpuId): PcpuRow => x.pcpuPrivate.writeWith(pcpu, copyPcpuRow)

export const hasFlag = (x: SchedEdit, unit: UnitPlace, bit: number): boolean =>
  (readUnit(x, unit).flags & bit) !== 0

export const isQueued = (x: SchedEdit, unit: UnitPlace): boolean =>
  readPcpu(x, x.units.read(unit).master).runq.includes(unit)

// -------------------------------------------------------------------------------------
// queries: derived
// -------------------------------------------------------------------------------------

/** Credits that one pCPU gives away at each accounting; also the most that an active unit keeps. */
export const creditsPerTimeslice = (instance: Instance): number => creditsPerMs * instance.timesliceMs

/** Time between two ticks of a pCPU: a third of the timeslice, or all of it when that is very short. */
export const tickNs = (instance: Instance): number => {
  const ticks = instance.timesliceMs < 3 ? 1 : 3
  return Math.floor((instance.timesliceMs * 1000) / ticks) * 1000
}

/** The sum over active units of the weights of their domains, as a 32-bit number. */
export const weightSum = (instance: Instance, rowOf: (domain: DomainPlace) => DomainRow): number => {
  let sum = 0
  for (const domain of instance.activeDomains) {
    const { weight, activeUnits } = rowOf(domain)
    sum = (sum + Math.imul(weight, activeUnits.length)) >>> 0
  }
  return sum
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const copyInstance = (i: Instance): Instance => ({
  cpus: i.cpus,
  idlers: i.idlers.slice(),
  balanceBias: i.balanceBias.slice(),
  runqSort: i.runqSort,
  timesliceMs: i.timesliceMs,
  ratelimitNs: i.ratelimitNs,
  migrationDelayNs: i.migrationDelayNs,
  activeDomains: i.activeDomains,
  creditBalance: i.creditBalance,
  master: i.master,
  timer: i.timer
})

const copyPcpuRow = (p: PcpuRow): PcpuRow => ({
  runq: p.runq.slice(),
  runnableTotal: p.runnableTotal,
  sortLast: p.sortLast,
  idleBias: p.idleBias,
  lastBalanceNs: p.lastBalanceNs,
  ticksTotal: p.ticksTotal,
  ticker: p.ticker
})

const copyUnitRow = (u: UnitRow): UnitRow => ({
  startNs: u.startNs,
  flags: u.flags,
  priority: u.priority,
  credit: u.credit,
  residual: u.residual,
  lastSchedNs: u.lastSchedNs
})

const copyDomainRow = (d: DomainRow): DomainRow => ({
  weight: d.weight,
  cap: d.cap,
  activeUnits: d.activeUnits
})
