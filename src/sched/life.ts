/**
 * The life of domains and vCPUs as the scheduler sees it: creation, pausing, vCPU hot-plug, destruction.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { pauseFlag, traceEvent } from '../abi/index.js'
import type { DomainId, DomainPlace, Errno, PoolId, VcpuPlace } from '../abi/index.js'
import { BitSet } from '../prelude/index.js'
import type { Rows } from '../prelude/index.js'

import { storeAffinity } from './affinity.js'
import { sleep, wake } from './core.js'
import { traceWords } from './events.js'
import * as Model from './model.js'
import type { SchedEdit } from './SchedEdit.js'
import { sleepSync } from './softirqs.js'

// -------------------------------------------------------------------------------------
// transitions: domains
// -------------------------------------------------------------------------------------

/**
 * Adds a domain without vCPUs to a pool, paused once. Unknown pool: ESRCH; pool without pCPUs: ENODEV; domid
 * in use: EEXIST. Gives the domain's slot.
 *
 * @category transitions
 * @since 0.1.0
 */
export const addDomain = (
  x: SchedEdit,
  given: { readonly domid: DomainId; readonly poolId: PoolId; readonly isControl: boolean }
): Either<Errno, number> => {
  if (x.domainSlot(given.domid) >= 0) return E.left('EEXIST')
  const pool = x.poolSlot(given.poolId)
  if (pool < 0) return E.left('ESRCH')
  const record = x.pools.read(pool)
  if (BitSet.isEmpty(record.cpus)) return E.left('ENODEV')
  x.setPool(pool, { ...record, domainsTotal: record.domainsTotal + 1 })
  const slot = freeSlot(x.domains, (domain) => !domain.isUsed)
  x.setDomain(slot, {
    domid: given.domid,
    pool,
    pauseCount: 1,
    isControl: given.isControl,
    units: [],
    vcpus: [],
    isUsed: true
  })
  grow(x.domainPrivate, slot)
  x.schedulerOfPool(pool).allocDomain(x, slot)
  traceWords(x, traceEvent.domAdd, given.domid)
  const at = x.domainOrder.findIndex((other) => x.domains.read(other).domid > given.domid)
  const order = x.domainOrder.slice()
  order.splice(at < 0 ? order.length : at, 0, slot)
  x.domainOrder = order
  return E.right(slot)
}

/**
 * Adds the next vCPU to a domain: offline, flag `down`. It joins the unit of the vCPUs before it if there is
 * room, otherwise it begins one, which the scheduler places. Gives the vCPU's slot.
 *
 * @category transitions
 * @since 0.1.0
 */
export const addVcpu = (x: SchedEdit, domain: DomainPlace, placement: BitSet.BitSet): number => {
  const d = x.domains.write(domain)
  const vcpuId = d.vcpus.length
  const vcpu = freeSlot(x.vcpus, (other) => other.unit < 0)
  const before = d.vcpus[vcpuId - 1]
  if (before !== undefined && vcpuId % x.resourceSize(d.pool) !== 0) {
    const unit = x.units.write(x.vcpus.read(before).unit)
    const pcpu = unit.master + unit.vcpus.length
    x.vcpus.set(vcpu, {
      ...Model.vcpu(domain, vcpuId, x.vcpus.read(before).unit, pcpu, x.nowNs),
      pauseFlags: pauseFlag.down
    })
    unit.vcpus = [...unit.vcpus, vcpu]
    d.vcpus = [...d.vcpus, vcpu]
    return vcpu
  }
  const pcpu =
    before === undefined ? BitSet.first(placement) : BitSet.cycle(placement, x.vcpus.read(before).processor)
  const master = x.masterOf(pcpu)
  const unit = freeSlot(x.units, (other) => !other.isUsed)
  x.vcpus.set(vcpu, {
    ...Model.vcpu(domain, vcpuId, unit, master, x.nowNs),
    pauseFlags: pauseFlag.down
  })
  x.units.set(unit, Model.unit(domain, vcpuId, [vcpu], master, x.allPcpus))
  d.vcpus = [...d.vcpus, vcpu]
  d.units = [...d.units, unit]
  grow(x.unitPrivate, unit)
  const scheduler = x.schedulerOfPool(d.pool)
  scheduler.allocUnit(x, unit, d.pool)
  storeAffinity(x, unit, x.allPcpus, x.allPcpus)
  scheduler.insert(x, unit)
  return vcpu
}

/**
 * Removes a paused domain that runs nowhere: its units from last to first, then its data.
 *
 * @category transitions
 * @since 0.1.0
 */
export const removeDomain = (x: SchedEdit, domain: DomainPlace): void => {
  const d = x.domains.read(domain)
  const scheduler = x.schedulerOfPool(d.pool)
  for (let i = d.units.length - 1; i >= 0; i--) {
    const unit = d.units[i] as number
    scheduler.remove(x, unit)
    x.unitPrivate.set(unit, null)
    for (const vcpu of x.units.read(unit).vcpus) x.vcpus.write(vcpu).unit = -1
    x.units.write(unit).isUsed = false
  }
  traceWords(x, traceEvent.domRem, d.domid)
  scheduler.freeDomain(x, domain)
  x.domainPrivate.set(domain, null)
  const pool = x.pools.read(d.pool)
  x.setPool(d.pool, { ...pool, domainsTotal: pool.domainsTotal - 1 })
  x.domains.write(domain).isUsed = false
  x.domainOrder = x.domainOrder.filter((slot) => slot !== domain)
}

/**
 * Pauses a domain once more and waits, vCPU by vCPU, until each has left its pCPU.
 *
 * @category transitions
 * @since 0.1.0
 */
export const pauseDomain = (x: SchedEdit, domain: DomainPlace): void => {
  const d = x.domains.write(domain)
  d.pauseCount++
  for (const vcpu of d.vcpus) sleepSync(x, vcpu)
}

/**
 * Takes one pause back; at the last one every vCPU wakes.
 *
 * @category transitions
 * @since 0.1.0
 */
export const unpauseDomain = (x: SchedEdit, domain: DomainPlace): void => {
  const d = x.domains.write(domain)
  d.pauseCount--
  if (d.pauseCount > 0) return
  for (const vcpu of d.vcpus) wake(x, vcpu)
}

// -------------------------------------------------------------------------------------
// transitions: vCPUs
// -------------------------------------------------------------------------------------

/**
 * Pauses one vCPU once more.
 *
 * @category transitions
 * @since 0.1.0
 */
export const pauseVcpu = (x: SchedEdit, vcpu: VcpuPlace): void => {
  x.vcpus.write(vcpu).pauseCount++
  sleepSync(x, vcpu)
}

/**
 * Takes one pause of a vCPU back.
 *
 * @category transitions
 * @since 0.1.0
 */
export const unpauseVcpu = (x: SchedEdit, vcpu: VcpuPlace): void => {
  const v = x.vcpus.write(vcpu)
  v.pauseCount--
  if (v.pauseCount === 0) wake(x, vcpu)
}

/**
 * Brings a vCPU down (offline); nothing happens when it is.
 *
 * @category transitions
 * @since 0.1.0
 */
export const vcpuDown = (x: SchedEdit, vcpu: VcpuPlace): void => {
  if ((x.vcpus.read(vcpu).pauseFlags & pauseFlag.down) !== 0) return
  x.vcpus.write(vcpu).pauseFlags |= pauseFlag.down
  sleep(x, vcpu)
}

/**
 * Brings a vCPU up; nothing happens when it is. `isWoken` false only clears the flag, as domain building
 * does.
 *
 * @category transitions
 * @since 0.1.0
 */
export const vcpuUp = (x: SchedEdit, vcpu: VcpuPlace, isWoken: boolean): void => {
  if ((x.vcpus.read(vcpu).pauseFlags & pauseFlag.down) === 0) return
  x.vcpus.write(vcpu).pauseFlags &= ~pauseFlag.down
  if (isWoken) wake(x, vcpu)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** @internal The lowest place of a table that is free, or one past its end. */
export const freeSlot = <A>(table: Rows<A>, isFree: (row: A) => boolean): number => {
  for (let slot = 0; slot < table.length; slot++) if (isFree(table.read(slot))) return slot
  return table.length
}

/** @internal Makes sure that a table of private rows reaches up to `slot`. */
export const grow = (table: Rows<Model.PrivateRow>, slot: number): void => {
  while (table.length <= slot) table.set(table.length, null)
}
