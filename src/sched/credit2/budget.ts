/**
 * credit2's caps: budgets of domains and units, parking, replenishment.
 *
 * @since 0.1.0
 */
import { pauseFlag } from '../../abi/index.js'
import type { DomainPlace, UnitPlace } from '../../abi/index.js'

import { setUnitFlag } from '../core.js'
import type { SchedEdit } from '../SchedEdit.js'

import * as M from './model.js'
import { insertIntoQueue, removeFromQueue, tickleQueue, updateLoad } from './queue.js'

/** Gets budget for a unit that has none left; false when there is none to get and the unit was parked. */
export const grabBudget = (x: SchedEdit, unit: UnitPlace): boolean => {
  if (M.readUnit(x, unit).budget > 0) return true
  const s = M.writeUnit(x, unit)
  const d = M.writeDomain(x, x.units.read(unit).domain)
  d.budget += s.budget
  if (d.budget > 0) {
    s.budget = Math.min(s.budgetQuota, d.budget)
    d.budget -= s.budget
    return true
  }
  s.budget = 0
  park(x, unit)
  return false
}

/** Gives left-over budget back to the domain, and takes the parked units if that makes budget available. */
export const returnBudget = (x: SchedEdit, unit: UnitPlace): ReadonlyArray<number> => {
  const s = M.writeUnit(x, unit)
  const d = M.writeDomain(x, x.units.read(unit).domain)
  d.budget += s.budget
  s.budget = 0
  if (d.budget <= 0) return []
  const parked = d.parked
  d.parked = []
  return parked
}

/** Lets parked units compete again, in the given order. */
export const unpark = (x: SchedEdit, units: ReadonlyArray<UnitPlace>): void => {
  for (const unit of units) {
    setUnitFlag(x, unit, pauseFlag.parked, false)
    const s = M.writeUnit(x, unit)
    s.isParked = false
    if ((s.flags & M.flag.scheduled) !== 0) {
      s.flags |= M.flag.delayedAdd
    } else if (x.isUnitRunnable(unit)) {
      updateLoad(x, s.runqueue, unit, 1)
      insertIntoQueue(x, unit)
      tickleQueue(x, unit)
    }
  }
}

/** The replenishment timer of a domain. */
export const replenish = (x: SchedEdit, domain: DomainPlace): void => {
  const d = M.writeDomain(x, domain)
  const periodNs = x.params.credit2CapPeriodMs * 1_000_000
  do {
    d.nextReplenishNs += periodNs
    d.budget += d.totalBudget
  } while (d.nextReplenishNs <= x.nowNs)
  if (d.budget > 0) {
    d.budget = Math.min(d.budget, d.totalBudget)
    const parked = d.parked
    d.parked = []
    unpark(x, parked)
  }
  x.timers.set(d.timer, d.nextReplenishNs)
}

const park = (x: SchedEdit, unit: UnitPlace): void => {
  setUnitFlag(x, unit, pauseFlag.parked, true)
  const s = M.writeUnit(x, unit)
  if (s.isQueued) {
    removeFromQueue(x, unit)
    updateLoad(x, s.runqueue, unit, -1)
  }
  s.isParked = true
  const d = M.writeDomain(x, x.units.read(unit).domain)
  d.parked = [unit, ...d.parked]
}
