/**
 * Laws of cpupools, whatever their schedulers: C6 of the specification of the generic layer, and what moving
 * pCPUs and domains keeps.
 *
 * @since 0.1.0
 */
import { BitSet } from '../prelude/index.js'

import { domainsIn, isSwitchFree, lawOfHosts, pcpusOf, poolsOf, unitsOf } from './hostRows.js'
import type { Law } from './Law.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * C6: the masks of the pools and that of free pCPUs have each pCPU exactly once.
 *
 * @category constants
 * @since 0.1.0
 */
export const poolMasks: Law = lawOfHosts({
  id: 'POOL-1',
  statement: 'every pCPU is in exactly one cpupool, or free',
  appliesTo: () => true,
  check: (host) => {
    const masks = [host.sched.freePcpus, ...poolsOf(host).map(({ cpus }) => cpus)]
    return pcpusOf(host).flatMap(({ pcpu }) => {
      const total = masks.filter((mask) => BitSet.has(mask, pcpu)).length
      return total === 1 ? [] : [`pCPU ${pcpu} is in ${total} of the masks`]
    })
  }
})

/**
 * C6: a pool with domains has a pCPU, and counts its domains rightly.
 *
 * @category constants
 * @since 0.1.0
 */
export const poolDomains: Law = lawOfHosts({
  id: 'POOL-2',
  statement: 'a cpupool that has domains has pCPUs, and knows how many domains',
  appliesTo: () => true,
  check: (host) =>
    poolsOf(host).flatMap(({ id, slot, cpus, domainsTotal }) => {
      const total = domainsIn(host, slot).length
      const texts = total === domainsTotal ? [] : [`pool ${id} counts ${domainsTotal} domains of ${total}`]
      if (total > 0 && BitSet.isEmpty(cpus)) texts.push(`pool ${id} has ${total} domains and no pCPU`)
      return texts
    })
})

/**
 * A pCPU schedules for the pool whose mask has it; a free one for none. Only a pCPU whose removal is
 * unfinished is free and still schedules.
 *
 * @category constants
 * @since 0.1.0
 */
export const poolScheduling: Law = lawOfHosts({
  id: 'POOL-3',
  statement:
    'a pCPU schedules for the cpupool that it is in, one whose removal is unfinished for its old one',
  appliesTo: () => true,
  check: (host) => {
    const pools = poolsOf(host)
    return pcpusOf(host).flatMap(({ pcpu, pool, curr }) => {
      const masked = pools.find(({ cpus }) => BitSet.has(cpus, pcpu))
      if (masked !== undefined)
        return masked.slot === pool
          ? []
          : [`pCPU ${pcpu} is in pool ${masked.id} and does not schedule for it`]
      const isMoving = host.sched.movingPcpu === pcpu
      if (isMoving ? pool >= 0 : pool < 0 && curr === pcpu) return []
      return [`pCPU ${pcpu} is free and runs unit ${curr} for pool slot ${pool}`]
    })
  }
})

/**
 * A unit is bound to a pCPU that schedules for its own pool; what a pCPU runs belongs to its pool.
 *
 * @category constants
 * @since 0.1.0
 */
export const poolUnits: Law = lawOfHosts({
  id: 'POOL-4',
  statement: 'units are bound to pCPUs of their own cpupool, and run nowhere else',
  appliesTo: isSwitchFree,
  check: (host) => {
    const pcpus = pcpusOf(host)
    return unitsOf(host)
      .filter(({ master, pool }) => pcpus[master]?.pool !== pool)
      .map(({ name, master }) => `${name} is bound to pCPU ${master} of another pool`)
  }
})
