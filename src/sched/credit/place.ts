/**
 * Where credit wants units to run: the pCPU a unit is bound to, and the idle pCPUs that hear of a unit just
 * queued. Sections 6.1 and 6.2 of the specification.
 *
 * @since 0.1.0
 */
import { socketOf } from '../../abi/index.js'
import type { PcpuId, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import type { SchedEdit } from '../SchedEdit.js'

import { tracePicked, traceTickle } from './events.js'
import * as M from './model.js'

// -------------------------------------------------------------------------------------
// transitions: tickling
// -------------------------------------------------------------------------------------

/** Asks pCPUs to reschedule because of a unit just queued. Until they do they count as busy. */
export const tickle = (x: SchedEdit, unit: UnitPlace): void => {
  const targets = tickleTargets(x, unit)
  if (BitSet.isEmpty(targets)) return
  if (x.events !== null) for (const pcpu of BitSet.toArray(targets)) traceTickle(x, pcpu)
  BitSet.andNotIn(M.writeInstance(x, x.poolOfUnit(unit)).idlers, targets)
  for (let pcpu = BitSet.first(targets); pcpu >= 0; pcpu = BitSet.next(targets, pcpu)) x.raise(pcpu)
}

const tickleTargets = (x: SchedEdit, unit: UnitPlace): BitSet.BitSet => {
  const home = x.units.read(unit).master
  const idle = BitSet.and(M.readInstance(x, x.poolOfUnit(unit)).idlers, x.poolCpusOf(unit))
  const isNoneIdle = BitSet.isEmpty(idle)
  const running = M.readUnit(x, x.pcpus.read(home).curr).priority
  const isBetter = M.readUnit(x, unit).priority > running
  const homeOnly = BitSet.fromBits(x.pcpuCount, [home])
  if (M.hasFlag(x, unit, M.flag.pinned) && BitSet.has(idle, home)) return homeOnly
  if (running === M.priority.idle || (isNoneIdle && isBetter)) return homeOnly
  if (isNoneIdle) return idle
  for (const isSoft of stepsOf(x, unit)) {
    const found = BitSet.and(stepMask(x, unit, isSoft), idle)
    if (!BitSet.isEmpty(found)) return x.params.tickleOneIdleCpu ? nextOf(x, found) : found
    if (!isSoft && isBetter) return homeOnly
  }
  return BitSet.make(x.pcpuCount)
}

/** The idle pCPU after the one that was tickled last from the executing pCPU. */
const nextOf = (x: SchedEdit, idle: BitSet.BitSet): BitSet.BitSet => {
  const executing = x.executingPcpu
  const next = BitSet.cycle(idle, x.pcpus.read(executing).lastTickled)
  x.pcpus.write(executing).lastTickled = next
  return BitSet.fromBits(x.pcpuCount, [next])
}

// -------------------------------------------------------------------------------------
// transitions: choice of a pCPU
// -------------------------------------------------------------------------------------

/**
 * The pCPU on which a unit should be: an idle one with the most idle neighbours, or with power savings the
 * fewest; its own if nothing is better. `isCommitted` moves the bias on, so that the next one goes elsewhere.
 */
export const pickPcpu = (x: SchedEdit, unit: UnitPlace, isCommitted: boolean): number => {
  const home = x.units.read(unit).master
  const instance = M.readInstance(x, x.poolOfUnit(unit))
  const online = x.poolCpusOf(unit)
  let chosen = home
  let bias = -1
  for (const isSoft of stepsOf(x, unit)) {
    const mask = BitSet.copy(BitSet.and(stepMask(x, unit, isSoft), online))
    if (isSoft && BitSet.isEmpty(mask)) continue
    chosen = BitSet.testOrCycle(mask, home)
    const idle = BitSet.copy(instance.idlers)
    if (chosen === home && isQueueIdle(x, home)) BitSet.setIn(idle, home)
    BitSet.andIn(mask, idle)
    if (!BitSet.has(mask, chosen) && !BitSet.isEmpty(mask)) chosen = BitSet.cycle(mask, chosen)
    const widest = spread(x, mask, idle, chosen)
    chosen = widest.chosen
    if (widest.bias >= 0) bias = widest.bias
    if (BitSet.has(idle, chosen)) break
  }
  if (isCommitted && bias >= 0) M.writePcpu(x, bias).idleBias = chosen
  if (x.events !== null) tracePicked(x, unit, chosen)
  return chosen
}

/**
 * Goes from `start` through the groups of the idle pCPUs in `mask` and gives the one in the group with most
 * idle pCPUs, and the pCPU that led to that group (-1 when it is that of `start`).
 */
const spread = (
  x: SchedEdit,
  mask: number[],
  idle: BitSet.BitSet,
  start: number
): { readonly chosen: number; readonly bias: number } => {
  const { threadsPerCore, coresPerSocket } = x.topology
  let chosen = start
  let bias = -1
  BitSet.clearIn(mask, chosen)
  while (!BitSet.isEmpty(mask)) {
    const other = BitSet.cycle(mask, chosen)
    const isNear = socketOf(x.topology, chosen) === socketOf(x.topology, other)
    const size = isNear ? threadsPerCore : threadsPerCore * coresPerSocket
    const group = BitSet.copy(BitSet.and(idle, groupOf(x, other, size)))
    const here = BitSet.countAnd(idle, groupOf(x, chosen, size))
    const there = BitSet.count(group)
    if (x.params.smtPowerSavings ? here > there : here * (isNear ? 1 : 2) < there) {
      BitSet.andIn(group, mask)
      bias = other
      chosen = BitSet.cycle(group, M.readPcpu(x, bias).idleBias)
      BitSet.andNotIn(mask, groupOf(x, chosen, threadsPerCore))
    } else {
      BitSet.andNotIn(mask, group)
    }
  }
  return { chosen, bias }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/** The mask of a step: the soft step prefers, the hard step allows. The pool is not looked at. */
export const stepMask = (x: SchedEdit, unit: UnitPlace, isSoft: boolean): BitSet.BitSet => {
  const { hard, soft } = x.units.read(unit)
  if (!isSoft) return hard
  const both = BitSet.and(soft, hard)
  return BitSet.isEmpty(both) ? hard : both
}

/** The steps of a search: soft, where it makes a difference, then hard. */
export const stepsOf = (x: SchedEdit, unit: UnitPlace): ReadonlyArray<boolean> =>
  x.hasSoftAffinity(unit) ? softThenHard : hardOnly

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const softThenHard: ReadonlyArray<boolean> = [true, false]
const hardOnly: ReadonlyArray<boolean> = [false]

/** Whether nothing but the idle unit waits on a pCPU. */
const isQueueIdle = (x: SchedEdit, pcpu: PcpuId): boolean => {
  const head = M.readPcpu(x, pcpu).runq[0]
  return head === undefined || x.isIdleUnit(head)
}

/** The pCPUs of the aligned group of `size` that `pcpu` is in: its core or its socket. */
const groupOf = (x: SchedEdit, pcpu: PcpuId, size: number): BitSet.BitSet => {
  const words = BitSet.copy(BitSet.make(x.pcpuCount))
  const first = pcpu - (pcpu % size)
  for (let i = 0; i < size; i++) BitSet.setIn(words, first + i)
  return words
}
