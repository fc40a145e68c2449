/**
 * The private rows of null in host files, and the rules that tie them to the rest of the slice.
 *
 * @since 0.1.0
 */
import { Codec, pcpusTotal } from '../../abi/index.js'
import type { PlainData, PoolPlace, Topology, UnitPlace } from '../../abi/index.js'
import { BitSet, Table } from '../../prelude/index.js'

import { isDecidedBy } from '../granularity.js'
import type { PrivateRow, Sched } from '../model.js'
import type { RowCodecs } from '../rowCodecs.js'

import type { Instance, PcpuRow, UnitRow } from './model.js'
import { unitAt, unitRowAt, unitsTotal } from '../rows.js'

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/** Row codecs for a host of that many pCPUs. */
export const nullCodecs = (topology: Topology): RowCodecs => {
  /** Instances own their set and their list and write to them; what was read is a fresh array. */
  const free = Codec.bitSetOf(pcpusTotal(topology)) as unknown as Codec.Codec<number[]>
  const waitq = Codec.listOf(Codec.natural) as unknown as Codec.Codec<number[]>
  return {
    instance: row(Codec.closed<Instance>('null instance', { free, waitq })),
    queue: noRow,
    unit: row(Codec.closed<UnitRow>('null unit', { isWaiting: Codec.truth })),
    domain: noRow,
    pcpu: row(Codec.closed<PcpuRow>('null pCPU', { unit: Codec.integerFrom(-1, Number.MAX_SAFE_INTEGER) })),
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
  'null keeps no such row'
]) as Codec.Codec<PrivateRow>

/** What would make the scheduler of one pool stumble. */
const faultOf = (sched: Sched, pool: PoolPlace): Codec.Fault | null => {
  const own = Table.get(sched.instances, pool) as Instance | null
  if (own === null) return [`instances[${pool}]`, 'missing']
  return pcpusFault(sched, pool, own) ?? unitsFault(sched, pool, own)
}

/** Each pCPU of the pool is free or has a unit of the pool that is bound to it. */
const pcpusFault = (sched: Sched, pool: PoolPlace, own: Instance): Codec.Fault | null => {
  for (let pcpu = 0; pcpu < sched.pcpus.length; pcpu++) {
    const isFree = BitSet.has(own.free, pcpu)
    if (!isDecidedBy(sched, pool, pcpu)) {
      if (isFree) return [`instances[${pool}].free`, `pCPU ${pcpu} is not of this pool`]
      continue
    }
    if (unitRowAt(sched, pcpu) === null) return [`unitPrivate[${pcpu}]`, 'missing']
    const p = Table.get(sched.pcpuPrivate, pcpu) as PcpuRow | null
    if (p === null) return [`pcpuPrivate[${pcpu}]`, 'missing']
    if (isFree !== p.unit < 0) return [`instances[${pool}].free`, `wrong about pCPU ${pcpu}`]
    if (p.unit >= 0 && (guestRow(sched, p.unit, pool) === null || unitAt(sched, p.unit).master !== pcpu))
      return [`pcpuPrivate[${pcpu}].unit`, 'not a unit that is bound to it']
  }
  return null
}

/** Each unit of the pool is in the queue once or not at all, as its row says, and has no pCPU while it is. */
const unitsFault = (sched: Sched, pool: PoolPlace, own: Instance): Codec.Fault | null => {
  for (const [i, unit] of own.waitq.entries()) {
    const isWaiting = guestRow(sched, unit, pool)?.isWaiting === true
    if (!isWaiting || own.waitq.indexOf(unit) !== i)
      return [`instances[${pool}].waitq[${i}]`, 'not a unit of this pool that waits once']
  }
  for (const slot of sched.domainOrder) {
    const domain = Table.get(sched.domains, slot)
    if (domain.pool !== pool) continue
    for (const unit of domain.units) {
      const s = guestRow(sched, unit, pool)
      if (s === null) return [`unitPrivate[${unit}]`, 'missing']
      const { master } = unitAt(sched, unit)
      if (Table.get(sched.pcpus, master).pool !== pool) return [`units[${unit}].master`, 'not of its pool']
      if (!s.isWaiting) continue
      if (!own.waitq.includes(unit)) return [`unitPrivate[${unit}].isWaiting`, 'not what the queue says']
      if ((Table.get(sched.pcpuPrivate, master) as PcpuRow).unit === unit)
        return [`unitPrivate[${unit}].isWaiting`, 'it has a pCPU']
    }
  }
  return null
}

/** The row of a guest unit of the pool, null when there is none. */
const guestRow = (sched: Sched, unit: UnitPlace, pool: PoolPlace): UnitRow | null => {
  if (unit < sched.pcpus.length || unit >= unitsTotal(sched)) return null
  const { domain, isUsed } = unitAt(sched, unit)
  if (!isUsed || Table.get(sched.domains, domain).pool !== pool) return null
  return unitRowAt(sched, unit) as UnitRow | null
}
