/**
 * The schedule operation where a resource has several pCPUs: all of them meet, the scheduler decides once for
 * the resource, and every pCPU switches to its vCPU of the chosen unit, or to its idle vCPU if that one can't
 * run. Between decisions single vCPUs of the running unit start and stop by forced switches, of which the
 * scheduler is not asked.
 *
 * @since 0.1.0
 */
import { pauseFlag, runstate } from '../abi/index.js'
import type { PcpuId, UnitPlace, VcpuPlace } from '../abi/index.js'

import { finishUnit, runningTotal, switchVcpus, traceDecision } from './core.js'
import { traceContinue, traceSwitch } from './events.js'
import { idleVcpuOf } from './model.js'
import type { SchedEdit } from './SchedEdit.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The SCHEDULE softirq of any pCPU of a resource. The other pCPUs join in ascending order; the last one to
 * join executes the scheduler, the one that began is the last to switch.
 *
 * @category transitions
 * @since 0.1.0
 */
export const scheduleResource = (x: SchedEdit, starter: number): void => {
  const master = x.masterOf(starter)
  const last = master + x.sizeAt(starter) - 1
  const p = x.pcpus.read(master)
  const prev = p.curr
  x.executingPcpu = starter === last ? last - 1 : last
  x.nextMigrated = false
  x.schedulerOfPool(p.pool).schedule(x, master, prev)
  traceDecision(x, master, prev)
  const next = x.nextUnit
  if (x.nextSliceNs >= 0) x.timers.set(p.sliceTimer, x.nowNs + x.nextSliceNs)
  else x.timers.stop(p.sliceTimer)
  if (next === prev) {
    for (let pcpu = master; pcpu <= last; pcpu++) switchWithin(x, pcpu, pcpu - master, next)
    return
  }
  if (x.events !== null) traceSwitch(x, prev, next)
  switchUnits(x, master, prev, next)
  if (x.params.contextSwitchNs === 0) return finishResource(x, starter, prev)
  x.pcpus.write(master).switchFrom = prev
  x.timers.set(p.switchTimer, x.nowNs + x.params.contextSwitchNs)
}

/**
 * A single pCPU looks whether its vCPU of the running unit should run, and switches to it or away from it.
 * When it need not, or when it is the last vCPU of the unit that runs, the resource reschedules instead.
 *
 * @category transitions
 * @since 0.1.0
 */
export const forceSwitch = (x: SchedEdit, pcpu: PcpuId): void => {
  const master = x.masterOf(pcpu)
  const { curr } = x.pcpus.read(master)
  const vcpu = x.isIdleUnit(curr) ? undefined : x.units.read(curr).vcpus[pcpu - master]
  if (vcpu === undefined) return
  const isRunnable = x.isVcpuRunnable(vcpu)
  const { isRunning } = x.vcpus.read(vcpu)
  if (isRunnable === isRunning || (isRunning && runningTotal(x, curr) === 1)) x.raise(pcpu)
  else if (isRunnable) switchOne(x, pcpu, curr, pcpu, vcpu)
  else switchOne(x, pcpu, curr, vcpu, pcpu)
}

/**
 * The end of a switch that cost time: of the whole resource if the unit changed, else of one pCPU. What
 * happened to the unit's vCPUs meanwhile counts now.
 *
 * @category transitions
 * @since 0.1.0
 */
export const resourceSwitchEnded = (x: SchedEdit, pcpu: PcpuId, prev: number): void => {
  const master = x.masterOf(pcpu)
  const { curr } = x.pcpus.read(master)
  if (prev === curr) finishOne(x, pcpu, curr)
  else finishResource(x, pcpu, prev)
  if (x.isIdleUnit(curr) || !x.isUnitRunnable(curr)) return
  for (const vcpu of x.units.read(curr).vcpus) forceIfWrong(x, vcpu)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/**
 * The vCPU of a unit that a pCPU runs after a decision for that unit; the idle vCPU, whose number is that of
 * the pCPU, if it is absent or can't run. A scheduler that decided for a unit and then, still deciding, asked
 * it to move on (flag `migrating`) found it runnable before: it runs, and leaves at the next decision.
 */
const chosenVcpu = (x: SchedEdit, unit: UnitPlace, thread: number, pcpu: PcpuId): number => {
  if (x.isIdleUnit(unit)) return pcpu
  const vcpu = x.units.read(unit).vcpus[thread]
  if (vcpu === undefined) return pcpu
  const v = x.vcpus.read(vcpu)
  const isPaused = v.pauseCount > 0 || x.domains.read(v.domain).pauseCount > 0
  return isPaused || (v.pauseFlags & ~pauseFlag.migrating) !== 0 ? pcpu : vcpu
}

/** The vCPU of a unit that a pCPU runs now; its idle vCPU if none. */
const currentVcpu = (x: SchedEdit, unit: UnitPlace, thread: number, pcpu: PcpuId): number => {
  if (x.isIdleUnit(unit)) return pcpu
  const vcpu = x.units.read(unit).vcpus[thread]
  return vcpu !== undefined && x.vcpus.read(vcpu).isRunning ? vcpu : pcpu
}

/** The unit goes on; this pCPU changes between its vCPU and the idle one if that is not what it runs. */
const switchWithin = (x: SchedEdit, pcpu: PcpuId, thread: number, unit: UnitPlace): void => {
  const from = currentVcpu(x, unit, thread, pcpu)
  const to = chosenVcpu(x, unit, thread, pcpu)
  if (from !== to) switchOne(x, pcpu, unit, from, to)
  else if (x.events !== null) continueOn(x, pcpu, unit, to)
}

/** Each pCPU of a resource itself records that it goes on with what it runs. */
const continueOn = (x: SchedEdit, pcpu: PcpuId, unit: UnitPlace, vcpu: VcpuPlace): void => {
  const executing = x.executingPcpu
  x.executingPcpu = pcpu
  traceContinue(x, unit, vcpu)
  x.executingPcpu = executing
}

const switchOne = (x: SchedEdit, pcpu: PcpuId, unit: UnitPlace, from: number, to: number): void => {
  x.switchesTotal++
  switchVcpus(x, pcpu, from, to)
  if (x.params.contextSwitchNs === 0) return finishOne(x, pcpu, unit)
  const p = x.pcpus.write(pcpu)
  p.switchFrom = unit
  x.timers.set(p.switchTimer, x.nowNs + x.params.contextSwitchNs)
}

/** One pCPU has switched while the unit goes on: whoever is not in run state running has left. */
const finishOne = (x: SchedEdit, pcpu: PcpuId, unit: UnitPlace): void => {
  leave(x, idleVcpuOf(pcpu))
  const vcpu = x.units.read(unit).vcpus[pcpu - x.masterOf(pcpu)] as number
  leave(x, vcpu)
  if (x.vcpus.read(vcpu).isRunning) x.guests.start(vcpu)
}

/** Every pCPU of the resource changes from what it ran of one unit to what it is to run of another. */
const switchUnits = (x: SchedEdit, master: PcpuId, prev: number, next: number): void => {
  const size = x.sizeAt(master)
  const n = x.units.write(next)
  n.isRunning = true
  n.stateEntryNs = x.nowNs
  for (let thread = 0; thread < size; thread++) {
    const pcpu = master + thread
    x.pcpus.write(pcpu).curr = next === master ? pcpu : next
    if (next === master) markIdle(x, pcpu, true)
    const from = currentVcpu(x, prev, thread, pcpu)
    const to = chosenVcpu(x, next, thread, pcpu)
    if (from === to) {
      if (x.events !== null) continueOn(x, pcpu, next, to)
      continue
    }
    x.switchesTotal++
    switchVcpus(x, pcpu, from, to)
  }
}

/** Every pCPU of the resource has left the unit. */
const finishResource = (x: SchedEdit, starter: number, prev: number): void => {
  const master = x.masterOf(starter)
  const end = master + x.sizeAt(starter)
  for (const vcpu of x.units.read(prev).vcpus) leave(x, vcpu)
  for (let pcpu = master; pcpu < end; pcpu++) leave(x, pcpu)
  if (prev === master) for (let pcpu = master; pcpu < end; pcpu++) markIdle(x, pcpu, false)
  x.executingPcpu = starter
  finishUnit(x, prev, x.units.write(prev))
  const next = x.pcpus.read(master).curr
  if (x.isIdleUnit(next)) return
  for (const vcpu of x.units.read(next).vcpus) if (x.vcpus.read(vcpu).isRunning) x.guests.start(vcpu)
}

const leave = (x: SchedEdit, vcpu: VcpuPlace): void => {
  const v = x.vcpus.read(vcpu)
  if (v.isRunning && v.runstate !== runstate.running) x.vcpus.write(vcpu).isRunning = false
}

/** The idle units of all pCPUs of a resource run and stop with that of the master. */
const markIdle = (x: SchedEdit, pcpu: PcpuId, isRunning: boolean): void => {
  if (x.units.read(pcpu).isRunning === isRunning) return
  const u = x.units.write(pcpu)
  u.isRunning = isRunning
  u.stateEntryNs = x.nowNs
}

/** A vCPU that woke or was put to sleep while its resource switched; a blocked one has SCHEDULE pending. */
const forceIfWrong = (x: SchedEdit, vcpu: VcpuPlace): void => {
  const v = x.vcpus.read(vcpu)
  if (x.isVcpuRunnable(vcpu) !== v.isRunning && !x.isBlocked(vcpu)) x.force(v.processor)
}
