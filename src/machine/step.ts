/**
 * How time passes: the calendar's events in order, then the softirqs they raised, instant by instant.
 *
 * @since 0.1.0
 */
import { eventClass, schedulerTimerKind } from '../abi/index.js'
import type { TimerId } from '../abi/index.js'
import { absurd, invariant } from '../prelude/index.js'
import { drain, switchEnded } from '../sched/index.js'

import type { HostEdit } from './HostEdit.js'
import { operate } from './operate.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Events that one instant may have: far more than any real one, so that a program that takes no time is
 * found.
 */
const eventsPerInstantMax = 10_000_000

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Carries out the next instant if it is not later than `untilNs`: all events due at it, in the order of their
 * keys, then the pending softirqs. False when there is none.
 *
 * @category transitions
 * @since 0.1.0
 */
export const runInstant = (edit: HostEdit, untilNs: number): boolean => {
  const { timers, x } = edit
  const atNs = timers.firstDeadline()
  if (atNs > untilNs) return false
  if (atNs > x.nowNs) x.nowNs = atNs
  let eventsLeft = eventsPerInstantMax
  while (timers.firstDeadline() <= x.nowNs) {
    fire(edit, timers.first())
    invariant(--eventsLeft > 0, 'an instant comes to an end: some guest program takes no time')
  }
  if (x.isPending()) drain(x)
  return true
}

/**
 * Lets time pass up to `untilNs`, which becomes the time of the host. False when it stopped after an earlier
 * instant, for the toolstack to do something.
 *
 * @category transitions
 * @since 0.1.0
 */
export const runUntil = (edit: HostEdit, untilNs: number): boolean => {
  while (runInstant(edit, untilNs)) if (edit.hasCalls()) return false
  invariant(untilNs >= edit.x.nowNs, 'time goes forward')
  edit.x.nowNs = untilNs
  return true
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type EventClass = (typeof eventClass)[keyof typeof eventClass]

/** Carries out one event. */
const fire = (edit: HostEdit, timer: TimerId): void => {
  const { x, guests } = edit
  const key = edit.timers.key(timer)
  edit.timers.stop(timer)
  const kind = key.class as EventClass
  switch (kind) {
    case eventClass.phaseEnd:
      return guests.phaseEnded(key.payload)
    case eventClass.blockEnd:
      return guests.blockEnded(key.payload)
    case eventClass.sliceEnd:
      return x.raise(key.payload)
    case eventClass.scheduler:
      return fireScheduler(edit, key.k1, key.k2, key.payload)
    case eventClass.switchEnd:
      return switchEnded(x, key.payload)
    case eventClass.control:
      return firePlanned(edit, key.k1, timer)
    default:
      return absurd(kind)
  }
}

/** A scheduler's own timer: the payload is a domain's slot, a pool's slot or a pCPU, by kind. */
const fireScheduler = (edit: HostEdit, kind: number, owner: number, payload: number): void => {
  const { x } = edit
  const pool =
    kind === schedulerTimerKind.credit2Replenish
      ? x.domains.read(payload).pool
      : kind === schedulerTimerKind.creditTick
        ? x.pcpus.read(payload).pool
        : payload
  x.schedulerOfPool(pool).timer(x, kind, owner, payload)
}

const firePlanned = (edit: HostEdit, index: number, timer: TimerId): void => {
  const planned = edit.planned.find((other) => other.index === index)
  invariant(planned !== undefined, 'a control event has its operation')
  edit.planned = edit.planned.filter((other) => other !== planned)
  edit.timers.release(timer)
  edit.x.executingPcpu = 0
  const result = operate(edit, planned.operation)
  const errno = result._tag === 'Left' ? result.left : null
  edit.x.sink?.push({ _tag: 'ControlDone', atNs: edit.x.nowNs, index, errno })
}
