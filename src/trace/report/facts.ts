/**
 * What a report needs to know of a host besides its outputs: pools, weights, caps, and where a vCPU may run.
 *
 * @since 0.1.0
 */
import { pauseFlag, pcpusTotal } from '../../abi/index.js'
import type { DomainId, PoolId, Topology } from '../../abi/index.js'
import type { Host } from '../../machine/index.js'
import { BitSet, Table } from '../../prelude/index.js'
import { poolResourceSize, unitAt, vcpuAt } from '../../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A cpupool: its slot and id, the name of its scheduler, the pCPUs that serve it.
 *
 * @category model
 * @since 0.1.0
 */
export interface PoolFacts {
  readonly slot: number
  readonly poolId: PoolId
  readonly scheduler: string
  readonly cpus: BitSet.BitSet
  /** How many pCPUs schedulers see as one. */
  readonly resourceSize: number
}

/**
 * A domain: the slot of its pool, its weight (null when its scheduler has none), its cap in hundredths of a
 * pCPU (0 for none), and for each vCPU the pCPUs that its hard affinity and its pool allow (its own thread of
 * each where the granularity is coarser than a pCPU), and whether it
 * is kept from running by being paused or taken down.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainFacts {
  readonly domid: DomainId
  readonly poolSlot: number
  readonly weight: number | null
  readonly cap: number
  readonly allowed: ReadonlyArray<BitSet.BitSet>
  readonly held: ReadonlyArray<boolean>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The weight that domains count with whose scheduler knows no weights: all the same.
 *
 * @category constants
 * @since 0.1.0
 */
export const weightEqual = 256

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The pools of a host, by ascending id.
 *
 * @category queries
 * @since 0.1.0
 */
export const poolsOf = (host: Host): ReadonlyArray<PoolFacts> =>
  host.sched.poolOrder.map((slot) => {
    const { id, scheduler, cpus } = Table.get(host.sched.pools, slot)
    return { slot, poolId: id, scheduler, cpus, resourceSize: poolResourceSize(host.sched, slot) }
  })

/**
 * The domains of a host, by ascending domid.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainsOf = (host: Host): ReadonlyArray<DomainFacts> =>
  host.sched.domainOrder.map((slot) => domainAt(host, slot))

/**
 * One domain of a host, null when it is not there.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainOf = (host: Host, domid: DomainId): DomainFacts | null => {
  for (const slot of host.sched.domainOrder)
    if (Table.get(host.sched.domains, slot).domid === domid) return domainAt(host, slot)
  return null
}

/**
 * The set of all pCPUs of a machine.
 *
 * @category queries
 * @since 0.1.0
 */
export const allPcpus = (topology: Topology): BitSet.BitSet => BitSet.full(pcpusTotal(topology))

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const domainAt = (host: Host, slot: number): DomainFacts => {
  const { sched } = host
  const { domid, pool, pauseCount, vcpus } = Table.get(sched.domains, slot)
  const { cpus } = Table.get(sched.pools, pool)
  const size = poolResourceSize(sched, pool)
  const allowed = vcpus.map((vcpu, id) => {
    const { hard } = unitAt(sched, vcpuAt(sched, vcpu).unit)
    return size === 1 ? BitSet.and(hard, cpus) : threadsOf(BitSet.and(hard, cpus), id % size, size, host)
  })
  const held = vcpus.map((vcpu) => {
    const v = vcpuAt(sched, vcpu)
    return pauseCount > 0 || v.pauseCount > 0 || (v.pauseFlags & pauseFlag.down) !== 0
  })
  return { domid, poolSlot: pool, ...paramsAt(host, slot), allowed, held }
}

/** Of each resource whose master is in the set, the one pCPU on which a vCPU can run. */
const threadsOf = (cpus: BitSet.BitSet, thread: number, size: number, host: Host): BitSet.BitSet => {
  const masters = BitSet.toArray(cpus).filter((pcpu) => pcpu % size === 0)
  return BitSet.fromBits(
    pcpusTotal(host.sched.topology),
    masters.map((master) => master + thread)
  )
}

/**
 * Weight and cap stand in the scheduler's own row of the domain under these names, in every scheduler that
 * has them; a row without them belongs to one that has not.
 */
const paramsAt = (host: Host, slot: number): { readonly weight: number | null; readonly cap: number } => {
  const row = Table.get(host.sched.domainPrivate, slot) as { weight?: unknown; cap?: unknown } | null
  const weight = row?.weight
  const cap = row?.cap
  return {
    weight: typeof weight === 'number' && weight > 0 ? weight : null,
    cap: typeof cap === 'number' ? cap : 0
  }
}
