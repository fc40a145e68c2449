/**
 * What rtds shows of itself, in the field order of the golden traces.
 *
 * @since 0.1.0
 */
import type { PoolPlace, QueuePlace, UnitPlace } from '../../abi/index.js'
import { BitSet, Table } from '../../prelude/index.js'

import type { Sched } from '../model.js'

import type { Instance, UnitRow } from './model.js'
import { listAt, unitRowAt } from '../rows.js'

/** The fields of a pool. */
export const poolSnapshot = (sched: Sched, pool: PoolPlace, nameOf: (unit: UnitPlace) => string): object => {
  const own = Table.get(sched.instances, pool) as Instance
  const names = (queue: QueuePlace): ReadonlyArray<string> =>
    queue < 0 ? [] : listAt(sched, queue).map(nameOf)
  return {
    runq: names(own.runq),
    depletedq: names(own.depletedq),
    replq: names(own.replq),
    tickled: BitSet.toHex(own.tickled),
    replTimer: own.timerAtNs
  }
}

/** The fields of a unit. */
export const unitSnapshot = (sched: Sched, unit: UnitPlace): object => {
  const s = unitRowAt(sched, unit) as UnitRow
  return {
    period: s.periodNs,
    budget: s.budgetNs,
    curBudget: s.currentBudgetNs,
    curDeadline: s.deadlineNs,
    lastStart: s.startNs,
    prio: s.level,
    flags: s.flags
  }
}
