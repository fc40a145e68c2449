/**
 * The `arinc653` scheduler: a fixed table of minor frames, repeated in every major frame, says who runs when.
 * Implements part 3 of `spec/scheduling-rtds-null-arinc653.md`; decision for decision what Xen 4.22 does.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { ArincEntry, DomainId, Errno, PcpuId, PoolPlace, UnitPlace, VcpuId } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { grow } from '../life.js'
import type { SchedEdit } from '../SchedEdit.js'
import type { Scheduler } from '../Scheduler.js'

import * as M from './model.js'
import { poolSnapshot, unitSnapshot } from './snapshot.js'

// -------------------------------------------------------------------------------------
// transitions: hooks
// -------------------------------------------------------------------------------------

/** A unit of a control domain brings an entry of its own; other ones only fill entries that name them. */
const allocUnit = (x: SchedEdit, unit: UnitPlace, pool: PoolPlace): void => {
  grow(x.unitPrivate, unit)
  x.unitPrivate.set(unit, M.unitRow())
  if (x.isIdleUnit(unit)) return
  const { domain, unitId } = x.units.read(unit)
  const { domid, isControl } = x.domains.read(domain)
  const own = M.writeInstance(x, pool)
  if (isControl && own.entries.length < M.entriesMax) {
    if (own.entries.length > 0) own.majorFrameNs += M.frameDefaultNs
    own.entries = [...own.entries, { domid, vcpu: unitId, runtimeNs: M.frameDefaultNs, unit: -1 }]
  }
  own.entries = own.entries.map((entry) =>
    entry.unit < 0 && entry.domid === domid && entry.vcpu === unitId ? { ...entry, unit } : entry
  )
}

/** Its entries stay and idle. */
const remove = (x: SchedEdit, unit: UnitPlace): void => {
  const own = M.writeInstance(x, x.poolOfUnit(unit))
  own.entries = own.entries.map((entry) => (entry.unit === unit ? { ...entry, unit: -1 } : entry))
}

const wake = (x: SchedEdit, unit: UnitPlace): void => {
  M.writeUnit(x, unit).isAwake = true
  x.raise(x.units.read(unit).master)
}

const sleep = (x: SchedEdit, unit: UnitPlace): void => {
  M.writeUnit(x, unit).isAwake = false
  if (x.isCurrent(unit)) x.raise(x.units.read(unit).master)
}

/** Affinity means nothing here: a unit stays unless its pCPU left the pool. */
const pickResource = (x: SchedEdit, unit: UnitPlace): number => {
  const cpus = x.poolCpusOf(unit)
  const { master } = x.units.read(unit)
  return BitSet.isEmpty(cpus) || BitSet.has(cpus, master) ? master : BitSet.first(cpus)
}

const schedule = (x: SchedEdit, pcpu: PcpuId): void => {
  const own = M.writeInstance(x, x.pcpus.read(pcpu).pool)
  moveToFrame(own, x.nowNs)
  const unit = own.entries[own.index]?.unit ?? -1
  const isChosen =
    unit >= 0 && M.readUnit(x, unit).isAwake && x.isUnitRunnable(unit) && x.units.read(unit).master === pcpu
  x.nextUnit = isChosen ? unit : pcpu
  x.nextSliceNs = own.nextSwitchNs - x.nowNs
}

/** Brings the position in the table up to the present instant. */
const moveToFrame = (own: M.Instance, nowNs: number): void => {
  const { entries, majorFrameNs } = own
  if (nowNs >= own.nextMajorNs) {
    const beganNs = nowNs - ((nowNs - own.nextMajorNs) % majorFrameNs)
    own.index = 0
    own.nextMajorNs = withinTime(beganNs + majorFrameNs)
    own.nextSwitchNs = withinTime(beganNs + (entries[0]?.runtimeNs ?? M.frameDefaultNs))
  }
  while (nowNs >= own.nextSwitchNs) {
    own.index++
    const entry = entries[own.index]
    if (entry === undefined) break
    own.nextSwitchNs = withinTime(own.nextSwitchNs + entry.runtimeNs)
  }
  if (own.index >= entries.length) own.nextSwitchNs = own.nextMajorNs
}

// -------------------------------------------------------------------------------------
// transitions: parameters
// -------------------------------------------------------------------------------------

/**
 * Installs a table whose first major frame begins now. Nobody is told: the slice under way ends as it would
 * have. Times past 2^53 ns are refused, which differs from Xen's 64 bits.
 */
const setArinc = (
  x: SchedEdit,
  pool: PoolPlace,
  majorFrameNs: number,
  given: ReadonlyArray<ArincEntry>
): Either<Errno, void> => {
  if (!isDuration(majorFrameNs) || given.length < 1 || given.length > M.entriesMax) return E.left('EINVAL')
  let leftNs = majorFrameNs
  for (const { runtimeNs } of given) {
    if (!isDuration(runtimeNs) || runtimeNs > leftNs) return E.left('EINVAL')
    leftNs -= runtimeNs
  }
  const own = M.writeInstance(x, pool)
  own.entries = given.map(({ domid, vcpu, runtimeNs }) => ({
    domid,
    vcpu,
    runtimeNs,
    unit: unitNamed(x, pool, domid, vcpu)
  }))
  own.majorFrameNs = majorFrameNs
  own.nextMajorNs = x.nowNs
  return E.right(undefined)
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * The `arinc653` scheduler. Parameters of a domain are accepted and change nothing.
 *
 * @category instances
 * @since 0.1.0
 */
export const arinc653: Scheduler = {
  name: 'arinc653',
  id: 7,
  version: 1,
  fullName: 'ARINC 653 Scheduler',
  init: () => M.instance(),
  allocPcpu: () => undefined,
  switchPcpu: () => undefined,
  freePcpu: () => undefined,
  allocDomain: (x, domain) => x.domainPrivate.set(domain, null),
  freeDomain: () => undefined,
  allocUnit,
  insert: () => undefined,
  remove,
  wake,
  sleep,
  schedule,
  pickResource,
  setDomainParams: () => E.right(undefined),
  getDomainParams: () => ({}),
  setArinc,
  setPoolParams: () => E.left('EINVAL'),
  getPoolParams: () => null,
  poolSnapshot,
  unitSnapshot,
  timer: () => undefined
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** A positive number of nanoseconds that a host can count. */
const isDuration = (ns: number): boolean => Number.isSafeInteger(ns) && ns > 0

/** The last instant of a host stands for all later ones. */
const withinTime = (ns: number): number => Math.min(ns, Number.MAX_SAFE_INTEGER)

/** The unit of a pool that an entry names, -1 when there is none (yet). */
const unitNamed = (x: SchedEdit, pool: PoolPlace, domid: DomainId, vcpu: VcpuId): number => {
  const domain = x.domainSlot(domid)
  if (domain < 0 || x.domains.read(domain).pool !== pool) return -1
  return x.domains.read(domain).units.find((unit) => x.units.read(unit).unitId === vcpu) ?? -1
}
