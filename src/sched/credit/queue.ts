/**
 * credit's run queues - one for each pCPU, by priority, first come first served within one - and what running
 * costs. Sections 3 and 4.1 of the specification.
 *
 * @since 0.1.0
 */
import type { PcpuId, PoolPlace, UnitPlace } from '../../abi/index.js'
import { invariant, notPending } from '../../prelude/index.js'

import type { SchedEdit } from '../SchedEdit.js'

import * as M from './model.js'

// -------------------------------------------------------------------------------------
// transitions: order
// -------------------------------------------------------------------------------------

/** Queues a unit on its pCPU behind all of equal or higher priority; a yielding one lets one more pass. */
export const enqueue = (x: SchedEdit, unit: UnitPlace): void => {
  const pcpu = x.units.read(unit).master
  const row = M.writePcpu(x, pcpu)
  const { runq } = row
  invariant(!runq.includes(unit), 'a unit is queued once')
  const { priority } = M.readUnit(x, unit)
  const behind = runq.findIndex((other) => M.readUnit(x, other).priority < priority)
  let at = behind < 0 ? runq.length : behind
  if (M.hasFlag(x, unit, M.flag.yield)) {
    if (behind < 0) at = isTickerArmed(x, row) ? 0 : at
    else if (behind < runq.length - 1 && isAboveIdle(x, runq[behind] as number)) at++
  }
  runq.splice(at, 0, unit)
}

/** Takes a unit from its pCPU's queue; it yields no more. */
export const dequeue = (x: SchedEdit, unit: UnitPlace): void => {
  const { runq } = M.writePcpu(x, x.units.read(unit).master)
  const at = runq.indexOf(unit)
  invariant(at >= 0, 'a unit that leaves a queue is in it')
  runq.splice(at, 1)
  if (M.hasFlag(x, unit, M.flag.yield)) M.writeUnit(x, unit).flags &= ~M.flag.yield
}

/** Queues a unit that has become runnable. */
export const insert = (x: SchedEdit, unit: UnitPlace): void => {
  enqueue(x, unit)
  M.writePcpu(x, x.units.read(unit).master).runnableTotal++
}

/** Takes a unit from its pCPU's queue that leaves the pCPU or is no longer runnable. */
export const remove = (x: SchedEdit, unit: UnitPlace): void => {
  M.writePcpu(x, x.units.read(unit).master).runnableTotal--
  dequeue(x, unit)
}

/**
 * Puts units with credit before units without, if an accounting came since the last time. The order within
 * each part stays.
 */
export const sort = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): void => {
  const { runqSort } = M.readInstance(x, pool)
  if (M.readPcpu(x, pcpu).sortLast === runqSort) return
  const row = M.writePcpu(x, pcpu)
  row.sortLast = runqSort
  const hasCredit = (unit: UnitPlace): boolean => M.readUnit(x, unit).priority >= M.priority.under
  row.runq = [...row.runq.filter(hasCredit), ...row.runq.filter((unit) => !hasCredit(unit))]
}

// -------------------------------------------------------------------------------------
// transitions: credits
// -------------------------------------------------------------------------------------

/**
 * Charges the running unit for the time since it was charged last. Time below one credit is kept twice, in
 * `residual` and in `startNs`, as the reference does; `startNs` may get ahead of now.
 */
export const burn = (x: SchedEdit, unit: UnitPlace): void => {
  const delta = x.nowNs - M.readUnit(x, unit).startNs
  if (delta <= 0) return
  const s = M.writeUnit(x, unit)
  const total = delta * M.creditsPerMs + s.residual
  invariant(total <= Number.MAX_SAFE_INTEGER, 'credit arithmetic stays exact')
  const burnt = Math.floor(total / nsPerMs)
  s.residual = total - burnt * nsPerMs
  s.credit = (s.credit - burnt) | 0
  s.startNs += burnt * M.creditNs
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const nsPerMs = 1_000_000

const isAboveIdle = (x: SchedEdit, unit: UnitPlace): boolean => M.readUnit(x, unit).priority > M.priority.idle

/**
 * Looked at when a yielding unit finds nobody behind it: there the reference reads past the queue, into the
 * state of the pCPU's ticker (as on x86-64; section 3).
 */
const isTickerArmed = (x: SchedEdit, row: M.PcpuRow): boolean => x.timers.deadline(row.ticker) !== notPending
