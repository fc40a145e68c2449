/**
 * Which domains and vCPUs there are in a stream of outputs, and in which run state each is: what the
 * report, the time line and the trace all need to know.
 *
 * A domid may be used by one domain after the other; each has a record of its own. A watch is changed in
 * place by its owner. It grows with the number of vCPUs that ever lived in the window, not with the number
 * of outputs.
 *
 * @since 0.1.0
 */
import { runstate } from '../../abi/index.js'
import type { DomainId, PcpuId, VcpuId } from '../../abi/index.js'

import type { Scene } from './Scene.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface WatchedVcpu {
  /** Place of its domain in the watch. */
  readonly domain: number
  readonly vcpuId: VcpuId
  /** Number of the run state it is in. */
  state: number
  /** Since when; the start of the watch for states that are older. */
  sinceNs: number
  /** The pCPU it runs on, or ran on last; -1 before its first run. */
  pcpu: PcpuId
}

/**
 * @category model
 * @since 0.1.0
 */
export interface WatchedDomain {
  readonly domid: DomainId
  name: string
  readonly bornNs: number
  /** -1 while it lives. */
  endedNs: number
  /** Places of its vCPUs in the watch, by vCPU id; -1 for one not met yet. */
  readonly vcpus: number[]
}

/**
 * @category model
 * @since 0.1.0
 */
export interface Watch {
  readonly fromNs: number
  readonly domains: WatchedDomain[]
  readonly vcpus: WatchedVcpu[]
  /** Place of the living domain of each domid, -1 for none. */
  readonly live: number[]
  /** How often a host was not in the state that the outputs before it lead to: some were left out. */
  mismatchesTotal: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A watch that begins at the time of `scene`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const startWatch = (scene: Scene): Watch => {
  const watch: Watch = { fromNs: scene.nowNs, domains: [], vcpus: [], live: [], mismatchesTotal: 0 }
  syncWatch(watch, scene)
  watch.mismatchesTotal = 0
  return watch
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The place of a vCPU that an output names; one not met before gets a record, in the state `from` since the
 * birth of its domain.
 *
 * @category transitions
 * @since 0.1.0
 */
export const meetVcpu = (
  watch: Watch,
  scene: Scene,
  met: { readonly domid: DomainId; readonly vcpu: number; readonly from: number; readonly atNs: number }
): number => {
  const place = meetDomain(watch, scene, met.domid, met.atNs)
  const domain = watch.domains[place] as WatchedDomain
  const known = domain.vcpus[met.vcpu] ?? -1
  if (known >= 0) return known
  while (domain.vcpus.length <= met.vcpu) domain.vcpus.push(-1)
  const index = watch.vcpus.length
  domain.vcpus[met.vcpu] = index
  watch.vcpus.push({ domain: place, vcpuId: met.vcpu, state: met.from, sinceNs: domain.bornNs, pcpu: -1 })
  return index
}

/**
 * Notes a run state of a vCPU.
 *
 * @category transitions
 * @since 0.1.0
 */
export const enterState = (
  vcpu: WatchedVcpu,
  entered: { readonly to: number; readonly atNs: number; readonly pcpu: PcpuId }
): void => {
  vcpu.state = entered.to
  vcpu.sinceNs = entered.atNs
  if (entered.to === runstate.running) vcpu.pcpu = entered.pcpu
}

/**
 * Notes the end of a domain. Gives its place, -1 when it was not known.
 *
 * @category transitions
 * @since 0.1.0
 */
export const endDomain = (watch: Watch, domid: DomainId, atNs: number): number => {
  const place = watch.live[domid] ?? -1
  if (place < 0) return -1
  watch.live[domid] = -1
  ;(watch.domains[place] as WatchedDomain).endedNs = atNs
  return place
}

/**
 * Compares the watch with a host, at the end of a slice of time: meets vCPUs that no output named, takes
 * over names, and puts right (and counts) what differs.
 *
 * @category transitions
 * @since 0.1.0
 */
export const syncWatch = (watch: Watch, scene: Scene): void => {
  const present = new Set<number>()
  for (const { domid, name, vcpus } of scene.domains()) {
    present.add(domid)
    const domain = watch.domains[meetDomain(watch, scene, domid, scene.nowNs)] as WatchedDomain
    domain.name = name
    for (const v of vcpus) {
      const id = v.vcpuId
      const isNew = (domain.vcpus[id] ?? -1) < 0
      const from = runstate.offline
      const at = meetVcpu(watch, scene, { domid, vcpu: id, from, atNs: scene.nowNs })
      const watched = watch.vcpus[at] as WatchedVcpu
      if (isNew) watched.pcpu = v.lastPcpu
      if (watched.state === v.state) continue
      watch.mismatchesTotal++
      enterState(watched, { to: v.state, atNs: scene.nowNs, pcpu: v.pcpu })
    }
  }
  watch.live.forEach((place, domid) => {
    if (place < 0 || present.has(domid)) return
    watch.mismatchesTotal++
    endDomain(watch, domid, scene.nowNs)
  })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * How people call a domain: its name, or its domid when it has none.
 *
 * @category queries
 * @since 0.1.0
 */
export const labelOf = (domain: { readonly domid: DomainId; readonly name: string }): string =>
  domain.name === '' ? `Domain ${domain.domid}` : domain.name

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const meetDomain = (watch: Watch, scene: Scene, domid: DomainId, atNs: number): number => {
  while (watch.live.length <= domid) watch.live.push(-1)
  const known = watch.live[domid] as number
  if (known >= 0) return known
  const origin = scene.origin(domid)
  const created = origin?.createdNs ?? atNs
  const bornNs = Math.min(atNs, Math.max(created, watch.fromNs))
  const place = watch.domains.length
  watch.live[domid] = place
  watch.domains.push({ domid, name: origin?.name ?? '', bornNs, endedNs: -1, vcpus: [] })
  return place
}
