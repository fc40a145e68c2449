/**
 * The edit of the scheduling slice: every table of the slice opened for writing, the pending SCHEDULE
 * softirqs, and what the slice needs of the machine around it (the time, the calendar, where trace records
 * go).
 *
 * One `SchedEdit` serves many edits, one after the other. Softirqs are drained before it is closed; those
 * left over belong to pCPUs that are busy switching.
 *
 * @since 0.1.0
 */
import { documentedChoice, pauseFlag, pcpusTotal } from '../abi/index.js'
import type {
  ChoicePolicy,
  DomainId,
  DomainPlace,
  Granularity,
  Output,
  PcpuId,
  PoolPlace,
  SchedParams,
  Topology,
  UnitPlace,
  VcpuId,
  VcpuPlace
} from '../abi/index.js'
import { BitSet, Random, Table, TableEdit, invariant } from '../prelude/index.js'
import type { TimersEdit } from '../prelude/index.js'

import type { GuestClock } from './GuestClock.js'
import { mastersIn, pcpusPerResource } from './granularity.js'
import type { Pool, PrivateRow, Sched, SchedDomain } from './model.js'
import { copyDomain, copyPcpu } from './model.js'
import { PendingSet } from './PendingSet.js'
import { PlacesEdit, QueuesEdit, asItIs } from './PlacesEdit.js'
import type { Scheduler } from './Scheduler.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export class SchedEdit {
  readonly pcpus = new TableEdit(copyPcpu)
  private readonly places = new PlacesEdit()
  readonly vcpus = this.places.vcpus
  readonly units = this.places.units
  readonly unitPrivate = this.places.unitPrivate
  /** Belongs to the machine: what it keeps of the guest on each vCPU. */
  readonly guestRows = this.places.guests
  readonly domains = new TableEdit(copyDomain)
  readonly pools = new TableEdit<Pool>(asItIs)
  readonly domainPrivate = new TableEdit<PrivateRow>(asItIs)
  readonly pcpuPrivate = new TableEdit<PrivateRow>(asItIs)
  readonly instances = new TableEdit<PrivateRow>(asItIs)
  private readonly queueRecords = new QueuesEdit()
  readonly queues = this.queueRecords.queues
  readonly lists = this.queueRecords.lists

  nowNs = 0
  /** The pCPU on which the running code executes; a few decisions look at it. */
  executingPcpu = 0
  /** Where trace records go; null when nobody listens. */
  sink: Output[] | null = null
  /** Where records of xentrace's events go; null when nobody asked for them. */
  events: Output[] | null = null
  /** How genuine choices are made. */
  choice: ChoicePolicy = documentedChoice
  /** The answer of a scheduler's `schedule` hook. */
  nextUnit = 0
  nextSliceNs = -1
  nextMigrated = false
  /** While a unit is inserted its caller holds the run queue lock of this pCPU; -1 otherwise. */
  insertingPcpu = -1
  /** Decisions taken while this edit was open. */
  decisionsTotal = 0
  switchesTotal = 0

  pcpuCount = 0
  topology: Topology = { sockets: 1, coresPerSocket: 1, threadsPerCore: 1, nodesTotal: 1 }
  params: SchedParams
  /**
   * Powers of two that credit2 needs at every event: its load window in ticks, one
   * over it, and 1.0 in its fixed point.
   */
  loadWindow = 1
  loadScale = 1
  loadOne = 1
  domainOrder: ReadonlyArray<number> = []
  poolOrder: ReadonlyArray<number> = []
  freePcpus: BitSet.BitSet = []
  movingPcpu = -1
  movingPool = -1
  allPcpus: BitSet.BitSet = []
  /** Whether some pool has resources of several pCPUs. */
  isCoarse = false
  /** The scheduler of each pool slot, its masters, and how many pCPUs its resources have. */
  private schedulers: Scheduler[] = []
  private masters: BitSet.BitSet[] = []
  private sizes: number[] = []
  private poolsSeen: Table.Table<Pool> | null = null
  private pending: number[] = [0]
  private pendingTotal = 0
  /** pCPUs on which SCHED_SLAVE is pending because one vCPU of the running unit is to start or to stop. */
  readonly forced = new PendingSet()
  private softirqs: BitSet.BitSet = [0]
  private base: Sched | null = null

  constructor(
    private readonly registry: ReadonlyArray<Scheduler>,
    readonly timers: TimersEdit,
    readonly guests: GuestClock,
    params: SchedParams
  ) {
    this.params = params
  }

  /** Begins an edit of `sched` at `nowNs`; the calendar has been opened already. */
  open(sched: Sched, nowNs: number): void {
    this.nowNs = nowNs
    this.executingPcpu = 0
    this.decisionsTotal = 0
    this.switchesTotal = 0
    this.pcpus.open(sched.pcpus)
    this.places.open(sched.places)
    this.domains.open(sched.domains)
    this.pools.open(sched.pools)
    this.domainPrivate.open(sched.domainPrivate)
    this.pcpuPrivate.open(sched.pcpuPrivate)
    this.instances.open(sched.instances)
    this.queueRecords.open(sched.queues)
    if (sched === this.base) return
    this.base = sched
    this.softirqs = sched.softirqs
    this.params = sched.params
    this.loadWindow = 2 ** (sched.params.credit2LoadWindowShift - 10)
    this.loadScale = 1 / this.loadWindow
    this.loadOne = 2 ** sched.params.credit2LoadPrecisionShift
    this.domainOrder = sched.domainOrder
    this.poolOrder = sched.poolOrder
    this.freePcpus = sched.freePcpus
    this.movingPcpu = sched.movingPcpu
    this.movingPool = sched.movingPool
    if (sched.topology !== this.topology) {
      this.topology = sched.topology
      this.pcpuCount = pcpusTotal(sched.topology)
      this.allPcpus = BitSet.full(this.pcpuCount)
    }
    this.pending = BitSet.copy(sched.softirqs)
    this.pendingTotal = BitSet.count(sched.softirqs)
    this.forced.reset(this.pcpuCount)
    if (sched.pools !== this.poolsSeen) this.resolveSchedulers(sched.pools)
  }

  /** Ends the edit and gives the finished slice. */
  close(): Sched {
    invariant(this.nextPending(-1) < 0, 'softirqs are drained before an edit is closed')
    const base = this.base as Sched
    if (!BitSet.equals(this.pending, this.softirqs)) this.softirqs = this.pending.slice()
    const next: Sched = {
      topology: base.topology,
      params: this.params,
      pcpus: this.pcpus.close(),
      places: this.places.close(),
      domains: this.domains.close(),
      domainOrder: this.domainOrder,
      pools: this.pools.close(),
      poolOrder: this.poolOrder,
      freePcpus: this.freePcpus,
      movingPcpu: this.movingPcpu,
      movingPool: this.movingPool,
      softirqs: this.softirqs,
      domainPrivate: this.domainPrivate.close(),
      pcpuPrivate: this.pcpuPrivate.close(),
      instances: this.instances.close(),
      queues: this.queueRecords.close()
    }
    this.poolsSeen = next.pools
    this.base = next
    return next
  }

  /** Throws away everything written since the edit was opened. */
  abandon(): void {
    for (const table of [this.pcpus, this.domains, this.pools]) table.abandon()
    for (const table of [this.domainPrivate, this.pcpuPrivate, this.instances]) table.abandon()
    this.places.abandon()
    this.queueRecords.abandon()
    this.base = null
    this.poolsSeen = null
    this.insertingPcpu = -1
  }

  // softirqs

  /** Makes SCHEDULE pending on a pCPU. */
  raise(pcpu: PcpuId): void {
    if (BitSet.has(this.pending, pcpu)) return
    BitSet.setIn(this.pending, pcpu)
    this.pendingTotal++
  }

  isPending(): boolean {
    return this.pendingTotal > 0 || this.forced.total > 0
  }

  /** Whether SCHEDULE is pending on a pCPU that is not busy switching. */
  isRaised(pcpu: PcpuId): boolean {
    return BitSet.has(this.pending, pcpu) && !this.isSwitching(pcpu)
  }

  /**
   * Makes one pCPU, and not the other ones of its resource, look again whether its vCPU should run. While the
   * resource is busy switching nothing is noted: it looks when it has switched.
   */
  force(pcpu: PcpuId): void {
    if (!this.isSwitching(pcpu)) this.forced.add(pcpu)
  }

  /** Whether a softirq is pending that can be served at once. */
  isReady(): boolean {
    return this.forced.total > 0 || this.nextPending(-1) >= 0
  }

  /** Whether the resource of a pCPU is busy with a context switch that costs time. */
  isSwitching(pcpu: PcpuId): boolean {
    return this.isCoarse ? this.isAnySwitching(pcpu) : this.pcpus.read(pcpu).switchFrom >= 0
  }

  private isAnySwitching(pcpu: PcpuId): boolean {
    const master = this.masterOf(pcpu)
    for (let i = this.sizeAt(pcpu) - 1; i >= 0; i--)
      if (this.pcpus.read(master + i).switchFrom >= 0) return true
    return false
  }

  /**
   * The pending pCPU to serve after `cursor` (next above, else the lowest) that is not busy switching; -1
   * when none.
   */
  nextPending(cursor: number): number {
    let pcpu = BitSet.next(this.pending, cursor)
    while (pcpu >= 0 && this.isSwitching(pcpu)) pcpu = BitSet.next(this.pending, pcpu)
    if (pcpu >= 0 || cursor < 0) return pcpu
    return this.nextPending(-1)
  }

  /**
   * The pending pCPU to serve next: the one after `cursor`, unless the policy chooses among all pending ones.
   */
  choosePending(cursor: number): number {
    if (this.choice._tag === 'Documented') return this.nextPending(cursor)
    const ready = BitSet.toArray(this.pending).filter((pcpu) => !this.isSwitching(pcpu))
    if (ready.length <= 1) return ready[0] ?? -1
    const [at, random] = Random.nextBelow(this.choice.random, ready.length, 'softirq order')
    this.choice = { _tag: 'Seeded', random }
    return ready[at] as number
  }

  clearPending(pcpu: PcpuId): void {
    BitSet.clearIn(this.pending, pcpu)
    this.pendingTotal--
  }

  // queries

  isIdleUnit(unit: UnitPlace): boolean {
    return unit < this.pcpuCount
  }

  isVcpuRunnable(vcpu: VcpuPlace): boolean {
    const v = this.vcpus.read(vcpu)
    return (
      v.pauseFlags === 0 &&
      v.pauseCount === 0 &&
      (v.domain < 0 || this.domains.read(v.domain).pauseCount === 0)
    )
  }

  isUnitRunnable(unit: UnitPlace): boolean {
    const members = this.units.read(unit).vcpus
    if (members.length === 1) return this.isVcpuRunnable(members[0] as number)
    for (const member of members) if (this.isVcpuRunnable(member)) return true
    return false
  }

  isCurrent(unit: UnitPlace): boolean {
    return this.pcpus.read(this.units.read(unit).master).curr === unit
  }

  /** The pool slot of a unit: its domain's, or for an idle unit its pCPU's. */
  poolOfUnit(unit: UnitPlace): number {
    const domain = this.units.read(unit).domain
    return domain < 0 ? this.pcpus.read(unit).pool : this.domains.read(domain).pool
  }

  /** The pCPUs of the pool of a guest unit that count for a scheduler: the masters in the valid mask. */
  poolCpusOf(unit: UnitPlace): BitSet.BitSet {
    return this.masters[this.domains.read(this.units.read(unit).domain).pool] as BitSet.BitSet
  }

  /** As {@link poolCpusOf}, of a pool. */
  mastersOf(pool: PoolPlace): BitSet.BitSet {
    return this.masters[pool] as BitSet.BitSet
  }

  granularityOf(pool: Pool): Granularity {
    return pool.granularity ?? this.params.granularity
  }

  /** How many pCPUs the resources of a pool have. */
  resourceSize(pool: PoolPlace): number {
    return this.sizes[pool] as number
  }

  /** How many pCPUs the resource of a pCPU has; one that is free stands alone. */
  sizeAt(pcpu: PcpuId): number {
    const { pool } = this.pcpus.read(pcpu)
    return pool < 0 ? 1 : this.resourceSize(pool)
  }

  /** The master of the resource of a pCPU. */
  masterOf(pcpu: PcpuId): number {
    return pcpu - (pcpu % this.sizeAt(pcpu))
  }

  /** "Has effective soft affinity": the soft step of a placement makes a difference. */
  hasSoftAffinity(unit: UnitPlace): boolean {
    const u = this.units.read(unit)
    return u.softEffective && !BitSet.isSubset(this.poolCpusOf(unit), u.soft)
  }

  schedulerOfPool(pool: PoolPlace): Scheduler {
    return this.schedulers[pool] as Scheduler
  }

  schedulerOfUnit(unit: UnitPlace): Scheduler {
    return this.schedulers[this.poolOfUnit(unit)] as Scheduler
  }

  schedulerNamed(name: string): Scheduler | null {
    return this.registry.find((scheduler) => scheduler.name === name) ?? null
  }

  /** The slot of a live domain, -1 when there is none. */
  domainSlot(domid: DomainId): number {
    for (const slot of this.domainOrder) if (this.domains.read(slot).domid === domid) return slot
    return -1
  }

  /** The slot of a live pool, -1 when there is none. */
  poolSlot(id: number): number {
    for (const slot of this.poolOrder) if (this.pools.read(slot).id === id) return slot
    return -1
  }

  /** The slot of a vCPU, -1 when the domain has no such vCPU. */
  vcpuSlot(domain: DomainPlace, vcpuId: VcpuId): number {
    return this.domains.read(domain).vcpus[vcpuId] ?? -1
  }

  isBlocked(vcpu: VcpuPlace): boolean {
    return (this.vcpus.read(vcpu).pauseFlags & pauseFlag.blocked) !== 0
  }

  // pools and domains, the cold writes

  setPool(slot: number, pool: Pool): void {
    this.pools.set(slot, pool)
    this.resolve(slot, pool)
    this.isCoarse = this.sizes.some((size) => size > 1)
  }

  setDomain(slot: number, domain: SchedDomain): void {
    this.domains.set(slot, domain)
  }

  private resolveSchedulers(pools: Table.Table<Pool>): void {
    this.poolsSeen = pools
    this.schedulers = []
    this.masters = []
    this.sizes = []
    Table.toArray(pools).forEach((pool, slot) => {
      if (pool.isUsed) this.resolve(slot, pool)
    })
    this.isCoarse = this.sizes.some((size) => size > 1)
  }

  /** Keeps what follows from the record of a pool. */
  private resolve(slot: number, pool: Pool): void {
    const scheduler = this.schedulerNamed(pool.scheduler)
    invariant(scheduler !== null, `the registry has the scheduler ${pool.scheduler}`)
    const size = pcpusPerResource(this.topology, this.granularityOf(pool))
    this.schedulers[slot] = scheduler
    this.sizes[slot] = size
    this.masters[slot] = mastersIn(pool.cpus, this.pcpuCount, size)
  }
}
