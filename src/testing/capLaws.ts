/**
 * Laws of credit2 about caps.
 *
 * @since 0.1.0
 */
import type { DomainId, Output } from '../abi/index.js'
import { guestAt, vcpuTotals } from '../machine/index.js'
import type { Host } from '../machine/index.js'
import { Table } from '../prelude/index.js'

import { credit2Domains, isCapped, isCredit2, sliceMinNs, unitRow } from './credit2Rows.js'
import type { DomainEntry } from './credit2Rows.js'
import type { Law, Violation } from './Law.js'
import type { Run } from './Run.js'
import type { ReplenishView } from './View.js'
import { unitAt, vcpuAt } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * P8: in any window with k replenishments a domain consumes at most
 * `(k + 2) x totBudget + units x max(0.5 ms, rate limit)`; in one that begins when the cap is set, (k + 1).
 *
 * The specification says (k + 1) for any window. But a unit keeps its budget while it runs: one that was
 * given the whole budget just before a replenishment goes on with it and finds a new one afterwards, so a
 * window that begins between has nearly two (differs from the specification, which golden traces 117, 140
 * and 164 bear out).
 *
 * Windows in which the cap or the rate limit changes are not judged, nor hosts where a context switch takes
 * time.
 *
 * @category constants
 * @since 0.1.0
 */
export const capPerPeriod: Law = {
  id: 'C2-P8',
  statement:
    'a capped domain consumes its budget per period, the one before, and a shortest slice per unit on top',
  appliesTo: isCapLab,
  violations: (run) => capRunViolations(run, 2)
}

/**
 * P8 as the specification words it: (k + 1) for any window. It does not hold; see {@link capPerPeriod}.
 *
 * @category constants
 * @since 0.1.0
 */
export const capPerPeriodAsWorded: Law = {
  ...capPerPeriod,
  id: 'C2-P8-as-worded',
  violations: (run) => capRunViolations(run, 1)
}

/**
 * P9: the budget of a domain and of its units together changes by the time its units run and by
 * replenishments, after which the domain's part is at most its total.
 *
 * @category constants
 * @since 0.1.0
 */
export const budgetConserved: Law = {
  id: 'C2-P9',
  statement: 'budget is spent by running and comes from replenishments only, cut at the total',
  appliesTo: hasCaps,
  violations: (run) => {
    const replenished = run.instants.flatMap(({ host, views }) =>
      views.filter(isReplenish).flatMap((view) => replenishViolations(host, view))
    )
    const kept = run.instants.flatMap(({ host, outputs, views }, i) => {
      const before = run.instants[i - 1]
      return before === undefined || areSeveral(outputs)
        ? []
        : budgetViolations(before.host, host, views.filter(isReplenish))
    })
    return [...kept, ...replenished]
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/**
 * A domain since its cap was set: consumption less replenishments at the beginning, and the smallest
 * since.
 */
interface Window {
  readonly key: string
  readonly first: number
  least: number
  replenishments: number
  readonly isJudged: boolean
}

function hasCaps(run: Run): boolean {
  return (
    isCredit2(run) && run.instants.some(({ host }) => credit2Domains(host).some(({ row }) => row.cap > 0))
  )
}

function isCapLab(run: Run): boolean {
  return hasCaps(run) && run.laboratory.params.contextSwitchNs === 0
}

/**
 * Several operations at one instant can take a cap away and set it again; such instants are not looked
 * into.
 */
const areSeveral = (outputs: ReadonlyArray<Output>): boolean =>
  outputs.filter(({ _tag }) => _tag === 'ControlDone').length > 1

const isReplenish = (view: { readonly _tag: string }): view is ReplenishView => view._tag === 'Replenish'

/**
 * What units have consumed, as their vCPUs tell. Of several vCPUs of a unit the one that ran longest counts:
 * the unit ran at least as long.
 */
const consumedNs = (host: Host, units: ReadonlyArray<number>): number =>
  units.reduce((sum, unit) => sum + Math.max(...membersNs(host, unit)), 0)

const membersNs = (host: Host, unit: number): ReadonlyArray<number> =>
  unitAt(host.sched, unit).vcpus.map(
    (vcpu) => vcpuTotals(vcpuAt(host.sched, vcpu), guestAt(host, vcpu), host.nowNs).runningNs
  )

/** What units consumed between two instants: for several vCPUs no account tells, but who was current. */
const consumedBetween = (before: Host, after: Host, units: ReadonlyArray<number>): number =>
  units.every((unit) => unitAt(after.sched, unit).vcpus.length === 1)
    ? consumedNs(after, units) - consumedNs(before, units)
    : units.filter((unit) => isCurrent(before, unit)).length * (after.nowNs - before.nowNs)

const isCurrent = (host: Host, unit: number): boolean =>
  Table.get(host.sched.pcpus, unitAt(host.sched, unit).master).curr === unit

const createdNs = (host: Host, domid: DomainId): number =>
  host.domains.records.find((record) => record.domid === domid)?.createdNs ?? -1

const capRunViolations = (run: Run, budgetsMax: number): ReadonlyArray<Violation> => {
  const windows = new Map<number, Window>()
  return run.instants.flatMap(({ host, outputs, views }) => {
    const domains = credit2Domains(host).filter(({ row }) => row.cap > 0)
    if (areSeveral(outputs)) windows.clear()
    const gone = [...windows.keys()].filter((domid) => !domains.some((domain) => domain.domid === domid))
    for (const domid of gone) windows.delete(domid)
    return domains.flatMap((domain) =>
      capViolations(windows, host, domain, { views: views.filter(isReplenish), budgetsMax })
    )
  })
}

const capViolations = (
  windows: Map<number, Window>,
  host: Host,
  { domid, units, ratelimitNs, row }: DomainEntry,
  { views, budgetsMax }: { readonly views: ReadonlyArray<ReplenishView>; readonly budgetsMax: number }
): ReadonlyArray<Violation> => {
  const key = `${createdNs(host, domid)} ${row.cap} ${row.totalBudget} ${ratelimitNs}`
  const consumed = consumedNs(host, units)
  const old = windows.get(domid)
  // After a change of the cap budgets stay as they were, whatever the new cap is: nothing is said of that
  // domain any more.
  const held = units.reduce((sum, unit) => sum + Math.max(0, unitRow(host, unit).budget), row.budget)
  const isJudged = old === undefined ? held <= row.totalBudget : old.key === key && old.isJudged
  const fresh = { key, first: consumed, least: consumed, replenishments: 0, isJudged }
  const window = old?.key === key ? old : fresh
  windows.set(domid, window)
  if (!window.isJudged) return []
  for (const { domid: other, before, after } of views)
    if (other === domid)
      window.replenishments += Math.round((after.nextReplenishNs - before.nextReplenishNs) / periodNs(host))
  const height = consumed - window.replenishments * row.totalBudget
  const overrun = units.length * Math.max(sliceMinNs, ratelimitNs)
  window.least = Math.min(window.least, height)
  const excess = Math.max(
    height - window.least - budgetsMax * row.totalBudget,
    height - window.first - row.totalBudget
  )
  if (excess <= overrun) return []
  return [{ atNs: host.nowNs, text: `domain ${domid} took ${excess - overrun} ns more than its cap allows` }]
}

const periodNs = (host: Host): number => host.sched.params.credit2CapPeriodMs * 1_000_000

/** Budget of the domain and of its units, less what running units have used and were not charged for yet. */
const budgetNow = (host: Host, { units, row }: DomainEntry): number =>
  units.reduce((sum, unit) => {
    const s = unitRow(host, unit)
    return sum + s.budget - (isCurrent(host, unit) ? host.nowNs - s.startNs : 0)
  }, row.budget)

const budgetViolations = (
  before: Host,
  after: Host,
  views: ReadonlyArray<ReplenishView>
): ReadonlyArray<Violation> =>
  credit2Domains(after).flatMap((domain) => {
    const old = credit2Domains(before).find(({ domid }) => domid === domain.domid)
    if (old === undefined || createdNs(before, domain.domid) !== createdNs(after, domain.domid)) return []
    if (old.row.cap !== domain.row.cap || domain.row.cap === 0) return []
    if (!domain.units.every((unit) => isCapped(unitRow(after, unit)))) return []
    const ran = consumedBetween(before, after, domain.units)
    const given = views
      .filter(({ domid }) => domid === domain.domid)
      .reduce((sum, view) => sum + view.after.budget - view.before.budget, 0)
    const expected = budgetNow(before, old) - ran + given
    const got = budgetNow(after, domain)
    if (got === expected) return []
    return [{ atNs: after.nowNs, text: `domain ${domain.domid} has budget ${got}, not ${expected}` }]
  })

const replenishViolations = (host: Host, view: ReplenishView): ReadonlyArray<Violation> => {
  const { before, after, atNs, domid } = view
  const period = periodNs(host)
  const times = (after.nextReplenishNs - before.nextReplenishNs) / period
  const given = before.budget + times * before.totalBudget
  const expected = given > 0 ? Math.min(given, before.totalBudget) : given
  if (
    after.budget === expected &&
    times >= 1 &&
    after.nextReplenishNs > atNs &&
    after.nextReplenishNs - period <= atNs
  )
    return []
  const nextNs = after.nextReplenishNs
  const text = `domain ${domid} is given ${after.budget}, not ${expected}, and again at ${nextNs}`
  return [{ atNs, text }]
}
