/**
 * What credit2 shows of itself, in the field order of the golden traces.
 *
 * @since 0.1.0
 */
import type { PoolPlace, UnitPlace } from '../../abi/index.js'
import { BitSet, Table } from '../../prelude/index.js'

import type { Sched } from '../model.js'

import type { DomainRow, Instance, Runqueue, UnitRow } from './model.js'
import { isCapped } from './model.js'
import { listAt, queueAt, unitRowAt } from '../rows.js'

/** Names a unit as traces do. */
export type UnitName = (unit: UnitPlace) => string

/** The fields of a pool. */
export const poolSnapshot = (sched: Sched, pool: PoolPlace, nameOf: UnitName): object => {
  const { runqueues, domains } = Table.get(sched.instances, pool) as Instance
  const caps: object[] = []
  for (const slot of domains) {
    const domain = Table.get(sched.domains, slot)
    const d = Table.get(sched.domainPrivate, slot) as DomainRow
    if (d.cap === 0) continue
    caps.push({
      dom: domain.domid,
      cap: d.cap,
      totBudget: d.totalBudget,
      budget: d.budget,
      nextRepl: d.nextReplenishNs
    })
  }
  return {
    rqs: runqueues.map((queue) => {
      const q = queueAt(sched, queue) as Runqueue
      return {
        id: q.id,
        load: q.load,
        avgload: q.avgload,
        bAvgload: q.balanceAvgload,
        loadUpd: q.loadUpdated,
        maxWeight: q.maxWeight,
        pickBias: q.pickBias,
        active: BitSet.toHex(q.active),
        idle: BitSet.toHex(q.idle),
        smtIdle: BitSet.toHex(q.smtIdle),
        tickled: BitSet.toHex(q.tickled),
        runq: listAt(sched, queue).map(nameOf),
        svc: q.svc.map(nameOf)
      }
    }),
    caps
  }
}

/** The fields of a unit. */
export const unitSnapshot = (sched: Sched, unit: UnitPlace): object => {
  const s = unitRowAt(sched, unit) as UnitRow
  const queue = s.runqueue < 0 ? null : (queueAt(sched, s.runqueue) as Runqueue)
  return {
    rq: queue === null ? -1 : queue.id,
    credit: s.credit,
    weight: s.weight,
    residual: s.residual,
    avgload: s.avgload,
    loadUpd: s.loadUpdated,
    flags: s.flags,
    startTime: s.startNs,
    tickledCpu: s.tickledPcpu,
    ...(!isCapped(s) ? {} : { budget: s.budget, quota: s.budgetQuota, parked: s.isParked })
  }
}
