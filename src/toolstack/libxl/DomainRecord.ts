/**
 * What the toolstack itself keeps about a domain, in the `userdata` of the hypervisor's list: its
 * configuration (what libxl calls `libxl-json`), the node affinity it asked for, and whether the domain was
 * ever unpaused.
 *
 * @since 0.1.0
 */
import type { DomainId, GuestSpec, PlainData } from '../../abi/index.js'
import type { Domains } from '../../domain/index.js'
import { Domains as DomainList } from '../../domain/index.js'
import type { Host } from '../../machine/index.js'
import { Table } from '../../prelude/index.js'
import type { SchedDomain, Vcpu } from '../../sched/index.js'
import { emptyDomainConfig } from '../cfg/DomainConfig.js'
import type { DomainConfig, DomainType } from '../cfg/DomainConfig.js'
import { vcpuAt } from '../../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `nodeAffinity` is null when it follows from where the vCPUs may run. `broughtUpAtStart` are the vCPUs that
 * the guest kernel will bring up when it starts, and `heedsVcpuSet` is whether it brings a vCPU up later
 * when told to.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainRecord {
  readonly config: DomainConfig
  readonly nodeAffinity: ReadonlyArray<number> | null
  readonly broughtUpAtStart: ReadonlyArray<number>
  readonly heedsVcpuSet: boolean
  /** In domain 0's record: the cpupools with names of their own, until xenstore holds them. */
  readonly poolNames: ReadonlyArray<PoolName>
  /** The process that waits for the domain to shut down; null when there is none. */
  readonly monitor: Monitor | null
}

/**
 * What a process that watches a domain needs to make it once more: what the guest executes (absent when its
 * kernel's command line says it), and the sizes of its files. It wakes up for a suspension once.
 *
 * @category model
 * @since 0.1.0
 */
export interface Monitor {
  readonly workload?: GuestSpec | null | ReadonlyArray<GuestSpec | null>
  readonly sizes: Readonly<Record<string, number>>
  readonly hasSeenSuspension: boolean
}

/**
 * @category model
 * @since 0.1.0
 */
export interface PoolName {
  readonly poolid: number
  readonly name: string
}

/**
 * A domain as the toolstack finds it in a host: the hypervisor's record, the schedulers' and the toolstack's.
 *
 * @category model
 * @since 0.1.0
 */
export interface FoundDomain {
  readonly domain: Domains.Domain
  readonly slot: number
  readonly sched: Readonly<SchedDomain>
  readonly vcpus: ReadonlyArray<Readonly<Vcpu>>
  readonly record: DomainRecord
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const toUserdata = (record: DomainRecord): PlainData => record as unknown as PlainData

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The domain with this id, null when there is none.
 *
 * @category queries
 * @since 0.1.0
 */
export const findDomain = (host: Host, domid: DomainId): FoundDomain | null => {
  const domain = DomainList.find(host.domains, domid)
  if (domain === null) return null
  const { domainOrder, domains } = host.sched
  const slot = domainOrder.find((other) => Table.get(domains, other).domid === domid)
  if (slot === undefined) return null
  const sched = Table.get(domains, slot)
  return {
    domain,
    slot,
    sched,
    vcpus: sched.vcpus.map((vcpu) => vcpuAt(host.sched, vcpu)),
    record: recordOf(domain)
  }
}

/**
 * All domains, by ascending id.
 *
 * @category queries
 * @since 0.1.0
 */
export const allDomains = (host: Host): ReadonlyArray<FoundDomain> =>
  host.domains.records.flatMap(({ domid }) => findDomain(host, domid) ?? [])

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Domains that something else than this toolstack built have no record, or one of another kind. */
const recordOf = (domain: Domains.Domain): DomainRecord => {
  const { type, userdata } = domain.info
  return isRecord(userdata) ? (userdata as unknown as DomainRecord) : recordWithout(type)
}

const isRecord = (userdata: PlainData): boolean =>
  typeof userdata === 'object' &&
  userdata !== null &&
  Object.hasOwn(userdata, 'config') &&
  Object.hasOwn(userdata, 'monitor')

const recordWithout = (type: DomainType): DomainRecord => ({
  config: emptyDomainConfig(type),
  nodeAffinity: null,
  broughtUpAtStart: [],
  heedsVcpuSet: true,
  poolNames: [],
  monitor: null
})
