/**
 * Building and destroying domains across slices.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { traceEvent } from '../abi/index.js'
import type {
  DomainId,
  DomainPlace,
  DomainPlan,
  Errno,
  RealTimeParams,
  VcpuPlace,
  VcpuPlan
} from '../abi/index.js'
import { Domains } from '../domain/index.js'
import { BitSet, invariant } from '../prelude/index.js'
import * as Sched from '../sched/index.js'
import type { SchedEdit } from '../sched/index.js'

import type { HostEdit } from './HostEdit.js'
import { vcpuTotals } from './totals.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Builds a domain as the plan says. Everything that can be refused is refused before anything is written,
 * scheduling parameters apart: their error is the result, the domain stays (as in Xen, where they are set at
 * the end).
 *
 * @category transitions
 * @since 0.1.0
 */
export const buildDomain = (edit: HostEdit, plan: DomainPlan): Either<Errno, void> => {
  const { x, guests } = edit
  const listed = Domains.add(edit.domains, plan.domid, plan.info, x.nowNs)
  if (listed._tag === 'Left') return listed
  const pool = x.poolSlot(plan.poolId)
  if (pool < 0) return E.left('ESRCH')
  for (const vcpu of plan.vcpus) {
    const fault = guests.faultOf(vcpu.guest)
    if (fault !== null) return E.left(fault)
  }
  Sched.traceWords(x, traceEvent.domainCreate, plan.domid)
  const populated = edit.populate(plan)
  if (populated._tag === 'Left') return populated
  const added = Sched.addDomain(x, plan)
  if (added._tag === 'Left') {
    edit.releaseMemory(plan.domid)
    return added
  }
  edit.domains = listed.right
  const placement = x.pools.read(pool).cpus
  const vcpus = plan.vcpus.map((vcpuPlan) => {
    const vcpu = Sched.addVcpu(x, added.right, placement)
    guests.attach(vcpu, vcpuPlan.guest)
    return vcpu
  })
  plan.vcpus.forEach((vcpuPlan, i) => setAffinities(edit, vcpus[i] as number, vcpuPlan))
  const result = setParams(edit, added.right, plan)
  plan.vcpus.forEach((vcpuPlan, i) => {
    if (vcpuPlan.isOnline) Sched.vcpuUp(x, vcpus[i] as number, false)
  })
  if (plan.isPaused) {
    const paused = Domains.pause(edit.domains, plan.domid)
    invariant(paused._tag === 'Right', 'a new domain has no pauses yet')
    edit.domains = paused.right
  } else {
    Sched.unpauseDomain(x, added.right)
  }
  x.sink?.push({ _tag: 'DomainCreated', atNs: x.nowNs, domid: plan.domid })
  return result
}

/**
 * Destroys a domain: pauses it, stops its programs, takes its units from their scheduler, frees its memory.
 * Unless `inPlace`, it passes through cpupool 0 on the way, as dying domains of other pools do in Xen.
 *
 * @category transitions
 * @since 0.1.0
 */
export const destroyDomain = (edit: HostEdit, domid: DomainId, inPlace: boolean): Either<Errno, void> => {
  const { x, guests } = edit
  const domain = x.domainSlot(domid)
  Sched.pauseDomain(x, domain)
  const { vcpus } = x.domains.read(domain)
  for (const vcpu of vcpus) guests.halt(vcpu)
  if (!inPlace) {
    const moved = Sched.moveDomain(x, domain, 0)
    invariant(moved._tag === 'Right', 'cpupool 0 always has a pCPU')
  }
  const totals = vcpus.map((vcpu) => vcpuTotals(x.vcpus.read(vcpu), guests.read(vcpu), x.nowNs))
  for (const vcpu of vcpus) guests.detach(vcpu)
  Sched.traceWords(x, traceEvent.domainDestroy, domid)
  Sched.removeDomain(x, domain)
  edit.releaseMemory(domid)
  edit.domains = Domains.remove(edit.domains, domid)
  x.sink?.push({ _tag: 'DomainDestroyed', atNs: x.nowNs, domid, vcpus: totals })
  return E.right(undefined)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const setAffinities = (edit: HostEdit, vcpu: VcpuPlace, plan: VcpuPlan): void => {
  const { x } = edit
  for (const kind of ['hard', 'soft'] as const) {
    const pcpus = plan[kind]
    if (pcpus === null) continue
    const mask = BitSet.fromBits(
      x.pcpuCount,
      pcpus.filter((pcpu) => pcpu < x.pcpuCount)
    )
    Sched.setAffinity(x, x.vcpus.read(vcpu).unit, kind, mask)
  }
}

/** Parameters of a domain that were set leave a record. */
export const adjusted = (x: SchedEdit, domid: DomainId, set: Either<Errno, void>): Either<Errno, void> => {
  if (E.isRight(set)) Sched.traceWords(x, traceEvent.adjdom, domid)
  return set
}

/** Real-time parameters of a whole domain, set one unit after the other; the first error ends it. */
export const setDomainRealTime = (
  x: SchedEdit,
  domain: DomainPlace,
  params: RealTimeParams
): Either<Errno, void> => {
  const { pool, units } = x.domains.read(domain)
  const { setRealTime } = x.schedulerOfPool(pool)
  if (!setRealTime) return E.left('EINVAL')
  for (const unit of units) {
    const result = setRealTime(x, unit, params)
    if (result._tag === 'Left') return result
  }
  return E.right(undefined)
}

const setParams = (edit: HostEdit, domain: DomainPlace, plan: DomainPlan): Either<Errno, void> => {
  const realTime = setRealTimes(edit.x, domain, plan)
  if (realTime !== null) return adjusted(edit.x, plan.domid, realTime)
  if (plan.weight === null && plan.cap === null) return E.right(undefined)
  const scheduler = edit.x.schedulerOfPool(edit.x.domains.read(domain).pool)
  const set = scheduler.setDomainParams(edit.x, domain, {
    ...(plan.weight === null ? {} : { weight: plan.weight }),
    ...(plan.cap === null ? {} : { cap: plan.cap })
  })
  return adjusted(edit.x, plan.domid, set)
}

/** Real-time parameters of the plan, the domain's before those of single vCPUs; null when it has none. */
const setRealTimes = (x: SchedEdit, domain: DomainPlace, plan: DomainPlan): Either<Errno, void> | null => {
  let result: Either<Errno, void> | null = null
  if (plan.realTime) result = setDomainRealTime(x, domain, plan.realTime)
  plan.vcpus.forEach(({ realTime }, i) => {
    if (!realTime) return
    const { pool, vcpus } = x.domains.read(domain)
    const { unit } = x.vcpus.read(vcpus[i] as number)
    result = x.schedulerOfPool(pool).setRealTime?.(x, unit, realTime) ?? E.left('EINVAL')
  })
  return result
}
