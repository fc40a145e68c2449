/**
 * Laws of credit2 about load averages.
 *
 * @since 0.1.0
 */
import { credit2Queues, isCredit2, schedulesOf, viewOf } from './credit2Rows.js'
import type { QueueEntry } from './credit2Rows.js'
import type { Law, Violation } from './Law.js'
import type { Instant } from './Run.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * P11: the load average of a run queue stays between 0 and the largest load seen, up to 1 per update; after
 * a gap longer than the window an update makes it the load exactly.
 *
 * @category constants
 * @since 0.1.0
 */
export const loadBounds: Law = {
  id: 'C2-P11',
  statement: 'a load average lies between 0 and the largest load seen, and is the load after a long gap',
  appliesTo: isCredit2,
  violations: (run) => {
    const seen = new Map<number, Seen>()
    const hasPools = run.laboratory.operations.some(({ operation }) => operation._tag.startsWith('Pool'))
    return run.instants.flatMap((instant) => {
      // A queue can go and another come in its place: begin anew.
      const isNew = hasPools && instant.outputs.some(({ _tag }) => _tag === 'ControlDone')
      return credit2Queues(instant.host).flatMap((queue) => {
        if (isNew) seen.delete(queue.slot)
        return loadViolations(seen, instant, queue)
      })
    })
  }
}

/**
 * Section 8: a decision that goes on with the running unit brings the averages of the unit and of its queue
 * up to now, one that idles those of the queue. Ticks have 1,024 ns.
 *
 * @category constants
 * @since 0.1.0
 */
export const loadUpToDate: Law = {
  id: 'C2-8a',
  statement: 'a decision to go on or to idle brings load averages up to now',
  appliesTo: (run) => schedulesOf(run).length > 0,
  violations: (run) =>
    schedulesOf(run).flatMap(({ atNs, curr, next, pcpu, after }) => {
      const unit = viewOf(after.units, next)
      if (unit !== null && curr !== next) return []
      const tick = Math.floor(atNs / 1024)
      if (after.row.loadUpdated === tick && (unit?.row.loadUpdated ?? tick) === tick) return []
      return [
        { atNs, text: `pCPU ${pcpu} leaves a load average of ${after.row.loadUpdated}, now is ${tick}` }
      ]
    })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Seen {
  loadMax: number
  updates: number
  last: QueueEntry['row']
}

const loadViolations = (
  seen: Map<number, Seen>,
  { host, views }: Instant,
  { slot, row }: QueueEntry
): ReadonlyArray<Violation> => {
  const { credit2LoadWindowShift, credit2LoadPrecisionShift } = host.sched.params
  const one = 2 ** credit2LoadPrecisionShift
  const old = seen.get(slot) ?? { loadMax: Math.ceil(row.avgload / one), updates: 0, last: row }
  const during = views.flatMap((view) =>
    view._tag === 'Replenish' ? [] : [view.before.row, view.after.row].filter(({ id }) => id === row.id)
  )
  const loadMax = Math.max(old.loadMax, row.load, ...during.map(({ load }) => load))
  const isUpdated = row.loadUpdated !== old.last.loadUpdated
  const updates = old.updates + (isUpdated ? 1 : 0)
  seen.set(slot, { loadMax, updates, last: row })
  const say = (text: string): Violation => ({ atNs: host.nowNs, text: `run queue ${row.id} ${text}` })
  const violations: Violation[] = []
  if (row.avgload < -updates || row.avgload > loadMax * one + updates)
    violations.push(say(`has average load ${row.avgload}, not within 0 and ${loadMax} x ${one}`))
  const isLongGap = isUpdated && old.last.loadUpdated + 2 ** (credit2LoadWindowShift - 10) < row.loadUpdated
  if (isLongGap && row.avgload !== old.last.load * one)
    violations.push(say(`has average load ${row.avgload} after a gap with load ${old.last.load}`))
  return violations
}
