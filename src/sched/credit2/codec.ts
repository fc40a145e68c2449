/**
 * The private rows of credit2 in host files, and the rules that tie them to the rest of the slice.
 *
 * @since 0.1.0
 */
import { Codec, eventClass, pcpusTotal } from '../../abi/index.js'
import type { DomainPlace, PoolPlace, QueuePlace, Topology, UnitPlace } from '../../abi/index.js'
import { BitSet, Table } from '../../prelude/index.js'

import { isDecidedBy } from '../granularity.js'
import type { PrivateRow, Sched } from '../model.js'
import type { HostContext, RowCodecs } from '../rowCodecs.js'

import type { DomainRow, Instance, PcpuRow, Runqueue, UnitRow } from './model.js'
import { listAt, queueAt, queuesTotal, unitRowAt, unitsTotal } from '../rows.js'

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

const { integer, natural, truth } = Codec

const places = Codec.listOf(natural)
const place = Codec.integerFrom(-1, Number.MAX_SAFE_INTEGER)

/** Row codecs for a host of that many pCPUs. */
export const credit2Codecs = (topology: Topology): RowCodecs => ({
  instance: row(
    Codec.closed<Instance>('credit2 instance', { ratelimitNs: natural, runqueues: places, domains: places })
  ),
  queue: row(runqueueCodec(topology)),
  unit: row(unitCodec(topology)),
  domain: row(
    Codec.closed<DomainRow>('credit2 domain', {
      weight: Codec.integerFrom(1, Number.MAX_SAFE_INTEGER),
      cap: natural,
      unitsTotal: natural,
      totalBudget: natural,
      budget: integer,
      nextReplenishNs: natural,
      timer: natural,
      parked: places
    })
  ),
  pcpu: row(
    Codec.closed<PcpuRow>('credit2 pCPU', {
      runqueue: natural,
      siblings: Codec.bitSetOf(pcpusTotal(topology))
    })
  ),
  queuesOf: (instance) => (instance as Instance | null)?.runqueues ?? [],
  fault: faultOf
})

const runqueueCodec = (topology: Topology): Codec.Codec<Runqueue> => {
  const pcpus = Codec.bitSetOf(pcpusTotal(topology))
  return Codec.closed<Runqueue>('credit2 run queue', {
    id: natural,
    refs: natural,
    pcpusTotal: natural,
    active: pcpus,
    idle: pcpus,
    tickled: pcpus,
    smtIdle: pcpus,
    svc: places,
    maxWeight: natural,
    pickBias: Codec.integerFrom(0, pcpusTotal(topology) - 1),
    load: integer,
    loadUpdated: natural,
    avgload: integer,
    balanceAvgload: integer
  })
}

const unitCodec = (topology: Topology): Codec.Codec<UnitRow> =>
  Codec.closed<UnitRow>('credit2 unit', {
    runqueue: place,
    credit: integer,
    weight: natural,
    residual: natural,
    startNs: natural,
    flags: Codec.integerFrom(0, 255),
    isQueued: truth,
    isParked: truth,
    budget: integer,
    budgetQuota: natural,
    loadUpdated: natural,
    avgload: integer,
    migrateTo: place,
    tickledPcpu: Codec.integerFrom(-1, pcpusTotal(topology) - 1)
  })

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Tables of rows hold the rows of all schedulers: to them each is an object they know nothing about. */
const row = <A extends object>(codec: Codec.Codec<A>): Codec.Codec<PrivateRow> =>
  codec as unknown as Codec.Codec<PrivateRow>

/** What would make the scheduler of one pool stumble. */
const faultOf = (sched: Sched, pool: PoolPlace, context: HostContext): Codec.Fault | null => {
  const instance = Table.get(sched.instances, pool) as Instance | null
  if (instance === null) return [`instances[${pool}]`, 'missing']
  for (const queue of instance.runqueues) {
    const fault = queueFault(sched, queue)
    if (fault !== null) return fault
  }
  for (let pcpu = 0; pcpu < sched.pcpus.length; pcpu++) {
    if (!isDecidedBy(sched, pool, pcpu)) continue
    const own = Table.get(sched.pcpuPrivate, pcpu) as PcpuRow | null
    if (own === null) return [`pcpuPrivate[${pcpu}]`, 'missing']
    if (!instance.runqueues.includes(own.runqueue))
      return [`pcpuPrivate[${pcpu}].runqueue`, 'no run queue of its pool']
    const idle = unitRowAt(sched, pcpu) as UnitRow | null
    if (idle === null) return [`unitPrivate[${pcpu}]`, 'missing']
    if (idle.budgetQuota > 0) return [`unitPrivate[${pcpu}].budget`, 'idle units have no budget']
  }
  for (const domain of sched.domainOrder) {
    if (Table.get(sched.domains, domain).pool !== pool) continue
    const fault = domainFault(sched, domain, instance, context)
    if (fault !== null) return fault
  }
  return null
}

const queueFault = (sched: Sched, queue: QueuePlace): Codec.Fault | null => {
  if (queue >= queuesTotal(sched)) return [`queues[${queue}]`, 'missing']
  const q = queueAt(sched, queue) as Runqueue | null
  if (q === null) return [`queues[${queue}]`, 'missing']
  if (q.pcpusTotal !== BitSet.count(q.active))
    return [`queues[${queue}].pcpusTotal`, 'not the number of active pCPUs']
  if (q.pcpusTotal > 0 && q.maxWeight < 1) return [`queues[${queue}].maxWeight`, 'no unit weighs less than 1']
  for (const set of ['idle', 'tickled', 'smtIdle'] as const)
    if (!BitSet.isSubset(q[set], q.active))
      return [`queues[${queue}].${set}`, 'has a pCPU that is not active']
  for (const [i, unit] of listAt(sched, queue).entries()) {
    const s = guestRow(sched, unit)
    if (s === null || s.runqueue !== queue || !s.isQueued)
      return [`lists[${queue}][${i}]`, 'not a unit that is queued here']
  }
  for (const [i, unit] of q.svc.entries()) {
    const s = guestRow(sched, unit)
    if (s === null || s.runqueue !== queue)
      return [`queues[${queue}].svc[${i}]`, 'not a unit of this run queue']
  }
  return null
}

const domainFault = (
  sched: Sched,
  domain: DomainPlace,
  instance: Instance,
  context: HostContext
): Codec.Fault | null => {
  const at = `domainPrivate[${domain}]`
  const own = Table.get(sched.domainPrivate, domain) as DomainRow | null
  if (own === null) return [at, 'missing']
  const key = context.keyOf(own.timer)
  if (key === null || key.class !== eventClass.scheduler || key.k1 !== 0 || key.payload !== domain)
    return [`${at}.timer`, 'not a timer of this domain']
  if (own.cap > 0 && own.nextReplenishNs < context.nowNs) return [`${at}.nextReplenishNs`, 'in the past']
  const { units } = Table.get(sched.domains, domain)
  if (own.unitsTotal !== units.length) return [`${at}.unitsTotal`, 'not the number of its units']
  if (!own.parked.every((unit) => units.includes(unit))) return [`${at}.parked`, 'not a unit of this domain']
  for (const unit of units) {
    const s = guestRow(sched, unit)
    if (s === null) return [`unitPrivate[${unit}]`, 'missing']
    if (s.weight < 1) return [`unitPrivate[${unit}].weight`, 'no unit weighs less than 1']
    if (!instance.runqueues.includes(s.runqueue))
      return [`unitPrivate[${unit}].runqueue`, 'no run queue of its pool']
    const isListed = listAt(sched, s.runqueue).filter((other) => other === unit).length
    if (isListed !== (s.isQueued ? 1 : 0)) return [`unitPrivate[${unit}].isQueued`, 'not what its queue says']
    if (s.migrateTo >= queuesTotal(sched)) return [`unitPrivate[${unit}].migrateTo`, 'no run queue']
    if (own.cap === 0 && (s.budgetQuota > 0 || s.budget !== 0))
      return [`unitPrivate[${unit}].budget`, 'has a budget without a cap']
  }
  return null
}

/** The row of a guest unit, null when there is none. */
const guestRow = (sched: Sched, unit: UnitPlace): UnitRow | null =>
  unit < sched.pcpus.length || unit >= unitsTotal(sched) ? null : (unitRowAt(sched, unit) as UnitRow | null)
