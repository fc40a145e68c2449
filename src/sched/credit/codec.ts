/**
 * The private rows of credit in host files, and the rules that tie them to the rest of the slice.
 *
 * @since 0.1.0
 */
import { Codec, eventClass, pcpusTotal, schedulerTimerKind } from '../../abi/index.js'
import type { DomainPlace, PcpuId, PoolPlace, TimerId, Topology, UnitPlace } from '../../abi/index.js'
import { BitSet, Table } from '../../prelude/index.js'

import { isDecidedBy } from '../granularity.js'
import { idleUnitOf } from '../model.js'
import type { PrivateRow, Sched } from '../model.js'
import type { HostContext, RowCodecs } from '../rowCodecs.js'

import type { DomainRow, Instance, PcpuRow, UnitRow } from './model.js'
import { capUnchanged, flag, priority, timesliceMaxMs } from './model.js'
import { unitAt, unitRowAt, unitsTotal } from '../rows.js'

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/** Row codecs for a host of that many pCPUs. */
export const creditCodecs = (topology: Topology): RowCodecs => {
  const { natural, integer, integerFrom, listOf, closed } = Codec
  const count = pcpusTotal(topology)
  const pcpus = Codec.bitSetOf(count)
  const word = integerFrom(-2147483648, 2147483647)
  const counter = integerFrom(0, 4294967295)
  return {
    instance: row(
      closed<Instance>('credit instance', {
        cpus: pcpus,
        idlers: owned(pcpus),
        balanceBias: owned(listOf(integerFrom(0, count - 1))),
        runqSort: counter,
        timesliceMs: integerFrom(1, timesliceMaxMs),
        ratelimitNs: integerFrom(0, 500_000_000),
        migrationDelayNs: integerFrom(0, 100_000_000),
        activeDomains: listOf(natural),
        creditBalance: word,
        master: integerFrom(-1, count - 1),
        timer: integerFrom(-1, Number.MAX_SAFE_INTEGER)
      })
    ),
    queue: Codec.plainData as Codec.Codec<PrivateRow>,
    unit: row(
      closed<UnitRow>('credit unit', {
        startNs: integer,
        flags: integerFrom(0, flag.parked + flag.yield + flag.migrating + flag.pinned),
        priority: integerFrom(priority.idle, priority.boost),
        credit: word,
        residual: integerFrom(0, 999_999),
        lastSchedNs: natural
      })
    ),
    domain: row(
      closed<DomainRow>('credit domain', {
        weight: integerFrom(1, 0xffff),
        cap: integerFrom(0, capUnchanged - 1),
        activeUnits: listOf(natural)
      })
    ),
    pcpu: row(
      closed<PcpuRow>('credit pCPU', {
        runq: owned(listOf(natural)),
        runnableTotal: natural,
        sortLast: counter,
        idleBias: integerFrom(0, count - 1),
        lastBalanceNs: natural,
        ticksTotal: natural,
        ticker: natural
      })
    ),
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

/** Rows own these lists and write to them; what was read is a fresh array. */
const owned = (codec: Codec.Codec<ReadonlyArray<number>>): Codec.Codec<number[]> =>
  codec as unknown as Codec.Codec<number[]>

/** What would make the scheduler of one pool stumble. */
const faultOf = (sched: Sched, pool: PoolPlace, context: HostContext): Codec.Fault | null => {
  const instance = Table.get(sched.instances, pool) as Instance | null
  if (instance === null) return [`instances[${pool}]`, 'missing']
  const own = instanceFault(sched, pool, instance, context)
  if (own !== null) return [`instances[${pool}].${own[0]}`, own[1]]
  for (const pcpu of BitSet.toArray(instance.cpus)) {
    const fault = pcpuFault(sched, pool, pcpu, context)
    if (fault !== null) return fault
  }
  for (const domain of sched.domainOrder) {
    if (Table.get(sched.domains, domain).pool !== pool) continue
    const fault = domainFault(sched, domain, instance)
    if (fault !== null) return fault
  }
  return null
}

const instanceFault = (
  sched: Sched,
  pool: PoolPlace,
  instance: Instance,
  context: HostContext
): Codec.Fault | null => {
  const { cpus, idlers, balanceBias, activeDomains, master, timer } = instance
  for (let pcpu = 0; pcpu < sched.pcpus.length; pcpu++)
    if (BitSet.has(cpus, pcpu) !== isDecidedBy(sched, pool, pcpu))
      return ['cpus', 'not the pCPUs that it schedules']
  if (!BitSet.isSubset(idlers, cpus)) return ['idlers', 'has a pCPU of another instance']
  if (balanceBias.length !== sched.topology.nodesTotal) return ['balanceBias', 'not one for each NUMA node']
  if (new Set(activeDomains).size !== activeDomains.length) return ['activeDomains', 'names a domain twice']
  for (const domain of activeDomains) {
    const isHere = sched.domainOrder.includes(domain) && Table.get(sched.domains, domain).pool === pool
    if (!isHere) return ['activeDomains', 'names a domain that is not in the pool']
  }
  if (BitSet.isEmpty(cpus)) return timer === -1 ? null : ['timer', 'without a pCPU there is no accounting']
  if (master < 0 || !BitSet.has(cpus, master)) return ['master', 'not one of its pCPUs']
  const isOwn = isTimer(context, timer, schedulerTimerKind.creditAccounting, pool)
  return isOwn ? null : ['timer', 'not the accounting timer of this pool']
}

const isTimer = (context: HostContext, timer: TimerId, kind: number, payload: number): boolean => {
  const key = context.keyOf(timer)
  return key !== null && key.class === eventClass.scheduler && key.k1 === kind && key.payload === payload
}

const pcpuFault = (sched: Sched, pool: PoolPlace, pcpu: PcpuId, context: HostContext): Codec.Fault | null => {
  const at = `pcpuPrivate[${pcpu}]`
  const own = Table.get(sched.pcpuPrivate, pcpu) as PcpuRow | null
  if (own === null) return [at, 'missing']
  if (unitRowAt(sched, pcpu) === null) return [`unitPrivate[${pcpu}]`, 'missing']
  if (!isTimer(context, own.ticker, schedulerTimerKind.creditTick, pcpu))
    return [`${at}.ticker`, 'not the tick timer of this pCPU']
  const { curr } = Table.get(sched.pcpus, pcpu)
  const guests = own.runq.filter((unit) => unit !== pcpu)
  if (
    curr === idleUnitOf(pcpu) ? guests.length !== own.runq.length : own.runq.indexOf(pcpu) !== guests.length
  )
    return [`${at}.runq`, 'ends with the idle unit while a guest runs, and only then']
  if (new Set(own.runq).size !== own.runq.length) return [`${at}.runq`, 'has a unit twice']
  const isHere = (unit: UnitPlace): boolean => {
    if (unit < sched.pcpus.length || unit >= unitsTotal(sched) || unit === curr) return false
    const u = unitAt(sched, unit)
    return u.isUsed && u.master === pcpu && Table.get(sched.domains, u.domain).pool === pool
  }
  return guests.every(isHere) ? null : [`${at}.runq`, 'has a unit that is not waiting for this pCPU']
}

const domainFault = (sched: Sched, domain: DomainPlace, instance: Instance): Codec.Fault | null => {
  const own = Table.get(sched.domainPrivate, domain) as DomainRow | null
  if (own === null) return [`domainPrivate[${domain}]`, 'missing']
  const at = `domainPrivate[${domain}].activeUnits`
  const { units } = Table.get(sched.domains, domain)
  if (new Set(own.activeUnits).size !== own.activeUnits.length) return [at, 'names a unit twice']
  if (!own.activeUnits.every((unit) => units.includes(unit))) return [at, 'not a unit of this domain']
  if (instance.activeDomains.includes(domain) !== own.activeUnits.length > 0)
    return [at, 'the pool counts a domain as active when it has an active unit']
  const missing = units.find((unit) => unitRowAt(sched, unit) === null)
  return missing === undefined ? null : [`unitPrivate[${missing}]`, 'missing']
}
