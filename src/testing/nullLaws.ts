/**
 * Laws of null: N1 to N5 of its specification.
 *
 * @since 0.1.0
 */
import { BitSet } from '../prelude/index.js'

import { decisionsOf } from './decisionLaws.js'
import { boots, everyInstant, isOperatedOn, isSwitchFree, lawOfHosts } from './hostRows.js'
import type { Law } from './Law.js'
import { nullPools, nullUnits, pcpuOf } from './nullRows.js'
import type { Run } from './Run.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * N1: a pCPU has at most one unit and a unit at most one pCPU, the one it is bound to; who has a pCPU does
 * not wait; who waits is online and queued once; free are exactly the pCPUs without a unit.
 *
 * @category constants
 * @since 0.1.0
 */
export const nullAssignment: Law = lawOfHosts({
  id: 'NU-N1',
  statement: 'a pCPU has at most one unit and a unit at most one pCPU; who has one does not wait',
  appliesTo: isNull,
  check: (host) => {
    const units = nullUnits(host)
    return nullPools(host).flatMap((pool) => {
      const texts: string[] = []
      const owners = pool.pcpus.filter(({ row }) => row.unit >= 0)
      const { free, waitq } = pool.instance
      for (const { pcpu, row } of pool.pcpus) {
        if (BitSet.has(free, pcpu) !== row.unit < 0) texts.push(`pCPU ${pcpu} is wrong about being free`)
        const unit = units.find(({ slot }) => slot === row.unit)
        if (row.unit < 0) continue
        if (unit === undefined || unit.pool !== pool.slot) texts.push(`pCPU ${pcpu} is given to a stranger`)
        else if (unit.row.isWaiting || unit.master !== pcpu)
          texts.push(`pCPU ${pcpu} is given to ${unit.name}, bound elsewhere`)
      }
      if (new Set(owners.map(({ row }) => row.unit)).size !== owners.length)
        texts.push('a unit has two pCPUs')
      if (new Set(waitq).size !== waitq.length) texts.push('a unit waits twice')
      for (const unit of units.filter((one) => one.pool === pool.slot))
        if (unit.row.isWaiting !== waitq.includes(unit.slot) || (unit.row.isWaiting && !unit.isOnline))
          texts.push(`${unit.name} is wrong about waiting`)
      return texts
    })
  }
})

/**
 * N2: no migrations. A decision never moves a unit, and a unit that has a pCPU keeps it as long as nobody
 * carries out an operation: blocking and waking change nothing.
 *
 * @category constants
 * @since 0.1.0
 */
export const nullNoMigration: Law = {
  id: 'NU-N2',
  statement: 'nobody is moved: who has a pCPU keeps it until an operation takes it away',
  appliesTo: (run) => isNull(run) && isSwitchFree(run),
  violations: (run) => {
    const had = new Map<string, number>()
    const moved = decisionsOf(run, 'null')
      .filter(({ isMigrated }) => isMigrated)
      .map(({ atNs, pcpu }) => ({ atNs, text: `pCPU ${pcpu} takes a unit from another one` }))
    const lost = everyInstant(run, (instant) => {
      const pools = nullPools(instant.host)
      return nullUnits(instant.host).flatMap(({ key, name, slot }) => {
        const [old, now] = [had.get(key) ?? -1, pcpuOf(pools, slot)]
        had.set(key, now)
        if (old < 0 || old === now || isOperatedOn(instant)) return []
        return [`${name} had pCPU ${old} and now has ${now}`]
      })
    })
    return [...moved, ...lost]
  }
}

/**
 * N3: where all may run everywhere and there are as many pCPUs as units, nobody waits.
 *
 * @category constants
 * @since 0.1.0
 */
export const nullRoomForAll: Law = lawOfHosts({
  id: 'NU-N3',
  statement: 'with as many pCPUs as units and without affinities nobody waits for a pCPU',
  appliesTo: isNull,
  check: (host) => {
    const units = nullUnits(host)
    return nullPools(host).flatMap((pool) => {
      const own = units.filter((unit) => unit.pool === pool.slot)
      const isFree = own.every(
        ({ hard, softEffective }) => BitSet.isSubset(pool.cpus, hard) && !softEffective
      )
      const online = own.filter(({ isOnline }) => isOnline)
      if (!isFree || online.length > BitSet.count(pool.cpus) || pool.instance.waitq.length === 0) return []
      return [`${pool.instance.waitq.length} units wait, though there is a pCPU for each of ${online.length}`]
    })
  }
})

/**
 * N4: who waits does not run, and nobody waits for a pCPU that is free and allowed.
 *
 * @category constants
 * @since 0.1.0
 */
export const nullWaiting: Law = lawOfHosts({
  id: 'NU-N4',
  statement: 'who waits does not run, and no pCPU is free that somebody who waits may use',
  appliesTo: (run) => isNull(run) && isSwitchFree(run),
  check: (host) => {
    const pools = nullPools(host)
    return nullUnits(host)
      .filter(({ row }) => row.isWaiting)
      .flatMap((unit) => {
        if (unit.isCurrent) return [`${unit.name} waits and runs`]
        const pool = pools.find(({ slot }) => slot === unit.pool)
        if (pool === undefined) return []
        const fitting = BitSet.toArray(BitSet.and(BitSet.and(unit.hard, pool.cpus), pool.instance.free))
        return fitting.length === 0 ? [] : [`${unit.name} waits beside the free pCPUs ${fitting.join()}`]
      })
  }
})

/**
 * N5: who has a pCPU and is runnable runs.
 *
 * @category constants
 * @since 0.1.0
 */
export const nullAtOnce: Law = lawOfHosts({
  id: 'NU-N5',
  statement: 'who has a pCPU and can run, runs',
  appliesTo: (run) => isNull(run) && isSwitchFree(run),
  check: (host) => {
    const pools = nullPools(host)
    return nullUnits(host)
      .filter((unit) => unit.isRunnable && !unit.isCurrent && pcpuOf(pools, unit.slot) >= 0)
      .map(({ name, slot }) => `${name} has pCPU ${pcpuOf(pools, slot)} and does not run there`)
  }
})

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

function isNull(run: Run): boolean {
  return boots(run, 'null')
}
