/**
 * The generic scheduling layer: wake, sleep, block, yield, the schedule operation of a pCPU, context
 * switches and migrations. It knows which hook of a scheduler comes when; it takes no decision itself. What
 * is different where a resource has several pCPUs is in `rendezvous.ts`, the softirq loop in `softirqs.ts`.
 *
 * @since 0.1.0
 */
import { pauseFlag, runstate, traceEvent } from '../abi/index.js'
import type { PcpuId, UnitPlace, VcpuPlace } from '../abi/index.js'

import { traceContinue, traceRunstate, traceSwitch, traceVcpu } from './events.js'
import type { Unit, Vcpu } from './model.js'
import type { SchedEdit } from './SchedEdit.js'

// -------------------------------------------------------------------------------------
// transitions: vCPUs
// -------------------------------------------------------------------------------------

/**
 * Moves a vCPU into a run state; nothing happens when it is in it already.
 *
 * @category transitions
 * @since 0.1.0
 */
export const changeRunstate = (x: SchedEdit, vcpu: VcpuPlace, next: number): void => {
  if (x.vcpus.read(vcpu).runstate === next) return
  const v = x.vcpus.write(vcpu)
  const from = v.runstate
  account(v, x.nowNs)
  v.runstate = next
  if (x.events !== null) traceRunstate(x, vcpu, from, next)
  if (x.sink !== null && v.domain >= 0) {
    const domid = x.domains.read(v.domain).domid
    x.sink.push({
      _tag: 'RunstateChange',
      atNs: x.nowNs,
      domid,
      vcpu: v.vcpuId,
      from,
      to: next,
      pcpu: v.processor
    })
  }
}

/**
 * Tells the scheduler that a vCPU may have become runnable.
 *
 * @category transitions
 * @since 0.1.0
 */
export const wake = (x: SchedEdit, vcpu: VcpuPlace): void => {
  if (x.events !== null) traceVcpu(x, traceEvent.wake, vcpu)
  const v = x.vcpus.read(vcpu)
  if (x.isVcpuRunnable(vcpu)) {
    if (v.runstate >= runstate.blocked) changeRunstate(x, vcpu, runstate.runnable)
    x.schedulerOfUnit(v.unit).wake(x, v.unit)
    if (x.isCoarse && v.runstate !== runstate.running && x.isCurrent(v.unit)) x.force(v.processor)
  } else if ((v.pauseFlags & pauseFlag.blocked) === 0 && v.runstate === runstate.blocked) {
    changeRunstate(x, vcpu, runstate.offline)
  }
}

/**
 * Tells the scheduler that a vCPU may have stopped being runnable; does not wait until it has left its pCPU.
 *
 * @category transitions
 * @since 0.1.0
 */
export const sleep = (x: SchedEdit, vcpu: VcpuPlace): void => {
  if (x.events !== null) traceVcpu(x, traceEvent.sleep, vcpu)
  sleepUntold(x, vcpu)
}

/** As {@link sleep}, without the record of it. */
const sleepUntold = (x: SchedEdit, vcpu: VcpuPlace): void => {
  if (x.isVcpuRunnable(vcpu)) return
  const v = x.vcpus.read(vcpu)
  if (v.runstate === runstate.runnable) changeRunstate(x, vcpu, runstate.offline)
  if (!x.isUnitRunnable(v.unit)) x.schedulerOfUnit(v.unit).sleep(x, v.unit)
  else if (v.runstate === runstate.running && runningTotal(x, v.unit) > 1) x.force(v.processor)
}

/**
 * The running vCPU waits for an event.
 *
 * @category transitions
 * @since 0.1.0
 */
export const block = (x: SchedEdit, vcpu: VcpuPlace): void => {
  const v = x.vcpus.write(vcpu)
  v.pauseFlags |= pauseFlag.blocked
  if (x.events !== null) traceVcpu(x, traceEvent.block, vcpu)
  x.raise(v.processor)
}

/**
 * The event came.
 *
 * @category transitions
 * @since 0.1.0
 */
export const unblock = (x: SchedEdit, vcpu: VcpuPlace): void => {
  if (!x.isBlocked(vcpu)) return
  x.vcpus.write(vcpu).pauseFlags &= ~pauseFlag.blocked
  wake(x, vcpu)
}

/**
 * The running vCPU gives way.
 *
 * @category transitions
 * @since 0.1.0
 */
export const yieldVcpu = (x: SchedEdit, vcpu: VcpuPlace): void => {
  const v = x.vcpus.read(vcpu)
  x.schedulerOfUnit(v.unit).yield?.(x, v.unit)
  if (x.events !== null) traceVcpu(x, traceEvent.yield, vcpu)
  x.raise(v.processor)
}

/**
 * Sets or clears a pause flag of every vCPU of a unit, without waking or putting to sleep.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setUnitFlag = (x: SchedEdit, unit: UnitPlace, flag: number, isSet: boolean): void => {
  for (const vcpu of x.units.read(unit).vcpus) {
    const v = x.vcpus.write(vcpu)
    v.pauseFlags = isSet ? v.pauseFlags | flag : v.pauseFlags & ~flag
  }
}

/**
 * Binds a unit to the resource of a master, and its vCPUs to the pCPUs of that in their order.
 *
 * @category transitions
 * @since 0.1.0
 */
export const bind = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): void => {
  if (x.units.read(unit).master === pcpu) return
  const u = x.units.write(unit)
  u.master = pcpu
  let thread = pcpu
  for (const vcpu of u.vcpus) x.vcpus.write(vcpu).processor = thread++
}

// -------------------------------------------------------------------------------------
// transitions: migration
// -------------------------------------------------------------------------------------

/**
 * Begins to move a unit: its vCPUs stop being runnable.
 *
 * @category transitions
 * @since 0.1.0
 */
export const migrateStart = (x: SchedEdit, unit: UnitPlace): void => {
  for (const vcpu of x.units.read(unit).vcpus) {
    x.vcpus.write(vcpu).pauseFlags |= pauseFlag.migrating
    sleepUntold(x, vcpu)
  }
}

/**
 * Ends a move once the unit runs nowhere: the scheduler picks a pCPU, the vCPUs wake there.
 *
 * @category transitions
 * @since 0.1.0
 */
export const migrateFinish = (x: SchedEdit, unit: UnitPlace): void => {
  const u = x.units.read(unit)
  if (u.isRunning) return
  for (const vcpu of u.vcpus) if ((x.vcpus.read(vcpu).pauseFlags & pauseFlag.migrating) === 0) return
  const scheduler = x.schedulerOfUnit(unit)
  const pcpu = scheduler.pickResource(x, unit)
  setUnitFlag(x, unit, pauseFlag.migrating, false)
  if (scheduler.migrate) scheduler.migrate(x, unit, pcpu)
  else bind(x, unit, pcpu)
  for (const vcpu of u.vcpus) wake(x, vcpu)
}

// -------------------------------------------------------------------------------------
// transitions: pCPUs
// -------------------------------------------------------------------------------------

/**
 * The SCHEDULE softirq of a pCPU that is a resource of its own.
 *
 * @category transitions
 * @since 0.1.0
 */
export const schedule = (x: SchedEdit, pcpu: PcpuId): void => {
  const p = x.pcpus.read(pcpu)
  const prev = p.curr
  x.executingPcpu = pcpu
  if (p.pool < 0) {
    x.nextUnit = pcpu
    x.nextSliceNs = -1
  } else {
    x.nextMigrated = false
    x.schedulerOfPool(p.pool).schedule(x, pcpu, prev)
    traceDecision(x, pcpu, prev)
  }
  const next = x.nextUnit
  if (x.nextSliceNs >= 0) x.timers.set(p.sliceTimer, x.nowNs + x.nextSliceNs)
  else x.timers.stop(p.sliceTimer)
  if (next === prev) {
    if (x.events !== null) traceContinue(x, prev, x.units.read(prev).vcpus[0] as number)
    return
  }
  if (x.events !== null) traceSwitch(x, prev, next)
  x.switchesTotal++
  x.pcpus.write(pcpu).curr = next
  const n = x.units.write(next)
  n.isRunning = true
  n.stateEntryNs = x.nowNs
  switchVcpus(x, pcpu, x.units.read(prev).vcpus[0] as number, n.vcpus[0] as number)
  if (x.params.contextSwitchNs === 0) return finishSwitch(x, pcpu, prev)
  x.pcpus.write(pcpu).switchFrom = prev
  x.timers.set(p.switchTimer, x.nowNs + x.params.contextSwitchNs)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Adds the time since the last change to the state that ends. */
const account = (v: Vcpu, nowNs: number): void => {
  const delta = nowNs - v.stateEntryNs
  if (delta <= 0) return
  if (v.runstate === runstate.running) v.runningNs += delta
  else if (v.runstate === runstate.runnable) v.runnableNs += delta
  else if (v.runstate === runstate.blocked) v.blockedNs += delta
  else v.offlineNs += delta
  v.stateEntryNs = nowNs
}

/** @internal How many vCPUs of a unit are in run state running; one alone is never looked at. */
export const runningTotal = (x: SchedEdit, unit: UnitPlace): number => {
  const { vcpus } = x.units.read(unit)
  if (vcpus.length === 1) return 1
  let total = 0
  for (const vcpu of vcpus) if (x.vcpus.read(vcpu).runstate === runstate.running) total++
  return total
}

/** @internal On one pCPU `next` takes the place of `prev`, which is still marked as running. */
export const switchVcpus = (x: SchedEdit, pcpu: PcpuId, prev: number, next: number): void => {
  const p = x.vcpus.read(prev)
  const isBlocked = (p.pauseFlags & pauseFlag.blocked) !== 0
  const isRunnable = !isBlocked && x.isVcpuRunnable(prev)
  changeRunstate(x, prev, isBlocked ? runstate.blocked : isRunnable ? runstate.runnable : runstate.offline)
  changeRunstate(x, next, runstate.running)
  const n = x.vcpus.write(next)
  n.isRunning = true
  n.switchesIn++
  if (n.lastPcpu >= 0 && n.lastPcpu !== pcpu) n.migrationsTotal++
  n.lastPcpu = pcpu
  if (p.domain >= 0) x.guests.stop(prev)
}

/** @internal A pCPU that is a resource of its own has left a unit; what it runs now begins. */
export const finishSwitch = (x: SchedEdit, pcpu: PcpuId, prev: number): void => {
  const u = x.units.write(prev)
  x.vcpus.write(u.vcpus[0] as number).isRunning = false
  finishUnit(x, prev, u)
  const next = x.pcpus.read(pcpu).curr
  if (!x.isIdleUnit(next)) x.guests.start(x.units.read(next).vcpus[0] as number)
}

/** @internal A unit runs no more: its scheduler hears of it, and a move asked for is made. */
export const finishUnit = (x: SchedEdit, prev: number, u: Unit): void => {
  u.isRunning = false
  u.stateEntryNs = x.nowNs
  const pool = x.poolOfUnit(prev)
  if (pool >= 0) x.schedulerOfPool(pool).contextSaved?.(x, prev)
  if (!x.isIdleUnit(prev)) migrateFinish(x, prev)
}

/** @internal Counts a decision, and tells of it. */
export const traceDecision = (x: SchedEdit, pcpu: PcpuId, prev: number): void => {
  x.decisionsTotal++
  if (x.sink === null) return
  const p = x.units.read(prev)
  const n = x.units.read(x.nextUnit)
  x.sink.push({
    _tag: 'Decision',
    atNs: x.nowNs,
    pcpu,
    prevDomid: p.domain < 0 ? -1 : x.domains.read(p.domain).domid,
    prevUnit: p.unitId,
    nextDomid: n.domain < 0 ? -1 : x.domains.read(n.domain).domid,
    nextUnit: n.unitId,
    sliceNs: x.nextSliceNs,
    isMigrated: x.nextMigrated
  })
}
