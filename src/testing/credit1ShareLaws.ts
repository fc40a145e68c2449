/**
 * Laws of credit (credit1) about credits, shares, caps and waiting: R1, R5 and R6 of its specification, how
 * exactly time is charged, and how long nobody waits.
 *
 * @since 0.1.0
 */
import { pcpusTotal, schedulerTimerKind } from '../abi/index.js'
import { waterFill } from '../trace/index.js'

import {
  activeIn,
  credit1Units,
  creditNs,
  creditOf,
  creditsPerTimeslice,
  flagYields,
  instanceIn
} from './credit1Rows.js'
import type { CreditEntry } from './credit1Rows.js'
import { decisionsOf, nameOf, stateOf, timersOf } from './decisionLaws.js'
import type { TimerView } from './HookView.js'
import { boots, everyInstant, isSwitchFree, neverBlocks, waits, isMoved } from './hostRows.js'
import type { Law, Violation } from './Law.js'
import type { Instant, Run } from './Run.js'
import { timesOf } from './shareLaws.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * R1: right after an accounting every active unit has credit between `-CPT` and `CPT`, the credits of a
 * timeslice on one pCPU; one that has just stopped being active between half of `CPT + 1` and half of what
 * it had, at least CPT, with one share on top, at most CPT and the debt.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1Bounds: Law = {
  id: 'CR-R1',
  statement: 'after an accounting no active unit has more than a timeslice of credit, or of debt',
  appliesTo: (run) => timersOf(run, schedulerTimerKind.creditAccounting).length > 0,
  violations: (run) => timersOf(run, schedulerTimerKind.creditAccounting).flatMap(boundsWrong)
}

/**
 * Section 4.1: time is charged to the nanosecond. What a unit ran, less its credits and what is not charged
 * yet, changes in accountings only; and a unit that does not run has less than one credit open, one way or
 * the other.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1Charged: Law = {
  id: 'CR-4.1',
  statement: 'a unit is charged for all it runs: outside of accountings nothing else changes its credit',
  appliesTo: (run) => boots(run, 'credit') && isSwitchFree(run),
  violations: (run) => {
    const since = new Map<string, number>()
    return everyInstant(run, (instant) => {
      const isPaid = instant.hooks.some(
        (view) => view._tag === 'Timer' && view.kind === schedulerTimerKind.creditAccounting
      )
      if (isPaid || isMoved(run, instant)) since.clear()
      return credit1Units(instant.host).flatMap((unit) => chargedWrongly(since, instant, unit))
    })
  }
}

/**
 * R5: at the default timeslice, where nobody sleeps or yields and there are no caps or affinities, from one
 * second on each domain's part of all time is what its weight and its number of vCPUs entitle it to, to
 * within `max(2 %, (vCPUs + 1) x timeslice / (pCPUs x time))` of all time: if weights are equal, or if there
 * are two vCPUs on one pCPU. The tolerance is measured, not derived.
 *
 * The specification has `max(2 %, 2 timeslices / time)` for all weights and any number of units, and does
 * not exclude yields and short timeslices. But a heavy unit that waits for its turn behind several others
 * earns more than a timeslice of credit meanwhile and loses half of it, for good; a unit that yields gives a
 * timeslice away; each vCPU begins with a timeslice whatever its weight; and what an accounting pays is
 * rounded up to whole credits for each unit, of which a timeslice of 1 ms has ten (`wording.test.ts`). Of
 * unequal weights {@link credit1ShareOrder} says what holds.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1Share: Law = {
  id: 'CR-R5',
  statement: 'domains that never sleep get times in proportion to their weights',
  appliesTo: (run) =>
    isShareLab(run) &&
    neverYields(run) &&
    run.laboratory.durationNs >= 1_000_000_000 &&
    run.laboratory.params.creditTimesliceMs === 30 &&
    (areWeightsEqual(run) || (vcpusOf(run) === 2 && pcpusTotal(run.laboratory.topology) === 1)),
  violations: (run) => sharesWrong(run, false)
}

/**
 * R5 as the specification words it, for any timeslice and for guests that yield.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1ShareAsWorded: Law = {
  ...credit1Share,
  id: 'CR-R5-as-worded',
  appliesTo: (run) => isShareLab(run) && run.laboratory.durationNs >= 1_000_000_000,
  violations: (run) => sharesWrong(run, true)
}

/**
 * R5 for unequal weights, measured: of two domains with equally many vCPUs the heavier one does not get
 * less time, up to `(vCPUs + 1) x timeslice`: on one pCPU, where nobody sleeps or yields. (On two pCPUs who
 * shares one with whom counts for more.)
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1ShareOrder: Law = {
  id: 'CR-R5b',
  statement: 'of domains that never sleep a heavier one gets no less than a lighter one',
  appliesTo: (run) =>
    isShareLab(run) &&
    neverYields(run) &&
    pcpusTotal(run.laboratory.topology) === 1 &&
    run.laboratory.domains.length > 1,
  violations: (run) => {
    const last = run.instants.at(-1)
    if (last === undefined) return []
    const { domains, params } = run.laboratory
    const times = timesOf(last.host)
    const slackNs = (vcpusOf(run) + 1) * params.creditTimesliceMs * 1_000_000
    return domains.flatMap((light, i) =>
      domains.flatMap((heavy, k): ReadonlyArray<Violation> => {
        const isHeavier = (heavy.weight ?? 256) >= (light.weight ?? 256)
        if (!isHeavier || heavy.vcpus.length !== light.vcpus.length) return []
        const missing = (times[i] ?? 0) - (times[k] ?? 0) - slackNs
        if (missing <= 0) return []
        return [
          { atNs: last.host.nowNs, text: `domain ${heavy.domid} got ${missing} ns less than ${light.domid}` }
        ]
      })
    )
  }
}

/**
 * R6, measured at the default timeslice: in any k timeslices a capped domain uses at most
 * `(k + 1) x cap x timeslice + (units + 1) x timeslice`, where nobody sleeps.
 *
 * The specification does not say that nobody sleeps. It is needed: only who is found running by a tick
 * becomes active, and only active units are ever stopped (`wording.test.ts`).
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1Cap: Law = {
  id: 'CR-R6',
  statement: 'a capped domain that never sleeps uses its cap, and a timeslice or two for each unit on top',
  appliesTo: (run) =>
    isAwakeLab(run) &&
    run.laboratory.params.creditTimesliceMs === 30 &&
    run.laboratory.domains.some(({ cap }) => (cap ?? 0) > 0),
  violations: (run) => capsExceeded(run)
}

/**
 * R6 as the specification words it, for any guests.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1CapAsWorded: Law = {
  ...credit1Cap,
  id: 'CR-R6-as-worded',
  appliesTo: (run) => boots(run, 'credit') && isSwitchFree(run) && run.laboratory.operations.length === 0
}

/**
 * No starvation, derived: on one pCPU where nobody sleeps and there are no caps, nobody waits longer than
 * `(ceil(CPT / pay) + n + 2) x timeslice`, with n units and `pay = ceil(CPT x w / W)` (w its weight, W the
 * sum of the weights of all units).
 *
 * A unit out of credit has at most CPT credits of debt after an accounting, and gets at least `pay` at each:
 * after `ceil(CPT / pay)` of them it has credit again, and its place among the others that have is settled by
 * the next tick. At most the n others run a timeslice each before it, then it is first; the one under way and
 * the tick are the 2. With weight 1 against 65,535 that is about nine seconds.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1NoStarvation: Law = {
  id: 'CR-D1',
  statement: 'nobody waits longer than it takes to earn a timeslice of credit and for each other to run one',
  appliesTo: (run) => isShareLab(run) && pcpusTotal(run.laboratory.topology) === 1,
  violations: (run) => {
    const waitingNs = new Map<string, number>()
    return everyInstant(run, ({ host }) => {
      const units = credit1Units(host)
      return units.flatMap((unit) => {
        if (!waits(unit)) {
          waitingNs.delete(unit.key)
          return []
        }
        const since = waitingNs.get(unit.key) ?? host.nowNs
        waitingNs.set(unit.key, since)
        const most = longestWaitNs(run, units, unit)
        return host.nowNs - since <= most
          ? []
          : [`${unit.name} waits since ${since} ns, longer than ${most} ns`]
      })
    })
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const boundsWrong = ({ atNs, before, after }: TimerView): ReadonlyArray<Violation> => {
  const most = creditsPerTimeslice(instanceIn(after))
  const [wasActive, isActive] = [activeIn(before), activeIn(after)]
  return after.units.flatMap((unit): ReadonlyArray<Violation> => {
    const { credit } = creditOf(unit)
    if (isActive.has(unit.unit)) {
      if (credit >= -most && credit <= most) return []
      return [{ atNs, text: `${nameOf(unit)} has credit ${credit} and CPT is ${most}` }]
    }
    if (!wasActive.has(unit.unit)) return []
    const old = stateOf(before, unit.unit)
    const had = Math.max(most, old === null ? 0 : creditOf(old).credit)
    const debt = Math.max(0, -instanceIn(before).creditBalance)
    const [least, highest] = [Math.floor((most + 1) / 2), Math.floor((had + most + debt + 1) / 2)]
    if (credit >= least && credit <= highest) return []
    return [
      { atNs, text: `${nameOf(unit)} leaves with credit ${credit}, not within ${least} and ${highest}` }
    ]
  })
}

const chargedWrongly = (
  since: Map<string, number>,
  { host }: Instant,
  { key, name, row, isCurrent, ranNs }: CreditEntry
): ReadonlyArray<string> => {
  const openNs = isCurrent ? row.startNs - host.nowNs : row.startNs
  const constant = row.credit * creditNs + openNs + ranNs
  const old = since.get(key) ?? constant
  since.set(key, constant)
  const texts = old === constant ? [] : [`${name} is charged ${old - constant} ns too much`]
  if (!isCurrent && Math.abs(openNs) >= creditNs) texts.push(`${name} stopped with ${openNs} ns not charged`)
  return texts
}

/** No operations, nobody sleeps, all may run everywhere; who is stopped by its cap is offline meanwhile. */
function isAwakeLab(run: Run): boolean {
  return (
    boots(run, 'credit') &&
    isSwitchFree(run) &&
    neverBlocks(run) &&
    run.laboratory.domains.every(({ vcpus }) =>
      vcpus.every(({ hard, soft }) => hard === null && soft === null)
    )
  )
}

function isShareLab(run: Run): boolean {
  return isAwakeLab(run) && run.laboratory.domains.every(({ cap }) => (cap ?? 0) === 0)
}

const vcpusOf = (run: Run): number => run.laboratory.domains.reduce((sum, { vcpus }) => sum + vcpus.length, 0)

const areWeightsEqual = (run: Run): boolean =>
  new Set(run.laboratory.domains.map(({ weight }) => weight ?? 256)).size === 1

const neverYields = (run: Run): boolean =>
  decisionsOf(run, 'credit').every(
    ({ before }) => before === null || (creditOf(before).flags & flagYields) === 0
  )

/** A domain's weight counts once for each of its vCPUs, which can use a pCPU each. */
const sharesDue = (run: Run): ReadonlyArray<number> => {
  const pcpus = pcpusTotal(run.laboratory.topology)
  const claims = run.laboratory.domains.map(({ weight, vcpus }) => ({
    weight: (weight ?? 256) * vcpus.length,
    limit: vcpus.length
  }))
  return waterFill(pcpus, claims).map((part) => part / pcpus)
}

/** As in credit2's cap law: consumption less what the cap gives, from its smallest value on. */
const capsExceeded = (run: Run): ReadonlyArray<Violation> => {
  const least = new Map<number, number>()
  let accountings = 0
  return run.instants.flatMap(({ host, hooks }) => {
    const timer = hooks.find(
      (view) => view._tag === 'Timer' && view.kind === schedulerTimerKind.creditAccounting
    )
    if (timer?._tag !== 'Timer') return []
    accountings++
    const sliceNs = instanceIn(timer.after).timesliceMs * 1_000_000
    const times = timesOf(host)
    return run.laboratory.domains.flatMap(({ domid, cap, vcpus }, i): ReadonlyArray<Violation> => {
      if ((cap ?? 0) === 0) return []
      const capNs = ((cap ?? 0) * sliceNs) / 100
      const height = (times[i] ?? 0) - accountings * capNs
      const from = Math.min(least.get(domid) ?? height, height)
      least.set(domid, from)
      const excess = height - from - capNs - (vcpus.length + 1) * sliceNs
      return excess <= 0 ? [] : [{ atNs: host.nowNs, text: `domain ${domid} took ${excess} ns too much` }]
    })
  })
}

const longestWaitNs = (run: Run, units: ReadonlyArray<CreditEntry>, unit: CreditEntry): number => {
  const { creditTimesliceMs } = run.laboratory.params
  const perTimeslice = 10 * creditTimesliceMs
  const weightSum = units.reduce((sum, { domain }) => sum + domain.weight, 0)
  const pay = Math.ceil((perTimeslice * unit.domain.weight) / weightSum)
  return (Math.ceil(perTimeslice / pay) + units.length + 2) * creditTimesliceMs * 1_000_000
}

const sharesWrong = (run: Run, isAsWorded: boolean): ReadonlyArray<Violation> => {
  const last = run.instants.at(-1)
  if (last === undefined) return []
  const { host } = last
  const whole = host.nowNs * pcpusTotal(run.laboratory.topology)
  const sliceNs = run.laboratory.params.creditTimesliceMs * 1_000_000
  const pcpus = pcpusTotal(run.laboratory.topology)
  const slices = isAsWorded ? 2 : (vcpusOf(run) + 1) / pcpus
  const tolerance = Math.max(0.02, (slices * sliceNs) / host.nowNs)
  const due = sharesDue(run)
  return timesOf(host).flatMap((timeNs, i): ReadonlyArray<Violation> => {
    const [got, expected] = [timeNs / whole, due[i] ?? 0]
    if (Math.abs(got - expected) <= tolerance) return []
    const name = run.laboratory.domains[i]?.domid ?? 0
    return [{ atNs: host.nowNs, text: `domain ${name} got ${got}, not ${expected} of all time` }]
  })
}
