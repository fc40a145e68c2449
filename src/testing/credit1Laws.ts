/**
 * Laws of credit (credit1) about queues, priorities and decisions: R2 to R4 and R7 to R10 of its
 * specification.
 *
 * @since 0.1.0
 */
import { schedulerTimerKind } from '../abi/index.js'
import type { PcpuId } from '../abi/index.js'
import type { Host } from '../machine/index.js'
import { BitSet } from '../prelude/index.js'

import {
  credit1Domains,
  credit1Pools,
  credit1Units,
  creditOf,
  flagMigrating,
  flagParked,
  flagYields,
  instanceIn,
  pcpuRowIn,
  priorityBoost,
  priorityOver,
  priorityUnder,
  sliceLeastNs
} from './credit1Rows.js'
import type { CreditEntry, CreditPcpu, CreditPool } from './credit1Rows.js'
import { decisionsOf, nameOf, stateOf, timersOf, wakeupsOf } from './decisionLaws.js'
import type { DecisionView, PoolState, UnitState } from './HookView.js'
import { boots, isSwitchFree, lawOfHosts } from './hostRows.js'
import type { Law } from './Law.js'
import type { Run } from './Run.js'

// -------------------------------------------------------------------------------------
// constants: queues
// -------------------------------------------------------------------------------------

/**
 * R2: a queue that was sorted since the last accounting has units with credit before units without, but for
 * those that yield.
 *
 * The specification speaks of the order of priorities. BOOST and UNDER can be the wrong way round for good:
 * accounting takes the boost of an active unit that waits before an inactive boosted one, and the sort does
 * not tell the two apart.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1QueueOrder: Law = lawOfHosts({
  id: 'CR-R2',
  statement: 'a sorted queue has units with credit before units without, yielding ones apart',
  appliesTo: isCredit,
  check: (host) =>
    credit1Pools(host).flatMap((pool) =>
      pool.pcpus.flatMap(({ row, pcpu }) => orderWrong(host, pool, pcpu, row.runq))
    )
})

/**
 * Section 3: a pCPU's queue has exactly the runnable units bound to it that do not run, and at its end the
 * idle unit while a guest runs.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1QueueContent: Law = lawOfHosts({
  id: 'CR-3',
  statement:
    'a queue has exactly the units that wait for its pCPU, and last the idle unit when that does not run',
  appliesTo: (run) => isCredit(run) && isSwitchFree(run),
  check: (host) => {
    const units = credit1Units(host)
    return credit1Pools(host).flatMap((pool) =>
      pool.pcpus.flatMap(({ pcpu, curr, row }) => {
        const waiting = units.filter((unit) => unit.master === pcpu && unit.isRunnable && !unit.isCurrent)
        const expected = [...waiting.map(({ slot }) => slot), ...(curr === pcpu ? [] : [pcpu])]
        const isLast = curr === pcpu || row.runq.at(-1) === pcpu
        if (isLast && ascending(row.runq) === ascending(expected)) return []
        return [`pCPU ${pcpu} has the queue [${row.runq.join()}], and [${expected.join()}] wait`]
      })
    )
  }
})

/**
 * R3, and the other way round: between instants the idlers are exactly the pCPUs that idle.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1Idlers: Law = lawOfHosts({
  id: 'CR-R3',
  statement: 'the idlers are the pCPUs that idle and that nobody tickled',
  appliesTo: (run) => isCredit(run) && isSwitchFree(run),
  check: (host) =>
    credit1Pools(host).flatMap(({ pcpus, instance }) =>
      pcpus
        .filter(({ pcpu, isIdle }) => BitSet.has(instance.idlers, pcpu) !== isIdle)
        .map(
          ({ pcpu, isIdle }) => `pCPU ${pcpu} ${isIdle ? 'idles and is not' : 'is busy and'} among the idlers`
        )
    )
})

/**
 * R10: a domain is active exactly while one of its units is, and it is listed once; only its own units are.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1Active: Law = lawOfHosts({
  id: 'CR-R10',
  statement: 'active are exactly the domains that have an active unit, each once',
  appliesTo: isCredit,
  check: (host) =>
    credit1Pools(host).flatMap(({ slot, instance }) => {
      const active = credit1Domains(host, slot).filter(({ row }) => row.activeUnits.length > 0)
      const [has, expected] = [
        ascending(instance.activeDomains),
        ascending(active.map((domain) => domain.slot))
      ]
      const texts = has === expected ? [] : [`active are the domains [${has}], not [${expected}]`]
      for (const { row } of active)
        if (new Set(row.activeUnits).size !== row.activeUnits.length)
          texts.push(`a unit is active twice: ${row.activeUnits.join()}`)
      return texts
    })
})

// -------------------------------------------------------------------------------------
// constants: decisions
// -------------------------------------------------------------------------------------

/**
 * R4: a pCPU that decides to idle has nobody in its own queue; and if it has just looked around, and nothing
 * is too hot to move, there is nobody to steal on a busy pCPU with two or more units.
 *
 * A pCPU looks around at most once in the balance rate limit. One that may not yet, idles beside waiting
 * units until it is tickled; of such decisions nothing is said.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1WorkConserving: Law = {
  id: 'CR-R4',
  statement: 'a pCPU that idles found nobody in its queue and, if it was its turn to look, nobody to steal',
  appliesTo: (run) => decisionsOf(run, 'credit').length > 0,
  violations: (run) =>
    decisionsOf(run, 'credit').flatMap((view) => {
      const { atNs, pcpu, next, pool } = view
      if (next !== pcpu) return []
      const passed = [...waitingOn(pool, pcpu), ...(isLooking(view) ? stealable(view) : [])]
      return passed.map((unit) => ({ atNs, text: `pCPU ${pcpu} idles beside ${nameOf(unit)}` }))
    })
}

/**
 * R9: a runnable unit that does not yield is not replaced before it has run for the rate limit.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1RateLimit: Law = {
  id: 'CR-R9',
  statement: 'a unit that goes on wanting to run is not replaced before it has run for the rate limit',
  appliesTo: (run) => decisionsOf(run, 'credit').some(({ pool }) => instanceIn(pool).ratelimitNs > 0),
  violations: (run) =>
    decisionsOf(run, 'credit').flatMap(({ atNs, curr, next, before, pool, pcpu }) => {
      if (next === curr || before === null || !isEager(before)) return []
      const ranNs = atNs - before.stateEntryNs
      const { ratelimitNs } = instanceIn(pool)
      if (ranNs >= ratelimitNs) return []
      return [
        { atNs, text: `${nameOf(before)} is replaced on pCPU ${pcpu} after ${ranNs} of ${ratelimitNs} ns` }
      ]
    })
}

/**
 * Section 5: a slice is the timeslice or, while the rate limit keeps a unit, what is left of that, and at
 * least 100 ns where the unit has run for less.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1Slices: Law = {
  id: 'CR-5',
  statement: 'a slice is the timeslice, or what is left of the rate limit',
  appliesTo: (run) => decisionsOf(run, 'credit').length > 0,
  violations: (run) =>
    decisionsOf(run, 'credit').flatMap(({ atNs, curr, next, sliceNs, before, pool, pcpu }) => {
      const { ratelimitNs, timesliceMs } = instanceIn(pool)
      const ranNs = before === null ? 0 : Math.max(0, atNs - before.stateEntryNs)
      const isKept = next === curr && before !== null && isEager(before) && ranNs < ratelimitNs
      const left = ranNs < sliceLeastNs ? sliceLeastNs : ratelimitNs - ranNs
      const expected = next === pcpu ? -1 : isKept ? left : timesliceMs * 1_000_000
      return sliceNs === expected
        ? []
        : [{ atNs, text: `slice of ${sliceNs} ns on pCPU ${pcpu}, not ${expected}` }]
    })
}

// -------------------------------------------------------------------------------------
// constants: boost
// -------------------------------------------------------------------------------------

/**
 * R7: no unit that a tick found running has its boost afterwards.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1BoostEnds: Law = {
  id: 'CR-R7',
  statement: 'a boost ends with the next tick that finds the unit running',
  appliesTo: (run) => timersOf(run, schedulerTimerKind.creditTick).length > 0,
  violations: (run) =>
    timersOf(run, schedulerTimerKind.creditTick).flatMap(({ atNs, payload, after }) => {
      const running = stateOf(after, after.pcpus.find(({ pcpu }) => pcpu === payload)?.curr ?? -1)
      if (running === null || creditOf(running).priority !== priorityBoost) return []
      return [{ atNs, text: `${nameOf(running)} is still boosted after a tick` }]
    })
}

/**
 * R8: a wake-up boosts a unit only if it was UNDER and neither parked nor just placed or moved; and an
 * accounting that lets a parked unit go on does not boost it.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1BoostGiven: Law = {
  id: 'CR-R8',
  statement: 'nobody is boosted that is out of credit, was parked, or was just placed or moved',
  appliesTo: (run) => wakeupsOf(run, 'credit').length > 0,
  violations: (run) => [
    ...wakeupsOf(run, 'credit').flatMap(({ atNs, before, after }) => {
      const [old, now] = [creditOf(before), creditOf(after)]
      const isBoosted = old.priority !== priorityBoost && now.priority === priorityBoost
      const mayBe = old.priority === priorityUnder && (old.flags & (flagParked | flagMigrating)) === 0
      return isBoosted && !mayBe ? [{ atNs, text: `${nameOf(before)} is boosted` }] : []
    }),
    ...timersOf(run, schedulerTimerKind.creditAccounting).flatMap(({ atNs, before, after }) =>
      after.units
        .filter((unit) => {
          const old = stateOf(before, unit.unit)
          const wasParked = old !== null && (creditOf(old).flags & flagParked) !== 0
          return wasParked && creditOf(unit).priority === priorityBoost
        })
        .map((unit) => ({ atNs, text: `${nameOf(unit)} is boosted by an accounting` }))
    )
  ]
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

function isCredit(run: Run): boolean {
  return boots(run, 'credit')
}

const ascending = (list: ReadonlyArray<number>): string =>
  list
    .slice()
    .sort((a, b) => a - b)
    .join()

const orderWrong = (
  host: Host,
  { instance, pcpus }: CreditPool,
  pcpu: PcpuId,
  runq: ReadonlyArray<number>
): ReadonlyArray<string> => {
  const sortLast = pcpus.find((own) => own.pcpu === pcpu)?.row.sortLast
  if (sortLast !== instance.runqSort) return []
  const units = credit1Units(host)
  const queued = runq
    .map((slot) => units.find((unit) => unit.slot === slot))
    .filter((unit): unit is CreditEntry => unit !== undefined && (unit.row.flags & flagYields) === 0)
  const isLate = queued.some(
    ({ row }, i) => row.priority >= priorityUnder && queued[i - 1]?.row.priority === priorityOver
  )
  return isLate ? [`pCPU ${pcpu} has a unit with credit behind one without`] : []
}

const waitingOn = (pool: PoolState, pcpu: PcpuId): ReadonlyArray<UnitState> =>
  (pcpuRowIn(pool, pcpu)?.runq ?? [])
    .map((slot) => stateOf(pool, slot))
    .filter((unit): unit is UnitState => unit !== null && unit.isRunnable)

/** Whether the decision looked at other pCPUs, as its row says, and nothing is kept for being cache hot. */
const isLooking = ({ atNs, pcpu, pcpuBefore, pool }: DecisionView): boolean =>
  (pcpuBefore as CreditPcpu | null)?.lastBalanceNs !== atNs &&
  pcpuRowIn(pool, pcpu)?.lastBalanceNs === atNs &&
  instanceIn(pool).migrationDelayNs === 0 &&
  BitSet.has(pool.cpus, pcpu)

/** Whom it should have taken. Pools that idle pCPUs are no workers, nor those whose current unit is idle. */
const stealable = ({ pcpu, pool }: DecisionView): ReadonlyArray<UnitState> =>
  pool.pcpus
    .filter(
      (peer) =>
        peer.pcpu !== pcpu &&
        peer.curr !== peer.pcpu &&
        BitSet.has(pool.cpus, peer.pcpu) &&
        !BitSet.has(instanceIn(pool).idlers, peer.pcpu) &&
        (pcpuRowIn(pool, peer.pcpu)?.runnableTotal ?? 0) > 1
    )
    .flatMap((peer) => waitingOn(pool, peer.pcpu))
    .filter(
      (unit) => !unit.isRunning && BitSet.has(unit.hard, pcpu) && (creditOf(unit).flags & flagYields) === 0
    )

/** Whether a unit wants to go on and nothing but the rate limit speaks for it. */
const isEager = ({ isRunnable, row }: UnitState): boolean =>
  isRunnable && ((row as { readonly flags: number }).flags & flagYields) === 0
