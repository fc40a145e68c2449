/**
 * Laws of credit2 about run queues and their masks, about who is passed over, and about affinity.
 *
 * @since 0.1.0
 */
import { Table, BitSet } from '../prelude/index.js'
import type { Host } from '../machine/index.js'

import {
  credit2Queues,
  creditIdle,
  flagScheduled,
  isCredit2,
  isUnitRunnable,
  schedulesOf,
  siblingsOf,
  unitRow,
  viewOf
} from './credit2Rows.js'
import type { QueueEntry } from './credit2Rows.js'
import type { Law, Violation } from './Law.js'
import type { Run } from './Run.js'
import type { ScheduleView, UnitView, WakeView } from './View.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * P2: between instants a run queue is sorted by credit, not increasing; it has exactly those assigned units
 * that are runnable and not scheduled; its load is the number of waiting and of scheduled units.
 *
 * @category constants
 * @since 0.1.0
 */
export const queueContent: Law = {
  id: 'C2-P2',
  statement:
    'a run queue is sorted by credit, has exactly the units that wait, and counts them and those that run',
  appliesTo: isCredit2,
  violations: (run) =>
    everyHost(run, (host) => credit2Queues(host).flatMap((queue) => queueViolations(host, queue)))
}

/**
 * Section 5, `runqInsert`: a unit that wakes is queued before the first unit of strictly lower credit,
 * behind its equals.
 *
 * @category constants
 * @since 0.1.0
 */
export const queueInsertion: Law = {
  id: 'C2-5',
  statement: 'a unit that wakes is queued behind all of equal or higher credit and before all of lower',
  appliesTo: (run) => wakesOf(run).some(isInserted),
  violations: (run) =>
    wakesOf(run)
      .filter(isInserted)
      .flatMap((view) => {
        const expected = insertedPlainly(view)
        if (String(expected) === String(view.after.list)) return []
        const text = `unit ${view.unit} gives the queue [${view.after.list.join()}], not [${expected.join()}]`
        return [{ atNs: view.atNs, text }]
      })
}

/**
 * P3: `idle` has a pCPU exactly when its last decision was idle; `smtIdle` is made of whole cores (of the
 * run queue) whose pCPUs are idle and not tickled.
 *
 * The second half is not judged in laboratories in which a pCPU joins a pool: it enters the SMT-idle mask
 * even when its sibling is busy (section 10.2), against the wording of P3.
 *
 * @category constants
 * @since 0.1.0
 */
export const idleMasks: Law = {
  id: 'C2-P3',
  statement:
    'the idle mask has the pCPUs that idle, the SMT-idle mask whole cores of them that nobody tickled',
  appliesTo: isCredit2,
  violations: (run) =>
    everyHost(run, (host) =>
      credit2Queues(host).flatMap((queue) => maskViolations(host, queue, arePcpusJoining(run)))
    )
}

/**
 * P4: when a pCPU decides to idle, each unit queued in its run queue and allowed on it is not runnable, or
 * left to another tickled pCPU, or without budget, or bound to another pCPU with credit below idle credit +
 * migration resistance.
 *
 * @category constants
 * @since 0.1.0
 */
export const workConservation: Law = {
  id: 'C2-P4',
  statement: 'a pCPU that decides to idle had a reason to pass over each unit in its run queue',
  appliesTo: (run) => isCredit2(run) && schedulesOf(run).length > 0,
  violations: (run) =>
    schedulesOf(run).flatMap((view) => {
      if (viewOf(view.after.units, view.next) !== null) return []
      const resistNs = run.laboratory.params.credit2MigrateResistUs * 1000
      return view.after.list
        .map((slot) => viewOf(view.after.units, slot))
        .filter((unit) => unit !== null)
        .filter((unit) => !isPassedOver(view, unit, resistNs))
        .map(({ domid, unitId, row }) => ({
          atNs: view.atNs,
          text: `pCPU ${view.pcpu} idles beside ${domid}.${unitId} with credit ${row.credit}`
        }))
    })
}

/**
 * P10: no unit runs outside its hard affinity and its pool at the time of the decision; a pCPU whose
 * removal from its pool is unfinished goes on with what cannot leave it (golden trace 103 has such
 * decisions).
 *
 * @category constants
 * @since 0.1.0
 */
export const affinityKept: Law = {
  id: 'C2-P10',
  statement: 'no unit is given a pCPU outside its hard affinity and its cpupool',
  appliesTo: isCredit2,
  violations: (run) =>
    schedulesOf(run).flatMap((view) => {
      const next = viewOf(view.before.units, view.next)
      if (next === null) return []
      const isInPool = BitSet.has(view.poolCpus, view.pcpu) || view.isLeaving
      if (BitSet.has(next.hard, view.pcpu) && isInPool) return []
      return [
        {
          atNs: view.atNs,
          text: `pCPU ${view.pcpu} takes ${next.domid}.${next.unitId}, which must not run there`
        }
      ]
    })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const everyHost = (run: Run, check: (host: Host) => ReadonlyArray<string>): ReadonlyArray<Violation> =>
  run.instants.flatMap(({ host }) => check(host).map((text) => ({ atNs: host.nowNs, text })))

const queueViolations = (host: Host, { row, list }: QueueEntry): ReadonlyArray<string> => {
  const texts: string[] = []
  const waiting = row.svc.filter(
    (slot) => isUnitRunnable(host, slot) && (unitRow(host, slot).flags & flagScheduled) === 0
  )
  const scheduled = row.svc.filter((slot) => (unitRow(host, slot).flags & flagScheduled) !== 0)
  const credits = list.map((slot) => unitRow(host, slot).credit)
  if (credits.some((credit, i) => credit > (credits[i - 1] ?? Infinity)))
    texts.push(`run queue ${row.id} is not sorted: ${credits.join()}`)
  const [has, waits] = [ascending(list).join(), ascending(waiting).join()]
  if (has !== waits) texts.push(`run queue ${row.id} has units [${has}], but [${waits}] wait`)
  if (list.some((slot) => !unitRow(host, slot).isQueued))
    texts.push(`run queue ${row.id} has a unit not marked so`)
  if (row.load !== list.length + scheduled.length)
    texts.push(
      `run queue ${row.id} has load ${row.load}, ${list.length} wait, ${scheduled.length} are scheduled`
    )
  return texts
}

const ascending = (list: ReadonlyArray<number>): ReadonlyArray<number> => list.slice().sort((a, b) => a - b)

const wakesOf = (run: Run): ReadonlyArray<WakeView> =>
  run.instants.flatMap(({ views }) => views.filter((view) => view._tag === 'Wake'))

const isInserted = ({ unit, before, after }: WakeView): boolean =>
  !before.list.includes(unit) && after.list.includes(unit)

/** The plain twin: a walk from the head. */
const insertedPlainly = ({ unit, before }: WakeView): ReadonlyArray<number> => {
  const creditOf = (slot: number): number => viewOf(before.units, slot)?.row.credit ?? 0
  const list = before.list.slice()
  let at = 0
  while (at < list.length && creditOf(list[at] as number) >= creditOf(unit)) at++
  list.splice(at, 0, unit)
  return list
}

const arePcpusJoining = (run: Run): boolean =>
  run.laboratory.operations.some(({ operation }) => operation._tag === 'PoolAddPcpu')

const maskViolations = (host: Host, { row }: QueueEntry, areJoining: boolean): ReadonlyArray<string> => {
  const texts: string[] = []
  for (const pcpu of BitSet.toArray(row.active)) {
    const isIdle = Table.get(host.sched.pcpus, pcpu).curr === pcpu
    if (BitSet.has(row.idle, pcpu) !== isIdle)
      texts.push(`pCPU ${pcpu} ${isIdle ? 'idles' : 'does not idle'}, the idle mask says otherwise`)
    if (areJoining || !BitSet.has(row.smtIdle, pcpu)) continue
    const siblings = siblingsOf(host, pcpu)
    if (siblings === null || !BitSet.isSubset(siblings, row.smtIdle))
      texts.push(`the SMT-idle mask has pCPU ${pcpu} but not its whole core`)
  }
  if (!BitSet.isSubset(row.idle, row.active))
    texts.push(`run queue ${row.id} has idle pCPUs that are not its own`)
  if (!areJoining && !BitSet.isSubset(row.smtIdle, BitSet.andNot(row.idle, row.tickled)))
    texts.push(`run queue ${row.id} has SMT-idle pCPUs that are busy or tickled`)
  return texts
}

/** The reasons of P4. A unit without budget is not in the list any more: it was parked. */
const isPassedOver = (
  view: ScheduleView,
  { master, hard, isRunnable, row }: UnitView,
  resistNs: number
): boolean => {
  if (!BitSet.has(hard, view.pcpu) || !isRunnable) return true
  const { tickledPcpu } = row
  if (tickledPcpu >= 0 && tickledPcpu !== view.pcpu && BitSet.has(view.after.row.tickled, tickledPcpu))
    return true
  return master !== view.pcpu && row.credit < creditIdle + resistNs
}
