/**
 * Makes a laboratory out of independent draws: references are folded onto what exists. Draws that do not
 * depend on each other shrink on their own, in any order.
 *
 * @since 0.1.0
 */
import { pcpusTotal } from '../abi/index.js'
import type { DomainId, DomainPlan, GuestSpec, Operation, PcpuId } from '../abi/index.js'
import type { Script, ScriptPhase } from '../guest/index.js'

import type { Laboratory, TimedOperation } from './Laboratory.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The laboratory with every domid and pCPU folded onto those that exist, and without operations after its
 * end. Where context switches take time, operations that the machine model does not define there are left
 * out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const settle = (given: Laboratory): Laboratory => {
  const fold: Fold = {
    domid: (domid) => 1 + ((domid - 1) % given.domains.length),
    pcpu: (pcpu) => pcpu % pcpusTotal(given.topology),
    pcpus: (list) => foldPcpus(list, pcpusTotal(given.topology))
  }
  const isGentle = given.params.contextSwitchNs > 0
  const domains = given.domains.map((plan) => settleDomain(plan, fold))
  const operations = given.operations
    .filter(({ atNs, operation }) => atNs <= given.durationNs && !(isGentle && isRough(operation)))
    .map(({ atNs, operation }): TimedOperation => ({ atNs, operation: settleOperation(operation, fold) }))
  return { ...given, domains, operations }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Fold {
  readonly domid: (domid: DomainId) => number
  readonly pcpu: (pcpu: PcpuId) => number
  readonly pcpus: (list: ReadonlyArray<number>) => ReadonlyArray<number>
}

const foldPcpus = (list: ReadonlyArray<number>, total: number): ReadonlyArray<number> =>
  [...new Set(list.map((pcpu) => pcpu % total))].sort((a, b) => a - b)

const roughTags: ReadonlySet<Operation['_tag']> = new Set<Operation['_tag']>([
  'DomainBuild',
  'DomainDestroy',
  'DomainPause',
  'DomainUnpause',
  'VcpuPause',
  'VcpuUnpause',
  'SchedDomainParams',
  'PoolCreate',
  'PoolAddPcpu',
  'PoolRemovePcpu',
  'PoolMoveDomain'
])

const isRough = (operation: Operation): boolean => roughTags.has(operation._tag)

const settleOperation = (operation: Operation, fold: Fold): Operation => {
  if (operation._tag === 'DomainBuild') {
    const domid = fold.domid(operation.plan.domid)
    return { _tag: 'DomainBuild', plan: settleDomain({ ...operation.plan, domid }, fold) }
  }
  if ('pcpu' in operation) return { ...operation, pcpu: fold.pcpu(operation.pcpu) }
  if (!('domid' in operation)) return operation
  const folded = { ...operation, domid: fold.domid(operation.domid) }
  return folded._tag === 'VcpuAffinity' ? { ...folded, pcpus: fold.pcpus(folded.pcpus) } : folded
}

const settleDomain = (plan: DomainPlan, fold: Fold): DomainPlan => ({
  ...plan,
  info: { ...plan.info, name: `d${plan.domid}` },
  vcpus: plan.vcpus.map((vcpu) => ({
    ...vcpu,
    hard: vcpu.hard === null ? null : fold.pcpus(vcpu.hard),
    soft: vcpu.soft === null ? null : fold.pcpus(vcpu.soft),
    guest: vcpu.guest === null ? null : settleGuest(vcpu.guest, fold)
  }))
})

const settleGuest = (guest: GuestSpec, fold: Fold): GuestSpec => {
  if (guest.program !== 'script') return guest
  const { phases } = guest.config as unknown as Script
  const folded = phases.map(({ runNs, then }): ScriptPhase => ({
    runNs,
    then: then._tag === 'Signal' ? { ...then, domid: fold.domid(then.domid) } : then
  }))
  return { ...guest, config: { phases: folded } as unknown as GuestSpec['config'] }
}
