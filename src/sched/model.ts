/**
 * The records of the scheduling slice: pCPUs (scheduling resources), vCPUs, units, domains and cpupools as
 * schedulers see them. Each record has one constructor and one copy, with all fields always present and in
 * the same order.
 *
 * Slots: a unit or vCPU is named by its place in its table. Places 0 to N-1 are the idle units of the N
 * pCPUs, guest ones follow; a freed place is taken again, lowest first.
 *
 * @since 0.1.0
 */
import { runstate } from '../abi/index.js'
import type {
  DomainId,
  DomainPlace,
  Granularity,
  PcpuId,
  PoolPlace,
  SchedParams,
  Topology,
  UnitPlace,
  VcpuId,
  VcpuPlace
} from '../abi/index.js'
import type { BitSet, Table } from '../prelude/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * One pCPU: what runs on it, its slice timer and the cpupool it serves. Of the pCPUs of one scheduling
 * resource only the master decides; the others name what it decided for them all.
 *
 * @category model
 * @since 0.1.0
 */
export interface Pcpu {
  /** The unit running here (idle unit included): while its resource runs a guest unit, that one. */
  curr: UnitPlace
  /** Slot of the pool it schedules for, -1 when free. */
  pool: PoolPlace
  sliceTimer: number
  switchTimer: number
  /** The unit being switched out while a switch that costs time is under way, else -1. */
  switchFrom: number
  /**
   * The idle pCPU that code executing here tickled last. Belongs to the machine, not to a scheduler instance:
   * changes of cpupools leave it alone.
   */
  lastTickled: number
  /** When its slice ends and its switch ends, -1 when not pending; inside an edit the calendar knows. */
  sliceAtNs: number
  switchAtNs: number
}

/**
 * One vCPU, idle ones included (their `domain` is -1).
 *
 * @category model
 * @since 0.1.0
 */
export interface Vcpu {
  domain: DomainPlace
  vcpuId: VcpuId
  unit: UnitPlace
  pauseFlags: number
  pauseCount: number
  /** Those of its pauses that operations asked for and may take back; the others are the hypervisor's own. */
  controllerPauses: number
  isRunning: boolean
  runstate: number
  stateEntryNs: number
  runningNs: number
  runnableNs: number
  blockedNs: number
  offlineNs: number
  /** The pCPU it is assigned to, running or not: one thread of its unit's resource. */
  processor: PcpuId
  /** The pCPU it ran on last, -1 before its first run. */
  lastPcpu: PcpuId
  switchesIn: number
  migrationsTotal: number
}

/**
 * One scheduling unit: the thing schedulers schedule. With granularity `cpu` it is one vCPU, otherwise as
 * many as a resource has pCPUs, or fewer at the end of a domain. `unitId` is the lowest vCPU id.
 *
 * @category model
 * @since 0.1.0
 */
export interface Unit {
  domain: DomainPlace
  unitId: number
  vcpus: ReadonlyArray<VcpuPlace>
  /** The master of the resource it is bound to. */
  master: PcpuId
  isRunning: boolean
  /** When it last got (while running) or lost a pCPU. */
  stateEntryNs: number
  hard: BitSet.BitSet
  soft: BitSet.BitSet
  softEffective: boolean
  isUsed: boolean
}

/**
 * A domain as schedulers see it.
 *
 * @category model
 * @since 0.1.0
 */
export interface SchedDomain {
  domid: DomainId
  pool: PoolPlace
  pauseCount: number
  isControl: boolean
  units: ReadonlyArray<UnitPlace>
  vcpus: ReadonlyArray<VcpuPlace>
  isUsed: boolean
}

/**
 * A cpupool. Its scheduler's own state is the row of the same slot in `instances`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Pool {
  readonly id: number
  readonly scheduler: string
  /** The valid mask: pCPUs that serve the pool. */
  readonly cpus: BitSet.BitSet
  /** Only where it is not that of the boot line. */
  readonly granularity?: Granularity
  readonly domainsTotal: number
  readonly isUsed: boolean
}

/**
 * A row that only one scheduler understands; plain data.
 *
 * @category model
 * @since 0.1.0
 */
export type PrivateRow = object | null

/**
 * What stands at one place: a vCPU, a unit, the unit's private row, and a row for the vCPU that belongs to
 * the machine and that schedulers don't look at. They stand together because one event changes several of
 * them; a unit of one vCPU mostly stands at that vCPU's place. There are as many places as vCPUs or units.
 *
 * @category model
 * @since 0.1.0
 */
export interface Place {
  readonly vcpu: Readonly<Vcpu> | null
  readonly unit: Readonly<Unit> | null
  readonly own: PrivateRow
  readonly guest: PrivateRow
}

/**
 * A scheduler's queue record and its ordered units.
 *
 * @category model
 * @since 0.1.0
 */
export interface QueueRecord {
  readonly row: PrivateRow
  readonly list: ReadonlyArray<number>
}

/**
 * The slice.
 *
 * @category model
 * @since 0.1.0
 */
export interface Sched {
  readonly topology: Topology
  readonly params: SchedParams
  readonly pcpus: Table.Table<Readonly<Pcpu>>
  /** vCPUs, units and what belongs to them; see `vcpuAt`, `unitAt`, `unitRowAt`, `guestRowAt`. */
  readonly places: Table.Table<Place>
  readonly domains: Table.Table<Readonly<SchedDomain>>
  /** Slots of live domains, by ascending domid. */
  readonly domainOrder: ReadonlyArray<number>
  readonly pools: Table.Table<Pool>
  /** Slots of live pools, by ascending id. */
  readonly poolOrder: ReadonlyArray<number>
  readonly freePcpus: BitSet.BitSet
  /** A pCPU whose removal from its pool is unfinished, -1 when none. */
  readonly movingPcpu: number
  /** The pool id that removal named. */
  readonly movingPool: number
  /** pCPUs on which SCHEDULE is pending: between steps only those busy with a context switch. */
  readonly softirqs: BitSet.BitSet
  readonly domainPrivate: Table.Table<PrivateRow>
  readonly pcpuPrivate: Table.Table<PrivateRow>
  readonly instances: Table.Table<PrivateRow>
  /** Scheduler-owned queue records (credit2 run queues), each with its units: `queueAt`, `listAt`. */
  readonly queues: ReadonlyArray<QueueRecord>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const pcpu = (curr: UnitPlace): Pcpu => ({
  curr,
  pool: -1,
  sliceTimer: -1,
  switchTimer: -1,
  switchFrom: -1,
  lastTickled: 0,
  sliceAtNs: -1,
  switchAtNs: -1
})

/**
 * @category constructors
 * @since 0.1.0
 */
export const vcpu = (
  domain: DomainPlace,
  vcpuId: VcpuId,
  unit: UnitPlace,
  processor: PcpuId,
  nowNs: number
): Vcpu => ({
  domain,
  vcpuId,
  unit,
  pauseFlags: 0,
  pauseCount: 0,
  controllerPauses: 0,
  isRunning: false,
  runstate: domain < 0 ? runstate.running : runstate.offline,
  stateEntryNs: nowNs,
  runningNs: 0,
  runnableNs: 0,
  blockedNs: 0,
  offlineNs: 0,
  processor,
  lastPcpu: -1,
  switchesIn: 0,
  migrationsTotal: 0
})

/**
 * @category constructors
 * @since 0.1.0
 */
export const unit = (
  domain: DomainPlace,
  unitId: number,
  vcpus: ReadonlyArray<VcpuPlace>,
  master: PcpuId,
  mask: BitSet.BitSet
): Unit => ({
  domain,
  unitId,
  vcpus,
  master,
  isRunning: false,
  stateEntryNs: 0,
  hard: mask,
  soft: mask,
  softEffective: false,
  isUsed: true
})

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/** @internal The idle unit of a pCPU: places below the number of pCPUs are numbered like them. */
export const idleUnitOf = (pcpu: PcpuId): UnitPlace => pcpu as number

/** @internal The idle vCPU of a pCPU, likewise. */
export const idleVcpuOf = (pcpu: PcpuId): VcpuPlace => pcpu as number

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** @internal */
export const copyPcpu = (p: Pcpu): Pcpu => ({
  curr: p.curr,
  pool: p.pool,
  sliceTimer: p.sliceTimer,
  switchTimer: p.switchTimer,
  switchFrom: p.switchFrom,
  lastTickled: p.lastTickled,
  sliceAtNs: p.sliceAtNs,
  switchAtNs: p.switchAtNs
})

/** @internal */
export const copyVcpu = (v: Vcpu): Vcpu => ({
  domain: v.domain,
  vcpuId: v.vcpuId,
  unit: v.unit,
  pauseFlags: v.pauseFlags,
  pauseCount: v.pauseCount,
  controllerPauses: v.controllerPauses,
  isRunning: v.isRunning,
  runstate: v.runstate,
  stateEntryNs: v.stateEntryNs,
  runningNs: v.runningNs,
  runnableNs: v.runnableNs,
  blockedNs: v.blockedNs,
  offlineNs: v.offlineNs,
  processor: v.processor,
  lastPcpu: v.lastPcpu,
  switchesIn: v.switchesIn,
  migrationsTotal: v.migrationsTotal
})

/** @internal */
export const copyUnit = (u: Unit): Unit => ({
  domain: u.domain,
  unitId: u.unitId,
  vcpus: u.vcpus,
  master: u.master,
  isRunning: u.isRunning,
  stateEntryNs: u.stateEntryNs,
  hard: u.hard,
  soft: u.soft,
  softEffective: u.softEffective,
  isUsed: u.isUsed
})

/** @internal */
export const copyDomain = (d: SchedDomain): SchedDomain => ({
  domid: d.domid,
  pool: d.pool,
  pauseCount: d.pauseCount,
  isControl: d.isControl,
  units: d.units,
  vcpus: d.vcpus,
  isUsed: d.isUsed
})
