/**
 * What a laboratory run shows: the host after every instant, the outputs, and, under credit2, what the scheduler saw and
 * left at each call of the hooks that laws speak about. Laws are functions of this value and of nothing else.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import * as E from 'fp-ts/lib/Either.js'

import type { Output } from '../abi/index.js'
import type { Host, TransitionError } from '../machine/index.js'
import type { BitSet } from '../prelude/index.js'
import type { Credit2Domain, Credit2Queue, Credit2Unit } from '../sched/index.js'

import { registryDefault, runLaboratory } from './Laboratory.js'
import type { Laboratory, Registry } from './Laboratory.js'
import { watchCredit2 } from './watchCredit2.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A unit of a run queue as credit2 finds it: its slot, its names, what the generic layer knows and credit2's own row.
 *
 * @category model
 * @since 0.1.0
 */
export interface UnitView {
  readonly unit: number
  readonly domid: number
  readonly unitId: number
  readonly master: number
  readonly isRunning: boolean
  readonly isRunnable: boolean
  readonly stateEntryNs: number
  readonly hard: BitSet.BitSet
  readonly row: Readonly<Credit2Unit>
}

/**
 * A run queue: its record, the slots of the waiting units in order, and all units assigned to it.
 *
 * @category model
 * @since 0.1.0
 */
export interface QueueView {
  readonly row: Readonly<Credit2Queue>
  readonly list: ReadonlyArray<number>
  readonly units: ReadonlyArray<UnitView>
}

/**
 * One decision of credit2, with its run queue before and after. `curr` and `next` are slots; a slot below the number of
 * pCPUs is an idle unit.
 *
 * @category model
 * @since 0.1.0
 */
export interface ScheduleView {
  readonly _tag: 'Schedule'
  readonly atNs: number
  readonly pcpu: number
  readonly poolCpus: BitSet.BitSet
  readonly ratelimitNs: number
  readonly curr: number
  readonly next: number
  readonly sliceNs: number
  readonly isMigrated: boolean
  readonly before: QueueView
  readonly after: QueueView
}

/**
 * A wake-up, with the run queue of the woken unit before and after; `curr` runs on the pCPU the unit is bound to.
 *
 * @category model
 * @since 0.1.0
 */
export interface WakeView {
  readonly _tag: 'Wake'
  readonly atNs: number
  readonly unit: number
  readonly curr: number
  readonly ratelimitNs: number
  readonly before: QueueView
  readonly after: QueueView
}

/**
 * A replenishment of a capped domain.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReplenishView {
  readonly _tag: 'Replenish'
  readonly atNs: number
  readonly domid: number
  readonly before: Readonly<Credit2Domain>
  readonly after: Readonly<Credit2Domain>
}

/**
 * @category model
 * @since 0.1.0
 */
export type Credit2View = ScheduleView | WakeView | ReplenishView

/**
 * One instant: the host after it, what it told, and the hooks of credit2 in the order in which they were called.
 *
 * @category model
 * @since 0.1.0
 */
export interface Instant {
  readonly host: Host
  readonly outputs: ReadonlyArray<Output>
  readonly views: ReadonlyArray<Credit2View>
}

/**
 * A whole run. The first instant is the boot, the last one the end of the experiment.
 *
 * @category model
 * @since 0.1.0
 */
export interface Run {
  readonly laboratory: Laboratory
  readonly registry: Registry
  readonly instants: ReadonlyArray<Instant>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Runs a laboratory and keeps everything about it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const observeLaboratory = (
  laboratory: Laboratory,
  registry: Registry = registryDefault
): Either<TransitionError, Run> => {
  const instants: Instant[] = []
  let views: Credit2View[] = []
  const schedulers = registry.schedulers.map((scheduler) =>
    scheduler.name === 'credit2' ? watchCredit2(scheduler, (view) => views.push(view)) : scheduler
  )
  const ended = runLaboratory(
    laboratory,
    (host, outputs) => {
      instants.push({ host, outputs, views })
      views = []
    },
    { schedulers, programs: registry.programs }
  )
  if (ended._tag === 'Left') return ended
  return E.right({ laboratory, registry, instants })
}
