/**
 * Deadlines that stand in the records they belong to: a guest's phase and block in its own row, a pCPU's
 * slice and switch in the pCPU. One event changes these records anyway.
 *
 * @since 0.1.0
 */
import { eventClass } from '../abi/index.js'
import type { TimerId } from '../abi/index.js'
import { invariant, pendingTimers } from '../prelude/index.js'
import type { DeadlineKeeper, TimerKey } from '../prelude/index.js'
import { guestRowAt } from '../sched/index.js'
import type { Pcpu, SchedEdit } from '../sched/index.js'
import { Table } from '../prelude/index.js'

import { copyGuest, phaseEndNs } from './Guest.js'
import type { Guest } from './Guest.js'
import type { Host } from './Host.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The keeper of an edit.
 *
 * @category constructors
 * @since 0.1.0
 */
export const deadlinesIn = (x: SchedEdit): DeadlineKeeper => ({
  keeps,
  read: (key) =>
    isGuests(key.class)
      ? guestDeadline(x.guestRows.read(key.payload) as Guest | null, key.class)
      : pcpuDeadline(x.pcpus.read(key.payload), key.class),
  write: (key, deadlineNs) => {
    const { class: timerClass, payload } = key
    if (timerClass === eventClass.phaseEnd) return
    if (timerClass === eventClass.blockEnd) x.guestRows.writeWith(payload, copyGuest).blockAtNs = deadlineNs
    else if (timerClass === eventClass.sliceEnd) x.pcpus.write(payload).sliceAtNs = deadlineNs
    else x.pcpus.write(payload).switchAtNs = deadlineNs
  }
})

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * When a timer is due, wherever that stands; -1 when it is not pending.
 *
 * @category queries
 * @since 0.1.0
 */
export const deadlineOf = (host: Host, timer: TimerId): number => {
  const key = Table.get(host.timers.keys, timer)
  return keeps(key.class) ? read(host, key) : Table.get(host.timers.deadlines, timer)
}

/**
 * Everything that is pending, in the order in which it is due. O(n log n).
 *
 * @category queries
 * @since 0.1.0
 */
export const pendingEvents = (host: Host): ReturnType<typeof pendingTimers> =>
  pendingTimers(host.timers, { keeps, read: (key) => read(host, key) })

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const keeps = (timerClass: number): boolean =>
  isGuests(timerClass) || timerClass === eventClass.sliceEnd || timerClass === eventClass.switchEnd

const isGuests = (timerClass: number): boolean =>
  timerClass === eventClass.phaseEnd || timerClass === eventClass.blockEnd

const read = (host: Host, key: TimerKey): number =>
  isGuests(key.class)
    ? guestDeadline(guestRowAt(host.sched, key.payload) as Guest | null, key.class)
    : pcpuDeadline(Table.get(host.sched.pcpus, key.payload), key.class)

const guestDeadline = (g: Readonly<Guest> | null, timerClass: number): number => {
  invariant(g !== null, 'a timer of a guest has its guest')
  return timerClass === eventClass.phaseEnd ? phaseEndNs(g) : g.blockAtNs
}

const pcpuDeadline = (p: Readonly<Pcpu>, timerClass: number): number =>
  timerClass === eventClass.sliceEnd ? p.sliceAtNs : p.switchAtNs
