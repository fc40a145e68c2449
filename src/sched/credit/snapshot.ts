/**
 * What credit shows of itself, in the field order of the golden traces.
 *
 * @since 0.1.0
 */
import type { DomainPlace, PoolPlace, UnitPlace } from '../../abi/index.js'
import { BitSet, Table } from '../../prelude/index.js'

import type { Sched } from '../model.js'

import type { DomainRow, Instance, PcpuRow, UnitRow } from './model.js'
import { creditsPerTimeslice, weightSum } from './model.js'
import { unitAt, unitRowAt } from '../rows.js'

/** Names a guest unit as traces do. */
export type UnitName = (unit: UnitPlace) => string

/** The fields of a pool. */
export const poolSnapshot = (sched: Sched, pool: PoolPlace, nameOf: UnitName): object => {
  const instance = Table.get(sched.instances, pool) as Instance
  const domainOf = (domain: DomainPlace): DomainRow => Table.get(sched.domainPrivate, domain) as DomainRow
  const count = BitSet.count(instance.cpus)
  return {
    ncpus: count,
    master: instance.master >>> 0,
    credit: creditsPerTimeslice(instance) * count,
    creditBalance: instance.creditBalance,
    weight: weightSum(instance, domainOf),
    runqSort: instance.runqSort,
    balanceBias: instance.balanceBias[0],
    idlers: BitSet.toHex(instance.idlers),
    cpus: BitSet.toArray(instance.cpus).map((pcpu) => {
      const row = Table.get(sched.pcpuPrivate, pcpu) as PcpuRow
      return {
        cpu: pcpu,
        nrRunnable: row.runnableTotal,
        idleBias: row.idleBias,
        lastLB: row.lastBalanceNs,
        sortLast: row.sortLast,
        tick: row.ticksTotal,
        runq: row.runq.map((unit) => (unit < sched.pcpus.length ? 'idle' : nameOf(unit)))
      }
    }),
    activeDoms: instance.activeDomains.map((domain) => Table.get(sched.domains, domain).domid)
  }
}

/** The fields of a unit. */
export const unitSnapshot = (sched: Sched, unit: UnitPlace): object => {
  const s = unitRowAt(sched, unit) as UnitRow
  const { domain } = unitAt(sched, unit)
  return {
    pri: s.priority,
    credit: s.credit,
    residual: s.residual,
    flags: s.flags,
    active: (Table.get(sched.domainPrivate, domain) as DomainRow).activeUnits.includes(unit)
  }
}
