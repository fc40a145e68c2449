/**
 * The private rows of rtds in host files, and the rules that tie them to the rest of the slice.
 *
 * @since 0.1.0
 */
import { Codec, eventClass, pcpusTotal, schedulerTimerKind } from '../../abi/index.js'
import type { PlainData, PoolPlace, QueuePlace, Topology, UnitPlace } from '../../abi/index.js'
import { BitSet, Table } from '../../prelude/index.js'

import { isDecidedBy } from '../granularity.js'
import type { PrivateRow, Sched } from '../model.js'
import type { HostContext, RowCodecs } from '../rowCodecs.js'

import type { Instance, Queue, UnitRow } from './model.js'
import { budgetMinUs, flag, isBefore, levelMax, periodMinUs, waiting } from './model.js'
import { listAt, queueAt, queuesTotal, unitAt, unitRowAt, unitsTotal } from '../rows.js'

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/** Row codecs for a host of that many pCPUs. */
export const rtdsCodecs = (topology: Topology): RowCodecs => {
  const place = Codec.integerFrom(-1, Number.MAX_SAFE_INTEGER)
  /** Instances own these sets and write to them; what was read is a fresh array. */
  const ownPcpus = Codec.bitSetOf(pcpusTotal(topology)) as unknown as Codec.Codec<number[]>
  const { natural, truth } = Codec
  return {
    instance: row(
      Codec.closed<Instance>('rtds instance', {
        runq: place,
        depletedq: place,
        replq: place,
        timer: place,
        timerPcpu: Codec.integerFrom(-1, pcpusTotal(topology) - 1),
        timerAtNs: place,
        tickled: ownPcpus,
        idlers: ownPcpus
      })
    ),
    queue: row(
      Codec.closed<Queue>('rtds queue', { pool: natural, role: Codec.oneOf('run', 'depleted', 'replenish') })
    ),
    unit: row(
      Codec.closed<UnitRow>('rtds unit', {
        periodNs: natural,
        budgetNs: natural,
        currentBudgetNs: natural,
        deadlineNs: natural,
        startNs: natural,
        level: Codec.integerFrom(0, levelMax),
        flags: Codec.integerFrom(0, 31),
        waits: Codec.integerFrom(waiting.no, waiting.inDepletedq),
        isInReplq: truth
      })
    ),
    domain: noRow,
    pcpu: noRow,
    queuesOf: (instance) => placesOf(instance as Instance | null).map(([queue]) => queue),
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
  'rtds keeps no such row'
]) as Codec.Codec<PrivateRow>

/** The queues of an instance, none while its pool has no pCPU. */
const placesOf = (own: Instance | null): ReadonlyArray<readonly [queue: QueuePlace, role: Queue['role']]> =>
  own === null || own.timer < 0
    ? []
    : [
        [own.runq, 'run'],
        [own.depletedq, 'depleted'],
        [own.replq, 'replenish']
      ]

/** What would make the scheduler of one pool stumble. */
const faultOf = (sched: Sched, pool: PoolPlace, context: HostContext): Codec.Fault | null => {
  const at = `instances[${pool}]`
  const own = Table.get(sched.instances, pool) as Instance | null
  if (own === null) return [at, 'missing']
  const fault = pcpusFault(sched, pool, own) ?? timerFault(sched, pool, own, context)
  if (fault !== null) return [`${at}.${fault[0]}`, fault[1]]
  for (const [queue, role] of placesOf(own)) {
    const q = queue < 0 || queue >= queuesTotal(sched) ? null : (queueAt(sched, queue) as Queue | null)
    if (q === null || q.pool !== pool || q.role !== role)
      return [at, `place ${queue} is not its ${role} queue`]
    const inside = listFault(sched, pool, queue, role)
    if (inside !== null) return inside
  }
  return unitsFault(sched, pool, own) ?? headFault(sched, at, own)
}

/** The pCPUs of the pool: each has its idle unit's row, and those idle and not tickled are known. */
const pcpusFault = (sched: Sched, pool: PoolPlace, own: Instance): Codec.Fault | null => {
  let pcpus = 0
  for (let pcpu = 0; pcpu < sched.pcpus.length; pcpu++) {
    const p = Table.get(sched.pcpus, pcpu)
    const isOwn = isDecidedBy(sched, pool, pcpu)
    const isIdler = isOwn && p.curr === pcpu && !BitSet.has(own.tickled, pcpu)
    if (isIdler !== BitSet.has(own.idlers, pcpu)) return ['idlers', `wrong about pCPU ${pcpu}`]
    if (!isOwn) continue
    pcpus++
    if (unitRowAt(sched, pcpu) === null) return ['idlers', `pCPU ${pcpu} has no idle unit`]
    const s = p.curr === pcpu ? null : guestRow(sched, p.curr, pool)
    if (p.curr !== pcpu && (s === null || (s.flags & flag.scheduled) === 0))
      return ['idlers', `pCPU ${pcpu} runs a unit that is not scheduled`]
  }
  return (pcpus === 0) === own.timer < 0 ? null : ['timer', 'there while there are pCPUs, and only then']
}

const timerFault = (
  sched: Sched,
  pool: PoolPlace,
  own: Instance,
  context: HostContext
): Codec.Fault | null => {
  if (own.timer < 0) return null
  const key = context.keyOf(own.timer)
  const isOwn =
    key !== null &&
    key.class === eventClass.scheduler &&
    key.k1 === schedulerTimerKind.rtdsReplenish &&
    key.k2 === own.timerPcpu &&
    key.payload === pool
  if (!isOwn) return ['timer', 'not the timer of this pool']
  return own.timerPcpu >= 0 && isDecidedBy(sched, pool, own.timerPcpu)
    ? null
    : ['timerPcpu', 'not a pCPU of the pool']
}

/** The timer is for the deadline at the head of the replenishment queue. */
const headFault = (sched: Sched, at: string, own: Instance): Codec.Fault | null => {
  const head = own.timer < 0 ? undefined : listAt(sched, own.replq)[0]
  const atNs = head === undefined ? -1 : (unitRowAt(sched, head) as UnitRow).deadlineNs
  return own.timerAtNs === atNs ? null : [`${at}.timerAtNs`, 'not the deadline of the first to replenish']
}

const listFault = (
  sched: Sched,
  pool: PoolPlace,
  queue: QueuePlace,
  role: Queue['role']
): Codec.Fault | null => {
  let before: UnitRow | null = null
  for (const [i, unit] of listAt(sched, queue).entries()) {
    const s = guestRow(sched, unit, pool)
    if (s === null) return [`lists[${queue}][${i}]`, 'not a unit of this pool']
    if (role === 'run' && before !== null && isBefore(s, before))
      return [`lists[${queue}][${i}]`, 'more urgent than the one before it']
    before = s
  }
  return null
}

/** Each unit is in the queues that its row names, once; and it is replenished while it waits or runs. */
const unitsFault = (sched: Sched, pool: PoolPlace, own: Instance): Codec.Fault | null => {
  const timesIn = new Map(
    placesOf(own).map(([queue, role]) => {
      const times = new Map<number, number>()
      for (const unit of listAt(sched, queue)) times.set(unit, (times.get(unit) ?? 0) + 1)
      return [role, times]
    })
  )
  const isIn = (unit: UnitPlace, role: Queue['role'], times: 0 | 1): boolean =>
    (timesIn.get(role)?.get(unit) ?? 0) === times
  for (const slot of sched.domainOrder) {
    const domain = Table.get(sched.domains, slot)
    if (domain.pool !== pool) continue
    for (const unit of domain.units) {
      const at = `unitPrivate[${unit}]`
      const s = guestRow(sched, unit, pool)
      if (s === null) return [at, 'missing']
      if (s.periodNs < periodMinUs * 1000 || s.budgetNs < budgetMinUs * 1000 || s.budgetNs > s.periodNs)
        return [`${at}.budgetNs`, 'not a budget for this period']
      if (!isIn(unit, 'run', s.waits === waiting.inRunq ? 1 : 0))
        return [`${at}.waits`, 'not what the queues say']
      if (!isIn(unit, 'depleted', s.waits === waiting.inDepletedq ? 1 : 0))
        return [`${at}.waits`, 'not what the queues say']
      if (!isIn(unit, 'replenish', s.isInReplq ? 1 : 0)) return [`${at}.isInReplq`, 'not what the queue says']
      const isScheduled = (s.flags & flag.scheduled) !== 0
      if (isScheduled && s.waits !== waiting.no) return [`${at}.waits`, 'a scheduled unit does not wait']
      if (s.isInReplq !== (isScheduled || s.waits !== waiting.no))
        return [`${at}.isInReplq`, 'a unit is replenished while it waits or is scheduled']
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
