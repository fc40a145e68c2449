/**
 * The edit of a host: the hot slices opened for writing, the cold ones as plain fields that are replaced.
 *
 * Opened around one instant by `step` and around a whole run by `advance`; between opening and closing
 * nothing half-made can be seen from outside. One `HostEdit` belongs to one environment and is used again and
 * again.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type {
  DomainId,
  DomainPlan,
  Errno,
  GuestProgram,
  Output,
  SchedParams,
  ToolstackCall
} from '../abi/index.js'
import { schedParamsDefault } from '../abi/index.js'
import { Domains } from '../domain/index.js'
import { Memory, memoryErrno } from '../memory/index.js'
import type { MemoryError } from '../memory/index.js'
import { BitSet, TimersEdit, invariant } from '../prelude/index.js'
import { SchedEdit, sleep } from '../sched/index.js'
import type { Scheduler } from '../sched/index.js'

import { deadlinesIn } from './deadlines.js'
import { GuestsEdit } from './guests.js'
import type { Host, Planned } from './Host.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export class HostEdit {
  readonly timers = new TimersEdit()
  readonly x: SchedEdit
  readonly guests: GuestsEdit
  domains: Domains.Domains = Domains.empty
  memory: Memory.Memory = Memory.make([[]])
  planned: ReadonlyArray<Planned> = []
  plannedTotal = 0
  private calls: ReadonlyArray<ToolstackCall> = []
  private base: Host | null = null
  private isOpen = false

  /** `operations` are the names of those of the toolstack. */
  constructor(
    schedulers: ReadonlyArray<Scheduler>,
    programs: ReadonlyArray<GuestProgram>,
    private readonly operations: ReadonlyArray<string> = []
  ) {
    const params: SchedParams = schedParamsDefault
    this.guests = new GuestsEdit(
      programs,
      this.timers,
      (domid, reason) => this.shutdown(domid, reason),
      (domid, node) => this.remoteThousandths(domid, node)
    )
    this.x = new SchedEdit(schedulers, this.timers, this.guests, params)
    this.guests.bindTo(this.x)
    this.timers.keptBy(deadlinesIn(this.x))
  }

  /**
   * Begins an edit of `host`; trace records go to `sink` unless it is null, those of xentrace's events only
   * if they are wanted.
   */
  open(host: Host, sink: Output[] | null, hasEvents = false): void {
    invariant(!this.isOpen, 'an environment carries out one input at a time')
    this.isOpen = true
    this.x.open(host.sched, host.nowNs)
    this.timers.open(host.timers, host === this.base)
    this.x.sink = sink
    this.x.events = hasEvents ? sink : null
    this.x.choice = host.choice
    if (host === this.base) return
    this.base = host
    this.domains = host.domains
    this.memory = host.memory
    this.planned = host.planned
    this.plannedTotal = host.plannedTotal
    this.guests.random = host.random
  }

  /** Ends the edit and gives the finished host. */
  close(): Host {
    const base = this.base as Host
    this.isOpen = false
    const timers = this.timers.close()
    const next: Host = {
      nowNs: this.x.nowNs,
      boot: base.boot,
      timers,
      sched: this.x.close(),
      domains: this.domains,
      memory: this.memory,
      planned: this.planned,
      plannedTotal: this.plannedTotal,
      random: this.guests.random,
      choice: this.x.choice
    }
    this.base = next
    return next
  }

  /** Throws away everything written since the edit was opened. */
  abandon(): void {
    this.isOpen = false
    this.base = null
    this.calls = []
    this.x.abandon()
    this.timers.abandon()
  }

  /** Has the toolstack do something when the instant is over: ENOSYS when it has no such operation. */
  call(call: ToolstackCall): Either<Errno, void> {
    if (!this.operations.includes(call.name)) return E.left('ENOSYS')
    this.calls = [...this.calls, call]
    return E.right(undefined)
  }

  hasCalls(): boolean {
    return this.calls.length > 0
  }

  /** What the toolstack is to do, which from now on is the caller's affair. */
  takeCalls(): ReadonlyArray<ToolstackCall> {
    const { calls } = this
    if (calls.length > 0) this.calls = []
    return calls
  }

  /** Gives a new domain its pages: from `nodes` first, unless null. */
  populate(plan: DomainPlan): Either<Errno, void> {
    const { domid, pages, pagesMax: maxPages } = plan
    const added = Memory.addDomain(this.memory, { domid, maxPages })
    if (added._tag === 'Left') return E.left(memoryErrno[added.left._tag])
    const nodesTotal = this.x.topology.nodesTotal
    const nodes = plan.nodes === null ? null : BitSet.fromBits(nodesTotal, plan.nodes)
    const moved = Memory.populate(added.right, { domid, pages, nodes })
    if (moved._tag === 'Left') return E.left(memoryErrno[moved.left._tag])
    this.memory = moved.right.memory
    return E.right(undefined)
  }

  setMaxPages(domid: DomainId, maxPages: number): Either<Errno, void> {
    return this.keepMemory(Memory.setMaxPages(this.memory, { domid, maxPages }))
  }

  /** Frees everything a domain has. */
  releaseMemory(domid: DomainId): void {
    const freed = this.keepMemory(Memory.removeDomain(this.memory, domid))
    invariant(freed._tag === 'Right', 'every domain has a memory record')
  }

  /** The part of a domain's memory that is not on a NUMA node, in thousandths. */
  private remoteThousandths(domid: DomainId, node: number): number {
    const pages = Memory.domainPagesByNode(this.memory, domid)
    const total = pages.reduce((sum, count) => sum + count, 0)
    return total === 0 ? 0 : Math.floor(((total - (pages[node] ?? 0)) * 1000) / total)
  }

  private keepMemory(changed: Either<MemoryError, Memory.Memory>): Either<Errno, void> {
    if (changed._tag === 'Left') return E.left(memoryErrno[changed.left._tag])
    this.memory = changed.right
    return E.right(undefined)
  }

  /** A domain shuts down by itself: its vCPUs stop, the reason stays to be read. */
  shutdown(domid: DomainId, reason: number): void {
    const record = Domains.find(this.domains, domid)
    const slot = this.x.domainSlot(domid)
    if (record === null || slot < 0 || record.isShutDown) return
    const changed = Domains.update(this.domains, domid, (r) => {
      r.isShutDown = true
      r.shutdownReason = reason
    })
    if (E.isRight(changed)) this.domains = changed.right
    for (const vcpu of this.x.domains.read(slot).vcpus) {
      this.x.vcpus.write(vcpu).pauseCount++
      sleep(this.x, vcpu)
    }
    this.x.sink?.push({ _tag: 'DomainShutdown', atNs: this.x.nowNs, domid, reason })
    this.call({ name: domExcOperation, args: null })
  }
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The operation of the toolstack that is carried out when a domain has shut down, as real toolstacks are
 * woken by the interrupt of this name. An environment need not have it.
 *
 * @category constants
 * @since 0.1.0
 */
export const domExcOperation = 'VIRQ_DOM_EXC'
