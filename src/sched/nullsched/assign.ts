/**
 * How null gives pCPUs to units and takes them back. A pCPU that becomes free goes to the first waiting unit
 * that fits, those that prefer it before those that only may run there.
 *
 * Being bound to a pCPU and having it are two things: a waiting unit is bound to a pCPU that another unit has
 * or that does not suit it.
 *
 * @since 0.1.0
 */
import { pauseFlag } from '../../abi/index.js'
import type { PcpuId, UnitPlace } from '../../abi/index.js'
import { BitSet, Random, invariant } from '../../prelude/index.js'

import { bind } from '../core.js'
import type { SchedEdit } from '../SchedEdit.js'

import { traceAssign, traceDeassign, tracePicked } from './events.js'
import * as M from './model.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/** Gives a pCPU that nobody has to a unit that does not wait. */
export const assign = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): void => {
  const p = M.writePcpu(x, pcpu)
  invariant(p.unit < 0 && !M.readUnit(x, unit).isWaiting, 'a pCPU has one unit, and none that waits')
  p.unit = unit
  bind(x, unit, pcpu)
  BitSet.clearIn(M.writeInstance(x, x.poolOfUnit(unit)).free, pcpu)
  if (x.events !== null) traceAssign(x, unit, pcpu)
}

/** Takes a unit's pCPU away; true when a waiting unit got it (and is told). */
export const release = (x: SchedEdit, unit: UnitPlace): boolean => {
  const pcpu = x.units.read(unit).master
  const pool = x.poolOfUnit(unit)
  const p = M.writePcpu(x, pcpu)
  invariant(p.unit === unit, 'a unit gives back what it has')
  p.unit = -1
  BitSet.setIn(M.writeInstance(x, pool).free, pcpu)
  if (x.events !== null) traceDeassign(x, unit, pcpu)
  for (const step of steps) {
    for (const waiter of M.readInstance(x, pool).waitq) {
      if (!fits(x, waiter, pcpu, step)) continue
      stopWaiting(x, waiter)
      assign(x, waiter, pcpu)
      x.raise(pcpu)
      return true
    }
  }
  return false
}

/** Puts a unit at the end of the queue. */
export const startWaiting = (x: SchedEdit, unit: UnitPlace): void => {
  M.writeUnit(x, unit).isWaiting = true
  M.writeInstance(x, x.poolOfUnit(unit)).waitq.push(unit)
}

/** Takes a unit off the queue. */
export const stopWaiting = (x: SchedEdit, unit: UnitPlace): void => {
  const { waitq } = M.writeInstance(x, x.poolOfUnit(unit))
  const at = waitq.indexOf(unit)
  invariant(at >= 0, 'a waiting unit is in the queue')
  M.writeUnit(x, unit).isWaiting = false
  waitq.splice(at, 1)
}

/**
 * The pCPU that suits a unit best: its own if it may keep it, else the lowest free one, within soft affinity
 * first. When none is free: any one the unit may run on.
 */
export const place = (x: SchedEdit, unit: UnitPlace): number => {
  const pcpu = search(x, unit)
  if (x.events !== null) tracePicked(x, unit, pcpu)
  return pcpu
}

const search = (x: SchedEdit, unit: UnitPlace): number => {
  const { hard, soft, master } = x.units.read(unit)
  const cpus = x.poolCpusOf(unit)
  const { free } = M.readInstance(x, x.poolOfUnit(unit))
  for (const step of steps) {
    if (step === 'soft' && !x.hasSoftAffinity(unit)) continue
    if (fits(x, unit, master, step)) {
      const holder = M.readPcpu(x, master).unit
      if (holder < 0 || holder === unit) return master
    }
    const allowed = step === 'soft' ? BitSet.and(hard, soft) : hard
    const found = BitSet.firstAnd3(allowed, cpus, free)
    if (found >= 0) return found
  }
  return anyOf(x, BitSet.and(hard, cpus))
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/** The balancing steps in their order. */
export const steps: ReadonlyArray<M.Step> = ['soft', 'hard']

/** Whether a step lets a unit run on a pCPU; units without a useful soft affinity have no soft step. */
export const fits = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId, step: M.Step): boolean => {
  if (step === 'soft' && !x.hasSoftAffinity(unit)) return false
  const { hard, soft } = x.units.read(unit)
  if (!BitSet.has(hard, pcpu) || !BitSet.has(x.poolCpusOf(unit), pcpu)) return false
  return step === 'hard' || BitSet.has(soft, pcpu)
}

/** Whether a unit has the pCPU it is bound to. */
export const isAssigned = (x: SchedEdit, unit: UnitPlace): boolean =>
  M.readPcpu(x, x.units.read(unit).master).unit === unit

/** Whether every vCPU of a unit is down. */
export const isOffline = (x: SchedEdit, unit: UnitPlace): boolean => {
  for (const vcpu of x.units.read(unit).vcpus)
    if ((x.vcpus.read(vcpu).pauseFlags & pauseFlag.down) === 0) return false
  return true
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** A choice that real Xen leaves to chance (DIFF-4): the first one, or as the policy draws. */
const anyOf = (x: SchedEdit, pcpus: BitSet.BitSet): number => {
  const first = BitSet.first(pcpus)
  invariant(first >= 0, 'hard affinity meets the pool')
  if (x.choice._tag === 'Documented') return first
  const list = BitSet.toArray(pcpus)
  if (list.length === 1) return first
  const [at, random] = Random.nextBelow(x.choice.random, list.length, 'null placement')
  x.choice = { _tag: 'Seeded', random }
  return list[at] as number
}
