/**
 * What null shows of itself, in the field order of the golden traces.
 *
 * @since 0.1.0
 */
import type { PoolPlace, UnitPlace } from '../../abi/index.js'
import { BitSet, Table } from '../../prelude/index.js'

import type { Sched } from '../model.js'

import type { Instance, PcpuRow, UnitRow } from './model.js'
import { unitAt, unitRowAt } from '../rows.js'

/** The fields of a pool. */
export const poolSnapshot = (sched: Sched, pool: PoolPlace, nameOf: (unit: UnitPlace) => string): object => {
  const own = Table.get(sched.instances, pool) as Instance
  return { cpusFree: BitSet.toHex(own.free), waitq: own.waitq.map(nameOf) }
}

/** The fields of a unit. */
export const unitSnapshot = (sched: Sched, unit: UnitPlace): object => {
  const { master } = unitAt(sched, unit)
  return {
    assigned: (Table.get(sched.pcpuPrivate, master) as PcpuRow).unit === unit,
    waiting: (unitRowAt(sched, unit) as UnitRow).isWaiting
  }
}
