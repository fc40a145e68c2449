/**
 * What reports, time lines and traces ask about the machine behind the outputs: of a host of ours, or of a
 * trace that a real machine left.
 *
 * @since 0.1.0
 */
import type { DomainId, PcpuId, Topology, VcpuId } from '../../abi/index.js'
import { Domains } from '../../domain/index.js'
import { guestAt, lostUpTo } from '../../machine/index.js'
import type { Host } from '../../machine/index.js'
import { Table } from '../../prelude/index.js'
import { vcpuAt } from '../../sched/index.js'

import type { DomainFacts, PoolFacts } from './facts.js'
import { domainOf, domainsOf, poolsOf } from './facts.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A vCPU and its run state. `pcpu` is the one it is assigned to, `lastPcpu` the one it ran on last, -1 before
 * its first run.
 *
 * @category model
 * @since 0.1.0
 */
export interface SceneVcpu {
  readonly vcpuId: VcpuId
  readonly state: number
  readonly pcpu: PcpuId
  readonly lastPcpu: PcpuId
}

/**
 * A domain and those of its vCPUs that are known, ascending.
 *
 * @category model
 * @since 0.1.0
 */
export interface SceneDomain {
  readonly domid: DomainId
  readonly name: string
  readonly vcpus: ReadonlyArray<SceneVcpu>
}

/**
 * A machine at one moment. `domains` are the living ones, `origin` is the name of one and when it was made,
 * `job` the job that a vCPU has under way.
 *
 * @category model
 * @since 0.1.0
 */
export interface Scene {
  readonly _tag: 'Scene'
  readonly nowNs: number
  readonly topology: Topology
  readonly pools: () => ReadonlyArray<PoolFacts>
  readonly facts: () => ReadonlyArray<DomainFacts>
  readonly factsOf: (domid: DomainId) => DomainFacts | null
  readonly domains: () => ReadonlyArray<SceneDomain>
  readonly origin: (domid: DomainId) => { readonly name: string; readonly createdNs: number } | null
  readonly job: (
    domid: DomainId,
    vcpuId: VcpuId
  ) => { readonly releasedNs: number; readonly deadlineNs: number } | null
  /** Running time that the machine's costs have taken from a vCPU so far. */
  readonly lost: (domid: DomainId, vcpuId: VcpuId) => number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The scene of a host. Nothing is worked out before it is asked for.
 *
 * @category constructors
 * @since 0.1.0
 */
export const sceneOf = (source: Host | Scene): Scene =>
  '_tag' in source
    ? source
    : {
        _tag: 'Scene',
        nowNs: source.nowNs,
        topology: source.sched.topology,
        pools: () => poolsOf(source),
        facts: () => domainsOf(source),
        factsOf: (domid) => domainOf(source, domid),
        domains: () => statesOf(source),
        origin: (domid) => {
          const record = Domains.find(source.domains, domid)
          return record === null ? null : { name: record.info.name, createdNs: record.createdNs }
        },
        job: (domid, vcpuId) => jobOf(source, domid, vcpuId),
        lost: (domid, vcpuId) => lostOf(source, domid, vcpuId)
      }

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const statesOf = (host: Host): ReadonlyArray<SceneDomain> =>
  host.sched.domainOrder.map((slot) => {
    const { domid, vcpus } = Table.get(host.sched.domains, slot)
    return {
      domid,
      name: Domains.find(host.domains, domid)?.info.name ?? '',
      vcpus: vcpus.map((row, vcpuId) => {
        const { runstate: state, processor: pcpu, lastPcpu } = vcpuAt(host.sched, row)
        return { vcpuId, state, pcpu, lastPcpu }
      })
    }
  })

const lostOf = (host: Host, domid: DomainId, vcpuId: VcpuId): number => {
  for (const slot of host.sched.domainOrder) {
    const domain = Table.get(host.sched.domains, slot)
    const vcpu = domain.vcpus[vcpuId]
    if (domain.domid === domid && vcpu !== undefined) return lostUpTo(guestAt(host, vcpu), host.nowNs)
  }
  return 0
}

/** A job under way is the phase of the guest that ends with reporting it. */
const jobOf = (host: Host, domid: DomainId, vcpuId: VcpuId): ReturnType<Scene['job']> => {
  for (const slot of host.sched.domainOrder) {
    const domain = Table.get(host.sched.domains, slot)
    if (domain.domid !== domid) continue
    const guest = guestAt(host, domain.vcpus[vcpuId] as number)
    if (guest.spec === null || !guest.isStarted || guest.then._tag !== 'EndJob') return null
    return guest.then.releasedNs > host.nowNs ? null : guest.then
  }
  return null
}
