/**
 * The guests' side of time: what each vCPU executes, how much of its phase is left, and what happens at the
 * end of it.
 *
 * A guest consumes its phase only while its vCPU is current on a pCPU. The end of a phase and the end of a
 * timed block are calendar events of their own classes.
 *
 * @since 0.1.0
 */
import { absurd, Random, invariant } from '../prelude/index.js'
import type { TimersEdit } from '../prelude/index.js'
import { costsNone, eventClass, nodeOf, runstate, traceEvent } from '../abi/index.js'
import type {
  DomainId,
  Errno,
  GuestAction,
  GuestPhase,
  GuestProgram,
  GuestSpec,
  PcpuId,
  VcpuId,
  VcpuPlace
} from '../abi/index.js'
import { block, traceWords, unblock, yieldVcpu } from '../sched/index.js'
import type { GuestClock, SchedEdit } from '../sched/index.js'

import { isCosting, moveCostNs, otherThreads, slowPercentOn, workInTime } from './costs.js'
import { copyGuest, noGuest, phaseEndNs } from './Guest.js'
import type { Burden, Guest } from './Guest.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The edit of the guests.
 *
 * @category model
 * @since 0.1.0
 */
export class GuestsEdit implements GuestClock {
  /** The root random stream; guests get streams of their own split from it. */
  random: Random.Random
  private x: SchedEdit | null = null
  private readonly byName: ReadonlyMap<string, GuestProgram>

  constructor(
    programs: ReadonlyArray<GuestProgram>,
    private readonly timers: TimersEdit,
    private readonly shutdown: (domid: DomainId, reason: number) => void,
    /** The part of a domain's memory that is not on a NUMA node, in thousandths. */
    private readonly remoteThousandths: (domid: DomainId, node: number) => number
  ) {
    this.random = Random.fromSeed(0, 'guests')
    this.byName = new Map(programs.map((program) => [program.name, program]))
  }

  /** The row of a vCPU, to look at. */
  read(vcpu: VcpuPlace): Guest {
    return (this.edit().guestRows.read(vcpu) as Guest | null) ?? noGuest
  }

  /** The row of a vCPU that has one, to change in place. */
  write(vcpu: VcpuPlace): Guest {
    return this.edit().guestRows.writeWith(vcpu, copyGuest)
  }

  /** Names the scheduling edit that this one works with; once, when both are made. */
  bindTo(x: SchedEdit): void {
    this.x = x
  }

  /** Why a vCPU can't execute this: no such program, or a configuration it does not understand. */
  faultOf(spec: GuestSpec | null): Errno | null {
    if (spec === null) return null
    const program = this.byName.get(spec.program)
    if (program?.version !== spec.version) return 'ENOENT'
    return program.accepts?.(spec.config) === false ? 'EINVAL' : null
  }

  /** Gives a vCPU its program; it starts when the vCPU first runs. */
  attach(vcpu: VcpuPlace, spec: GuestSpec | null): void {
    const rows = this.edit().guestRows
    while (rows.length <= vcpu) rows.set(rows.length, null)
    const old = this.read(vcpu)
    const { domid, vcpuId } = this.nameOf(vcpu)
    const isNew = old.phaseTimer < 0
    rows.set(vcpu, {
      ...noGuest,
      spec,
      phaseTimer: isNew ? this.timers.allocate(eventClass.phaseEnd, domid, vcpuId, vcpu) : old.phaseTimer,
      blockTimer: isNew ? this.timers.allocate(eventClass.blockEnd, domid, vcpuId, vcpu) : old.blockTimer
    } satisfies Guest)
  }

  /** Gives a vCPU another program while it exists; the new one starts as soon as the vCPU runs. */
  replace(vcpu: VcpuPlace, spec: GuestSpec | null): void {
    const x = this.edit()
    const isConsuming = this.read(vcpu).sinceNs >= 0
    if (isConsuming) this.stop(vcpu)
    this.timers.stop(this.read(vcpu).blockTimer)
    this.attach(vcpu, spec)
    if (isConsuming) this.start(vcpu)
    else if (x.isBlocked(vcpu)) this.unblock(vcpu)
  }

  /** The vCPU is gone: its program stops for ever and its timers are given back. */
  detach(vcpu: VcpuPlace): void {
    const g = this.read(vcpu)
    if (g.phaseTimer >= 0) {
      this.timers.release(g.phaseTimer)
      this.timers.release(g.blockTimer)
    }
    this.edit().guestRows.set(vcpu, null)
  }

  /** Its program executes no more, while the vCPU still exists. */
  halt(vcpu: VcpuPlace): void {
    const g = this.write(vcpu)
    this.timers.stop(g.phaseTimer)
    this.timers.stop(g.blockTimer)
    g.spec = null
    g.sinceNs = -1
  }

  start(vcpu: VcpuPlace): void {
    const g = this.write(vcpu)
    if (!g.isStarted) this.begin(g, vcpu)
    const isCosting = this.isCosting()
    if (isCosting) this.settleIn(g, vcpu)
    g.sinceNs = this.now()
    if (g.spec !== null) this.timers.set(g.phaseTimer, phaseEndNs(g))
    else if (g.phaseTimer >= 0) this.timers.set(g.phaseTimer, g.sinceNs)
    if (isCosting) this.disturb(vcpu)
  }

  stop(vcpu: VcpuPlace): void {
    const g = this.write(vcpu)
    if (g.sinceNs < 0) return
    this.consume(g)
    g.sinceNs = -1
    this.timers.stop(g.phaseTimer)
    if (this.isCosting()) this.disturb(vcpu)
  }

  /** The phase of a running vCPU is over. */
  phaseEnded(vcpu: VcpuPlace): void {
    const x = this.edit()
    x.executingPcpu = x.vcpus.read(vcpu).processor
    const g = this.write(vcpu)
    if (g.burden !== null) this.lose(g, x.nowNs - g.sinceNs - (g.spec === null ? 0 : g.remainingNs))
    g.sinceNs = -1
    if (this.isCosting()) this.disturb(vcpu)
    if (g.spec === null) return block(x, vcpu)
    const action = g.then
    const phase = this.program(g.spec).next(g.spec.config, g.state, x.nowNs)
    g.state = phase.state
    g.remainingNs = runTimeOf(phase)
    g.then = phase.then
    g.phasesTotal++
    this.act(g, vcpu, action)
  }

  /** A timed block is over. */
  blockEnded(vcpu: VcpuPlace): void {
    const x = this.edit()
    x.executingPcpu = x.vcpus.read(vcpu).processor
    this.unblock(vcpu)
  }

  /** Wakes a vCPU that waits for a kick, or stores the kick. */
  kick(vcpu: VcpuPlace): void {
    const g = this.write(vcpu)
    if (!g.isWaiting) {
      g.hasKick = true
      return
    }
    g.isWaiting = false
    this.unblock(vcpu)
  }

  // costs of the machine

  /** Takes what was done since the guest started from what is left of its phase. */
  private consume(g: Guest): void {
    const ns = this.now() - g.sinceNs
    const { burden } = g
    const workNs = burden === null ? ns : Math.min(g.remainingNs, workInTime(ns, burden.slowPercent))
    g.remainingNs -= workNs
    if (burden !== null) this.lose(g, ns - workNs)
  }

  private lose(g: Guest, ns: number): void {
    const { slowPercent, lostNs, warmPcpu } = g.burden ?? noBurden
    g.burden = { slowPercent, lostNs: lostNs + ns, warmPcpu }
  }

  /** What it costs to go on where the vCPU runs now. */
  private settleIn(g: Guest, vcpu: VcpuPlace): void {
    const x = this.edit()
    const { processor } = x.vcpus.read(vcpu)
    const { lostNs, warmPcpu } = g.burden ?? noBurden
    const costNs = g.spec === null ? 0 : moveCostNs(x, warmPcpu, processor)
    g.remainingNs += costNs
    const slowPercent = this.slowPercent(vcpu, processor)
    g.burden = { slowPercent, lostNs: lostNs + costNs, warmPcpu: processor }
  }

  /** The guests on other threads of the core go faster or slower from now on. */
  private disturb(vcpu: VcpuPlace): void {
    const x = this.edit()
    if (x.params.costs.smtPercent === 0) return
    for (const thread of otherThreads(x, x.vcpus.read(vcpu).processor)) {
      const other = this.consumerOn(thread)
      if (other >= 0) this.changePace(other, thread)
    }
  }

  private changePace(vcpu: VcpuPlace, pcpu: PcpuId): void {
    const slowPercent = this.slowPercent(vcpu, pcpu)
    const { burden } = this.read(vcpu)
    if (burden === null || burden.slowPercent === slowPercent) return
    const g = this.write(vcpu)
    this.consume(g)
    g.sinceNs = this.now()
    g.burden = { ...(g.burden ?? noBurden), slowPercent }
    if (g.spec !== null) this.timers.set(g.phaseTimer, phaseEndNs(g))
  }

  private slowPercent(vcpu: VcpuPlace, pcpu: PcpuId): number {
    const x = this.edit()
    const isBusy = otherThreads(x, pcpu).some((thread) => this.consumerOn(thread) >= 0)
    const { costs } = x.params
    const remote =
      costs.remotePercent === 0
        ? 0
        : this.remoteThousandths(this.nameOf(vcpu).domid, nodeOf(x.topology, pcpu))
    return slowPercentOn(x, isBusy, remote)
  }

  /** The vCPU whose guest consumes time on a pCPU, -1 when there is none. */
  private consumerOn(pcpu: PcpuId): number {
    const x = this.edit()
    for (const vcpu of x.units.read(x.pcpus.read(pcpu).curr).vcpus)
      if (vcpu >= x.pcpuCount && x.vcpus.read(vcpu).processor === pcpu && this.read(vcpu).sinceNs >= 0)
        return vcpu
    return -1
  }

  private isCosting(): boolean {
    return this.edit().params.costs !== costsNone && isCosting(this.edit())
  }

  private act(g: Guest, vcpu: VcpuPlace, action: GuestAction): void {
    const x = this.edit()
    switch (action._tag) {
      case 'Block':
        invariant(Number.isSafeInteger(action.ns) && action.ns >= 0, 'a block lasts whole nanoseconds')
        this.timers.set(g.blockTimer, x.nowNs + action.ns)
        return block(x, vcpu)
      case 'EndJob':
        this.reportJob(vcpu, action.releasedNs, action.deadlineNs)
        return this.until(g, vcpu, action.atNs)
      case 'Until':
        return this.until(g, vcpu, action.atNs)
      case 'Wait':
        if (g.hasKick) {
          g.hasKick = false
          return this.start(vcpu)
        }
        g.isWaiting = true
        return block(x, vcpu)
      case 'Signal':
        this.signal(action.domid, action.vcpu)
        return this.start(vcpu)
      case 'Yield':
        yieldVcpu(x, vcpu)
        return this.start(vcpu)
      case 'Go':
        return this.start(vcpu)
      case 'Halt':
        return block(x, vcpu)
      case 'Shutdown':
        traceWords(x, traceEvent.shutdown, this.nameOf(vcpu).domid, x.vcpus.read(vcpu).vcpuId, action.reason)
        // It does not block: the shutdown pauses it, in the middle of its call.
        return this.shutdown(this.nameOf(vcpu).domid, action.reason)
      default:
        return absurd(action)
    }
  }

  private until(g: Guest, vcpu: VcpuPlace, atNs: number): void {
    const x = this.edit()
    invariant(Number.isSafeInteger(atNs), 'times are whole nanoseconds')
    if (atNs <= x.nowNs) return this.start(vcpu)
    this.timers.set(g.blockTimer, atNs)
    block(x, vcpu)
  }

  private signal(domid: DomainId, vcpuId: VcpuId): void {
    const x = this.edit()
    const domain = x.domainSlot(domid)
    const target = domain < 0 ? -1 : x.vcpuSlot(domain, vcpuId)
    if (target >= 0 && this.read(target).spec !== null) this.kick(target)
  }

  /** Unblocks; a vCPU that has not left its pCPU meanwhile goes on at once. */
  private unblock(vcpu: VcpuPlace): void {
    const x = this.edit()
    unblock(x, vcpu)
    const v = x.vcpus.read(vcpu)
    const isCurrent =
      v.isRunning && v.runstate === runstate.running && x.pcpus.read(v.processor).curr === v.unit
    if (isCurrent && this.read(vcpu).sinceNs < 0) this.start(vcpu)
  }

  private begin(g: Guest, vcpu: VcpuPlace): void {
    g.isStarted = true
    if (g.spec === null) return
    const name = this.nameOf(vcpu)
    const seed = Random.split(this.random, `guest ${name.domid}.${name.vcpuId}`)
    const phase = this.program(g.spec).start(g.spec.config, seed, name, this.now())
    g.state = phase.state
    g.remainingNs = runTimeOf(phase)
    g.then = phase.then
  }

  private reportJob(vcpu: VcpuPlace, releasedNs: number, deadlineNs: number): void {
    const x = this.edit()
    if (x.sink === null) return
    const { domid, vcpuId } = this.nameOf(vcpu)
    x.sink.push({ _tag: 'JobDone', atNs: x.nowNs, domid, vcpu: vcpuId, releasedNs, deadlineNs })
  }

  private nameOf(vcpu: VcpuPlace): { readonly domid: DomainId; readonly vcpuId: VcpuId } {
    const x = this.edit()
    const v = x.vcpus.read(vcpu)
    return { domid: x.domains.read(v.domain).domid, vcpuId: v.vcpuId }
  }

  private program(spec: GuestSpec): GuestProgram {
    const found = this.byName.get(spec.program)
    invariant(found !== undefined && found.version === spec.version, 'the registry has the guest program')
    return found
  }

  private edit(): SchedEdit {
    return this.x as SchedEdit
  }

  private now(): number {
    return this.edit().nowNs
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const noBurden: Burden = { slowPercent: 0, lostNs: 0, warmPcpu: -1 }

/** The time a phase asks for; a program that asks for something else is broken. */
const runTimeOf = (phase: GuestPhase): number => {
  invariant(Number.isSafeInteger(phase.runNs) && phase.runNs >= 0, 'a phase runs for whole nanoseconds')
  return phase.runNs
}
