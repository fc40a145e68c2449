/**
 * The rules of the scheduling slice that the generic layer relies on, checked on a slice that was read from a
 * file: every place leads somewhere, and records that name each other agree.
 *
 * @since 0.1.0
 */
import { eventClass, pcpusTotal } from '../abi/index.js'
import type { Codec, DomainPlace, PcpuId, TimerId, UnitPlace } from '../abi/index.js'
import { BitSet, Table } from '../prelude/index.js'

import { masterOf, mastersIn, poolResourceSize, resourceMask } from './granularity.js'
import type { Pcpu, Sched, Unit } from './model.js'
import type { HostContext } from './rowCodecs.js'
import { unitAt, unitsTotal, vcpuAt, vcpusTotal } from './rows.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/** The first rule that does not hold, null when all do. */
export const referenceFault = (sched: Sched, context: HostContext): Codec.Fault | null =>
  lengthFault(sched) ??
  poolsFault(sched) ??
  domainsFault(sched) ??
  unitsFault(sched) ??
  vcpusFault(sched) ??
  pcpusFault(sched, context)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const lengthFault = (sched: Sched): Codec.Fault | null => {
  const count = pcpusTotal(sched.topology)
  const wanted: ReadonlyArray<readonly [name: keyof Sched, length: number, expected: number]> = [
    ['pcpus', sched.pcpus.length, count],
    ['pcpuPrivate', sched.pcpuPrivate.length, count],
    ['domainPrivate', sched.domainPrivate.length, sched.domains.length],
    ['instances', sched.instances.length, sched.pools.length]
  ]
  for (const [name, length, expected] of wanted)
    if (length !== expected) return [name, `has ${length} values, not ${expected}`]
  if (unitsTotal(sched) < count) return ['units', 'has not one idle unit for each pCPU']
  return vcpusTotal(sched) < count ? ['vcpus', 'has not one idle vCPU for each pCPU'] : null
}

/** Whether `order` names exactly the places for which `isUsed` holds, by ascending `id`. */
const isOrder = (
  order: ReadonlyArray<number>,
  length: number,
  isUsed: (place: number) => boolean,
  id: (place: number) => number
): boolean => {
  let used = 0
  for (let place = 0; place < length; place++) if (isUsed(place)) used++
  return (
    order.length === used &&
    order.every((place, i) => {
      if (place >= length || !isUsed(place)) return false
      return i === 0 || id(order[i - 1] as number) < id(place)
    })
  )
}

const poolsFault = (sched: Sched): Codec.Fault | null => {
  const { pools, poolOrder } = sched
  const isUsed = (slot: number): boolean => Table.get(pools, slot).isUsed
  if (!isOrder(poolOrder, pools.length, isUsed, (slot) => Table.get(pools, slot).id))
    return ['poolOrder', 'not the used pools by ascending id']
  const [first] = poolOrder
  if (first === undefined || Table.get(pools, first).id !== 0) return ['poolOrder', 'there is no cpupool 0']
  if (BitSet.isEmpty(Table.get(pools, first).cpus)) return [`pools[${first}].cpus`, 'cpupool 0 has no pCPU']
  let seen = sched.freePcpus
  for (const slot of poolOrder) {
    const { cpus, domainsTotal } = Table.get(pools, slot)
    const size = poolResourceSize(sched, slot)
    for (const master of BitSet.toArray(mastersIn(cpus, sched.pcpus.length, size)))
      if (!BitSet.isSubset(resourceMask(sched.pcpus.length, master, size), cpus))
        return [`pools[${slot}].cpus`, `has not all pCPUs of the resource of pCPU ${master}`]
    if (BitSet.count(cpus) % size !== 0) return [`pools[${slot}].cpus`, 'has parts of a resource']
    if (BitSet.intersects(seen, cpus)) return [`pools[${slot}].cpus`, 'a pCPU is free or in another pool']
    seen = BitSet.or(seen, cpus)
    for (const pcpu of BitSet.toArray(cpus))
      if (Table.get(sched.pcpus, pcpu).pool !== slot)
        return [`pcpus[${pcpu}].pool`, 'not the pool that has it']
    const inside = Table.toArray(sched.domains).filter((domain) => domain.isUsed && domain.pool === slot)
    if (inside.length !== domainsTotal)
      return [`pools[${slot}].domainsTotal`, `there are ${inside.length} domains in it`]
    if (inside.length > 0 && BitSet.isEmpty(cpus))
      return [`pools[${slot}].cpus`, 'a pool of domains has no pCPU']
  }
  return BitSet.count(seen) === sched.pcpus.length
    ? null
    : ['freePcpus', 'a pCPU is neither free nor in a pool']
}

const domainsFault = (sched: Sched): Codec.Fault | null => {
  const { domains } = sched
  const isUsed = (slot: number): boolean => Table.get(domains, slot).isUsed
  if (!isOrder(sched.domainOrder, domains.length, isUsed, (slot) => Table.get(domains, slot).domid))
    return ['domainOrder', 'not the used domains by ascending domid']
  for (const slot of sched.domainOrder) {
    const { pool, units, vcpus } = Table.get(domains, slot)
    if (!sched.poolOrder.includes(pool)) return [`domains[${slot}].pool`, 'no such pool']
    for (const [i, unit] of units.entries()) {
      const isOwn = unit >= sched.pcpus.length && unit < unitsTotal(sched)
      if (!isOwn || unitAt(sched, unit).domain !== slot || !unitAt(sched, unit).isUsed)
        return [`domains[${slot}].units[${i}]`, 'not a unit of this domain']
    }
    for (const [i, vcpu] of vcpus.entries()) {
      const isOwn = vcpu >= sched.pcpus.length && vcpu < vcpusTotal(sched)
      const v = isOwn ? vcpuAt(sched, vcpu) : null
      if (v === null || v.domain !== slot || v.vcpuId !== i || !units.includes(v.unit))
        return [`domains[${slot}].vcpus[${i}]`, 'not this vCPU of this domain']
    }
  }
  return null
}

const unitsFault = (sched: Sched): Codec.Fault | null => {
  for (let unit = 0; unit < unitsTotal(sched); unit++) {
    const u = unitAt(sched, unit)
    const isIdle = unit < sched.pcpus.length
    if (!u.isUsed && !isIdle) continue
    if (isIdle && (!u.isUsed || u.domain !== -1 || u.master !== unit || u.vcpus[0] !== unit))
      return [`units[${unit}]`, 'not the idle unit of its pCPU']
    if (!isIdle && !isLive(sched, u.domain)) return [`units[${unit}].domain`, 'no such domain']
    if (!isIdle && !Table.get(sched.domains, u.domain).units.includes(unit))
      return [`units[${unit}].domain`, 'its domain does not have it']
    const fault = membersFault(sched, unit, u)
    if (fault !== null) return [`units[${unit}].${fault[0]}`, fault[1]]
  }
  return null
}

/** The vCPUs of a unit: those its granularity puts together, one on each pCPU of a resource of the pool. */
const membersFault = (sched: Sched, unit: UnitPlace, u: Unit): Codec.Fault | null => {
  for (const [i, vcpu] of u.vcpus.entries()) {
    const v = vcpu < vcpusTotal(sched) ? vcpuAt(sched, vcpu) : null
    if (v === null || v.unit !== unit || v.vcpuId !== u.unitId + i)
      return [`vcpus[${i}]`, 'not this vCPU of this unit']
    if (v.processor !== u.master + i) return [`vcpus[${i}]`, 'not on its own pCPU of the resource']
  }
  if (unit < sched.pcpus.length) return u.vcpus.length === 1 ? null : ['vcpus', 'an idle unit has one vCPU']
  const { pool, vcpus } = Table.get(sched.domains, u.domain)
  const size = poolResourceSize(sched, pool)
  if (u.master % size !== 0 || Table.get(sched.pcpus, u.master).pool !== pool)
    return ['master', 'not the master of a resource of its pool']
  const isWhole = u.vcpus.length === Math.min(size, vcpus.length - u.unitId)
  return u.unitId % size === 0 && isWhole ? null : ['vcpus', 'not those that the granularity puts together']
}

const isLive = (sched: Sched, domain: DomainPlace): boolean =>
  domain >= 0 && domain < sched.domains.length && Table.get(sched.domains, domain).isUsed

const vcpusFault = (sched: Sched): Codec.Fault | null => {
  for (let vcpu = 0; vcpu < vcpusTotal(sched); vcpu++) {
    const v = vcpuAt(sched, vcpu)
    if (v.unit < 0) {
      if (vcpu < sched.pcpus.length) return [`vcpus[${vcpu}].unit`, 'the idle vCPU of a pCPU has a unit']
      continue
    }
    if (v.unit >= unitsTotal(sched) || !unitAt(sched, v.unit).isUsed)
      return [`vcpus[${vcpu}].unit`, 'no such unit']
    const u = unitAt(sched, v.unit)
    if (!u.vcpus.includes(vcpu)) return [`vcpus[${vcpu}].unit`, 'its unit does not have it']
    if (v.domain !== u.domain) return [`vcpus[${vcpu}].domain`, 'not the domain of its unit']
  }
  return null
}

const pcpusFault = (sched: Sched, context: HostContext): Codec.Fault | null => {
  for (let pcpu = 0; pcpu < sched.pcpus.length; pcpu++) {
    const fault = pcpuFault(sched, pcpu, Table.get(sched.pcpus, pcpu), context)
    if (fault !== null) return [`pcpus[${pcpu}].${fault[0]}`, fault[1]]
  }
  for (const pcpu of BitSet.toArray(sched.softirqs))
    if (!isSwitching(sched, pcpu))
      return ['softirqs', `pCPU ${pcpu} is not switching, so nothing is pending on it between steps`]
  return null
}

/** Whether a pCPU of the resource is busy with a context switch that costs time. */
const isSwitching = (sched: Sched, pcpu: PcpuId): boolean => {
  const master = masterOf(sched, pcpu)
  const { pool } = Table.get(sched.pcpus, pcpu)
  const size = pool < 0 ? 1 : poolResourceSize(sched, pool)
  for (let i = 0; i < size; i++) if (Table.get(sched.pcpus, master + i).switchFrom >= 0) return true
  return false
}

const pcpuFault = (sched: Sched, pcpu: PcpuId, p: Pcpu, context: HostContext): Codec.Fault | null => {
  const isUnit = (unit: UnitPlace): boolean => unit < unitsTotal(sched) && unitAt(sched, unit).isUsed
  const isOwn = (timer: TimerId, ownClass: number): boolean => {
    const key = context.keyOf(timer)
    return key !== null && key.class === ownClass && key.k1 === pcpu && key.payload === pcpu
  }
  if (!isUnit(p.curr)) return ['curr', 'no such unit']
  if (p.pool >= 0 && !sched.poolOrder.includes(p.pool)) return ['pool', 'no such pool']
  const master = masterOf(sched, pcpu)
  const decided = Table.get(sched.pcpus, master).curr
  if (pcpu !== master && p.curr !== (decided === master ? pcpu : decided))
    return ['curr', 'not what the master of its resource decided']
  if (!isOwn(p.sliceTimer, eventClass.sliceEnd)) return ['sliceTimer', 'not the slice timer of this pCPU']
  const mayBeAbsent = sched.params.contextSwitchNs === 0 && p.switchTimer === -1
  if (!mayBeAbsent && !isOwn(p.switchTimer, eventClass.switchEnd))
    return ['switchTimer', 'not the switch timer of this pCPU']
  if (p.switchFrom < 0) return null
  if (p.switchTimer < 0) return ['switchFrom', 'a switch that takes no time is not under way']
  return isUnit(p.switchFrom) ? null : ['switchFrom', 'no such unit']
}
