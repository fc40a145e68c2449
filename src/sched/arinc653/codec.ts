/**
 * The private rows of arinc653 in host files, and the rules that tie them to the rest of the slice.
 *
 * @since 0.1.0
 */
import { Codec } from '../../abi/index.js'
import type { PlainData, PoolPlace } from '../../abi/index.js'
import { Table } from '../../prelude/index.js'

import { isDecidedBy } from '../granularity.js'
import type { PrivateRow, Sched } from '../model.js'
import type { HostContext, RowCodecs } from '../rowCodecs.js'

import type { Entry, Instance, UnitRow } from './model.js'
import { entriesMax } from './model.js'
import { unitAt, unitRowAt } from '../rows.js'

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/** Row codecs. */
export const arincCodecs = (): RowCodecs => {
  const { integer, natural } = Codec
  const duration = Codec.integerFrom(1, Number.MAX_SAFE_INTEGER)
  const entry = Codec.closed<Entry>('arinc653 entry', {
    domid: integer,
    vcpu: integer,
    runtimeNs: duration,
    unit: Codec.integerFrom(-1, Number.MAX_SAFE_INTEGER)
  })
  return {
    instance: row(
      Codec.closed<Instance>('arinc653 instance', {
        entries: Codec.listOf(entry),
        majorFrameNs: duration,
        nextMajorNs: natural,
        index: natural,
        nextSwitchNs: natural
      })
    ),
    queue: noRow,
    unit: row(Codec.closed<UnitRow>('arinc653 unit', { isAwake: Codec.truth })),
    domain: noRow,
    pcpu: noRow,
    queuesOf: () => [],
    fault: faultOf
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Tables of rows hold the rows of all schedulers: to them each is an object they know nothing about. */
const row = <A extends object>(codec: Codec.Codec<A>): Codec.Codec<PrivateRow> =>
  codec as unknown as Codec.Codec<PrivateRow>

const noRow = Codec.ruled<PlainData>(Codec.plainData, () => [
  '',
  'arinc653 keeps no such row'
]) as Codec.Codec<PrivateRow>

/** What would make the scheduler of one pool stumble. */
const faultOf = (sched: Sched, pool: PoolPlace, context: HostContext): Codec.Fault | null => {
  const at = `instances[${pool}]`
  const own = Table.get(sched.instances, pool) as Instance | null
  if (own === null) return [at, 'missing']
  const fault = tableFault(own, context.nowNs)
  if (fault !== null) return [`${at}.${fault[0]}`, fault[1]]
  for (const [i, entry] of own.entries.entries())
    if (entry.unit !== unitNamed(sched, pool, entry))
      return [`${at}.entries[${i}].unit`, 'not the unit that the entry names']
  return unitsFault(sched, pool)
}

const tableFault = (own: Instance, nowNs: number): Codec.Fault | null => {
  if (own.entries.length > entriesMax) return ['entries', `more than ${entriesMax}`]
  const sumNs = own.entries.reduce((sum, entry) => sum + entry.runtimeNs, 0)
  if (sumNs > own.majorFrameNs) return ['majorFrameNs', 'shorter than its minor frames']
  if (own.index > entriesMax) return ['index', 'past the end of any table']
  // A table that was just installed has its beginning where the next frame is.
  return own.nextMajorNs <= nowNs || own.nextSwitchNs <= own.nextMajorNs
    ? null
    : ['nextSwitchNs', 'after the end of the major frame']
}

/** The pool's units, idle ones included, have their rows. */
const unitsFault = (sched: Sched, pool: PoolPlace): Codec.Fault | null => {
  const idle = Table.toArray(sched.pcpus).flatMap((_, pcpu) => (isDecidedBy(sched, pool, pcpu) ? [pcpu] : []))
  const guests = sched.domainOrder.flatMap((slot) => {
    const domain = Table.get(sched.domains, slot)
    return domain.pool === pool ? domain.units : []
  })
  for (const unit of [...idle, ...guests])
    if (unitRowAt(sched, unit) === null) return [`unitPrivate[${unit}]`, 'missing']
  return null
}

/** The unit of a pool that an entry names, -1 when there is none. */
const unitNamed = (sched: Sched, pool: PoolPlace, entry: Entry): number => {
  for (const slot of sched.domainOrder) {
    const domain = Table.get(sched.domains, slot)
    if (domain.domid !== entry.domid) continue
    if (domain.pool !== pool) return -1
    return domain.units.find((unit) => unitAt(sched, unit).unitId === entry.vcpu) ?? -1
  }
  return -1
}
