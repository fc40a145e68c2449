/**
 * Cpupools: sets of pCPUs with a scheduler instance of their own, and the domains they serve.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { DomainPlace, Errno, Granularity, PcpuId, PoolPlace } from '../abi/index.js'
import { BitSet } from '../prelude/index.js'

import { storeAffinity } from './affinity.js'
import { bind, migrateFinish, migrateStart } from './core.js'
import { resourceMask } from './granularity.js'
import { freeSlot, grow, pauseDomain, unpauseDomain } from './life.js'
import { regroup } from './regroup.js'
import type { SchedEdit } from './SchedEdit.js'
import { drain } from './softirqs.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/** How often the removal of a busy pCPU is tried before it fails with EAGAIN. */
const removalAttemptsMax = 10

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Makes an empty pool with the granularity of the boot line. More than two pools per pCPU: ENOSPC; id in use:
 * EEXIST; unknown scheduler: ENOENT.
 *
 * @category transitions
 * @since 0.1.0
 */
export const createPool = (x: SchedEdit, id: number, schedulerName: string): Either<Errno, number> => {
  if (x.poolOrder.length >= 2 * x.pcpuCount) return E.left('ENOSPC')
  if (x.poolSlot(id) >= 0) return E.left('EEXIST')
  const scheduler = x.schedulerNamed(schedulerName)
  if (scheduler === null) return E.left('ENOENT')
  const slot = freeSlot(x.pools, (pool) => !pool.isUsed)
  const cpus = BitSet.make(x.pcpuCount)
  x.setPool(slot, { id, scheduler: schedulerName, cpus, domainsTotal: 0, isUsed: true })
  grow(x.instances, slot)
  x.instances.set(slot, scheduler.init(x, slot))
  const at = x.poolOrder.findIndex((other) => x.pools.read(other).id > id)
  const order = x.poolOrder.slice()
  order.splice(at < 0 ? order.length : at, 0, slot)
  x.poolOrder = order
  return E.right(slot)
}

/**
 * Removes a pool. Unknown: ENOENT; with domains or pCPUs: EBUSY.
 *
 * @category transitions
 * @since 0.1.0
 */
export const destroyPool = (x: SchedEdit, id: number): Either<Errno, void> => {
  const slot = x.poolSlot(id)
  if (slot < 0) return E.left('ENOENT')
  const pool = x.pools.read(slot)
  if (pool.domainsTotal > 0 || !BitSet.isEmpty(pool.cpus)) return E.left('EBUSY')
  x.instances.set(slot, null)
  x.setPool(slot, { ...pool, isUsed: false })
  x.poolOrder = x.poolOrder.filter((other) => other !== slot)
  return E.right(undefined)
}

/**
 * Gives a pool without pCPUs a granularity of its own. Unknown pool: ENOENT; with pCPUs: EBUSY.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setGranularity = (x: SchedEdit, id: number, granularity: Granularity): Either<Errno, void> => {
  const slot = x.poolSlot(id)
  if (slot < 0) return E.left('ENOENT')
  const pool = x.pools.read(slot)
  if (!BitSet.isEmpty(pool.cpus) || x.movingPool === id) return E.left('EBUSY')
  const { granularity: _before, ...rest } = pool
  x.setPool(slot, granularity === x.params.granularity ? rest : { ...rest, granularity })
  return E.right(undefined)
}

/**
 * Gives a free pCPU to a pool, and with it the other ones of the resource that it is part of there. Unknown
 * pool: ENOENT; no such pCPU: EINVAL; not all of them free: ENODEV; its removal from another pool is
 * unfinished: EADDRNOTAVAIL.
 *
 * @category transitions
 * @since 0.1.0
 */
export const addPcpu = (x: SchedEdit, id: number, pcpu: PcpuId): Either<Errno, void> => {
  const slot = x.poolSlot(id)
  if (slot < 0) return E.left('ENOENT')
  if (pcpu < 0 || pcpu >= x.pcpuCount) return E.left('EINVAL')
  const size = x.resourceSize(slot)
  const master = pcpu - (pcpu % size)
  const resource = resourceMask(x.pcpuCount, master, size)
  if (!BitSet.isSubset(resource, x.freePcpus)) return E.left('ENODEV')
  const isMoving = x.movingPcpu >= 0 && BitSet.intersects(resource, movingResource(x))
  if (isMoving && x.pcpus.read(x.movingPcpu).pool !== slot) return E.left('EADDRNOTAVAIL')
  const pool = x.pools.read(slot)
  x.freePcpus = BitSet.andNot(x.freePcpus, resource)
  if (isMoving) {
    x.movingPcpu = -1
    x.movingPool = -1
  } else {
    const scheduler = x.schedulerOfPool(slot)
    scheduler.allocPcpu(x, slot, master)
    scheduler.allocUnit(x, master, slot)
    for (const thread of BitSet.toArray(resource)) x.pcpus.write(thread).pool = slot
    scheduler.switchPcpu(x, slot, master)
  }
  x.setPool(slot, { ...pool, cpus: BitSet.or(pool.cpus, resource) })
  x.raise(master)
  return E.right(undefined)
}

/**
 * Takes a pCPU out of its pool, with the whole resource that it is part of. Its units move away; while one of
 * them can't, EAGAIN, and the removal stays unfinished until it is tried again. The other errors: unknown
 * pool ENOENT, the resource of pCPU 0 in pool 0 EINVAL (DIFF-24), another removal unfinished or a pCPU of
 * another pool EADDRNOTAVAIL, the last resource of a pool with domains EBUSY.
 *
 * @category transitions
 * @since 0.1.0
 */
export const removePcpu = (x: SchedEdit, id: number, pcpu: PcpuId): Either<Errno, void> => {
  for (let attempt = 1; attempt <= removalAttemptsMax; attempt++) {
    const result = tryRemovePcpu(x, id, pcpu)
    if (E.isRight(result) || result.left !== 'EAGAIN') return result
    drain(x)
  }
  return E.left('EAGAIN')
}

/**
 * Moves a domain to another pool: new data of the target scheduler, new units where the granularity differs,
 * all affinities back to "all". Unknown pool or one without pCPUs: ENOENT.
 *
 * @category transitions
 * @since 0.1.0
 */
export const moveDomain = (x: SchedEdit, domain: DomainPlace, id: number): Either<Errno, void> => {
  const target = x.poolSlot(id)
  const from = x.domains.read(domain).pool
  if (target === from) return E.right(undefined)
  if (target < 0 || BitSet.isEmpty(x.pools.read(target).cpus)) return E.left('ENOENT')
  pauseDomain(x, domain)
  const d = x.domains.write(domain)
  const old = x.schedulerOfPool(from)
  for (const unit of d.units) old.remove(x, unit)
  old.freeDomain(x, domain)
  const fromPool = x.pools.read(from)
  const toPool = x.pools.read(target)
  x.setPool(from, { ...fromPool, domainsTotal: fromPool.domainsTotal - 1 })
  x.setPool(target, { ...toPool, domainsTotal: toPool.domainsTotal + 1 })
  d.pool = target
  if (x.resourceSize(target) !== x.resourceSize(from)) regroup(x, domain)
  const scheduler = x.schedulerOfPool(target)
  scheduler.allocDomain(x, domain)
  for (const unit of d.units) scheduler.allocUnit(x, unit, target)
  let pcpu = BitSet.first(toPool.cpus)
  for (const unit of d.units) {
    storeAffinity(x, unit, x.allPcpus, x.allPcpus)
    bind(x, unit, x.masterOf(pcpu))
    scheduler.insert(x, unit)
    for (const _vcpu of x.units.read(unit).vcpus) pcpu = BitSet.cycle(toPool.cpus, pcpu)
  }
  unpauseDomain(x, domain)
  return E.right(undefined)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The pCPUs whose removal is unfinished: they are still those of one resource of their pool. */
const movingResource = (x: SchedEdit): BitSet.BitSet =>
  resourceMask(x.pcpuCount, x.movingPcpu, x.sizeAt(x.movingPcpu))

const tryRemovePcpu = (x: SchedEdit, id: number, pcpu: PcpuId): Either<Errno, void> => {
  const slot = x.poolSlot(id)
  if (slot < 0) return E.left('ENOENT')
  if (pcpu < 0 || pcpu >= x.pcpuCount) return E.left('EINVAL')
  const named = x.pools.read(slot)
  const master = x.masterOf(pcpu)
  if (id === 0 && master === 0) return E.left('EINVAL')
  const resource = resourceMask(x.pcpuCount, master, x.sizeAt(pcpu))
  if (master !== x.movingPcpu) {
    if (x.movingPcpu >= 0 || !BitSet.has(named.cpus, master)) return E.left('EADDRNOTAVAIL')
    if (named.domainsTotal > 0 && BitSet.isSubset(named.cpus, resource)) return E.left('EBUSY')
  }
  x.setPool(slot, { ...named, cpus: BitSet.andNot(named.cpus, resource) })
  x.movingPcpu = master
  x.movingPool = id
  const real = x.pcpus.read(master).pool
  const isLeft = moveUnitsAway(x, real, master)
  x.freePcpus = BitSet.or(x.freePcpus, resource)
  if (!isLeft) return E.left('EAGAIN')
  x.schedulerOfPool(real).freePcpu(x, real, master)
  x.pcpuPrivate.set(master, null)
  x.unitPrivate.set(master, null)
  for (const thread of BitSet.toArray(resource)) x.pcpus.write(thread).pool = -1
  x.movingPcpu = -1
  x.movingPool = -1
  return E.right(undefined)
}

/** Moves every unit of the pool off the pCPU; false when one of them is still bound to it. */
const moveUnitsAway = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): boolean => {
  let isLeft = true
  for (const domain of x.domainOrder) {
    const d = x.domains.read(domain)
    if (d.pool !== pool) continue
    for (const unit of d.units) {
      const u = x.units.read(unit)
      if (BitSet.has(u.hard, pcpu) && !BitSet.intersects(u.hard, x.mastersOf(pool)))
        storeAffinity(x, unit, x.allPcpus, null)
      if (u.master !== pcpu) continue
      migrateStart(x, unit)
      migrateFinish(x, unit)
      if (x.units.read(unit).master === pcpu) isLeft = false
    }
  }
  return isLeft
}
