/**
 * What arinc653 shows of itself, in the field order of the golden traces.
 *
 * @since 0.1.0
 */
import type { PoolPlace, UnitPlace } from '../../abi/index.js'
import { Table } from '../../prelude/index.js'

import type { Sched } from '../model.js'

import type { Instance, UnitRow } from './model.js'
import { unitRowAt } from '../rows.js'

/** The fields of a pool. */
export const poolSnapshot = (sched: Sched, pool: PoolPlace): object => {
  const own = Table.get(sched.instances, pool) as Instance
  return {
    index: own.index,
    entries: own.entries.length,
    majorFrame: own.majorFrameNs,
    nextMajorFrame: own.nextMajorNs,
    nextSwitch: own.nextSwitchNs
  }
}

/** The fields of a unit. */
export const unitSnapshot = (sched: Sched, unit: UnitPlace): object => ({
  awake: (unitRowAt(sched, unit) as UnitRow).isAwake
})
