/**
 * Laws of arinc653: A1 to A4 of its specification.
 *
 * @since 0.1.0
 */
import type { PcpuId } from '../abi/index.js'
import { arincIn, arincPools, arincUnits, frameAt, tableKey } from './arincRows.js'
import type { ArincPool } from './arincRows.js'
import { decisionsOf } from './decisionLaws.js'
import { boots, everyInstant, isOperatedOn, isSwitchFree, operationsDone } from './hostRows.js'
import type { Law } from './Law.js'
import type { Instant, Run } from './Run.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * A1 and A2: at any time a pCPU runs the unit whose minor frame it is, if that is awake and bound to it, and
 * idles otherwise. Whose frame it is follows from the table and the time at which its frames began, and from
 * nothing else: no other unit can change it.
 *
 * A table that is installed counts for a pCPU from its next decision on, as section 3.2 has it; entries that
 * a control domain brings count from the next major frame on.
 *
 * @category constants
 * @since 0.1.0
 */
export const arincFrames: Law = {
  id: 'AR-A1',
  statement: 'a pCPU runs exactly whose minor frame it is, and idles when that unit sleeps',
  appliesTo: (run) => isArinc(run) && isSwitchFree(run),
  violations: (run) => {
    const origins = originsOf(run)
    return everyInstant(run, (instant) => {
      origins.see(instant)
      const units = arincUnits(instant.host)
      return arincPools(instant.host).flatMap((pool) =>
        pool.pcpus.flatMap(({ pcpu, curr }) => {
          if (!origins.counts(pool, pcpu)) return []
          const frame = frameAt(pool.instance, origins.of(pool), instant.host.nowNs)
          const unit = units.find(({ slot }) => slot === frame?.unit)
          const isDue = unit !== undefined && unit.isRunnable && unit.row.isAwake && unit.master === pcpu
          const expected = isDue ? unit.slot : pcpu
          return curr === expected
            ? []
            : [`pCPU ${pcpu} runs unit ${curr} in the frame of ${unit?.name ?? 'nobody'}`]
        })
      )
    })
  }
}

/**
 * A3: after a decision the next switch is to come, not after the next major frame; and major frames begin at
 * whole multiples of their length, counted from when the table was installed.
 *
 * @category constants
 * @since 0.1.0
 */
export const arincNoDrift: Law = {
  id: 'AR-A3',
  statement: 'major frames begin at whole multiples of their length, counted from the first',
  appliesTo: isArinc,
  violations: (run) => {
    const origins = originsOf(run)
    const drifts = everyInstant(run, (instant) => {
      origins.see(instant)
      return arincPools(instant.host).flatMap((pool) => {
        const { nextMajorNs, majorFrameNs } = pool.instance
        const offNs = (nextMajorNs - origins.of(pool)) % majorFrameNs
        return offNs === 0 ? [] : [`a major frame is to begin ${offNs} ns off, at ${nextMajorNs} ns`]
      })
    })
    const positions = decisionsOf(run, 'arinc653').flatMap(({ atNs, pcpu, pool, sliceNs }) => {
      const { nextSwitchNs, nextMajorNs } = arincIn(pool)
      if (nextSwitchNs <= nextMajorNs && atNs < nextSwitchNs && sliceNs === nextSwitchNs - atNs) return []
      return [{ atNs, text: `pCPU ${pcpu} is to switch at ${nextSwitchNs} ns, before ${nextMajorNs} ns` }]
    })
    return [...drifts, ...positions]
  }
}

/**
 * A4: no migrations, unless an operation takes the pCPU away.
 *
 * @category constants
 * @since 0.1.0
 */
export const arincNoMigration: Law = {
  id: 'AR-A4',
  statement: 'nobody is moved to another pCPU but by an operation',
  appliesTo: isArinc,
  violations: (run) => {
    const bound = new Map<string, number>()
    return everyInstant(run, (instant) =>
      arincUnits(instant.host).flatMap(({ key, name, master }) => {
        const old = bound.get(key) ?? master
        bound.set(key, master)
        return old === master || isOperatedOn(instant) ? [] : [`${name} went from pCPU ${old} to ${master}`]
      })
    )
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

function isArinc(run: Run): boolean {
  return boots(run, 'arinc653')
}

/** When the frames of each pool's table began, and which pCPUs have taken notice of the table. */
interface Origins {
  /** Takes in an instant; to be called for each. */
  readonly see: (instant: Instant) => void
  readonly of: (pool: ArincPool) => number
  readonly counts: (pool: ArincPool, pcpu: PcpuId) => boolean
}

const originsOf = (run: Run): Origins => {
  const tables = new Map<
    number,
    { readonly key: string; readonly originNs: number; readonly fromNs: number }
  >()
  const settled = new Set<string>()
  const see = (instant: Instant): void => {
    const { nowNs } = instant.host
    const installed = operationsDone(run, instant).flatMap((one) =>
      one._tag === 'SchedArinc' ? [one.poolId] : []
    )
    for (const { id, slot, instance, pcpus } of arincPools(instant.host)) {
      const key = tableKey(instance)
      const table = tables.get(slot)
      if (table?.key !== key || installed.includes(id)) {
        const fromNs = installed.includes(id) ? nowNs : instance.nextMajorNs
        tables.set(slot, { key, originNs: instance.nextMajorNs, fromNs })
        for (const { pcpu } of pcpus) settled.delete(`${slot} ${pcpu}`)
      } else if (nowNs >= table.fromNs) {
        for (const output of instant.outputs)
          if (output._tag === 'Decision') settled.add(`${slot} ${output.pcpu}`)
      }
    }
  }
  return {
    see,
    of: ({ slot }) => tables.get(slot)?.originNs ?? 0,
    counts: ({ slot }, pcpu) => settled.has(`${slot} ${pcpu}`)
  }
}
