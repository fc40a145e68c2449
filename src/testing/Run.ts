/**
 * What a laboratory run shows: the host after every instant, the outputs, and, under credit2, what the
 * scheduler saw and left at each call of the hooks that laws speak about. Laws are functions of this value
 * and of nothing else.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import * as E from 'fp-ts/lib/Either.js'

import type { Output } from '../abi/index.js'
import type { Host, TransitionError } from '../machine/index.js'
import { guarded, schedulers as xenSchedulers } from '../sched/index.js'

import type { HookView } from './HookView.js'
import { registryDefault, runLaboratory } from './Laboratory.js'
import type { Laboratory, Observer, Registry } from './Laboratory.js'
import type { Credit2View } from './View.js'
import { watchCredit2 } from './watchCredit2.js'
import { boundInstants, watchHooks } from './watchHooks.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * One instant: the host after it, what it told, and the hooks of credit2 (`views`) and of all other
 * schedulers (`hooks`) in the order in which they were called.
 *
 * @category model
 * @since 0.1.0
 */
export interface Instant {
  readonly host: Host
  readonly outputs: ReadonlyArray<Output>
  readonly views: ReadonlyArray<Credit2View>
  readonly hooks: ReadonlyArray<HookView>
}

/**
 * A whole run. The first instant is the boot, the last one the end of the experiment. `endlessAtNs` is null,
 * or the time of an instant that did not end: the run then ends before it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Run {
  readonly laboratory: Laboratory
  readonly registry: Registry
  readonly instants: ReadonlyArray<Instant>
  readonly endlessAtNs: number | null
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
  let hooks: HookView[] = []
  const endless: { atNs: number | null } = { atNs: null }
  const schedulers = registry.schedulers.map((scheduler) => {
    // The guard stands inside: watching one of Xen's own schedulers does not make it a stranger.
    const isStranger = (registry.isGuarding ?? true) && !xenSchedulers.includes(scheduler)
    const bounded = boundInstants(isStranger ? guarded(scheduler) : scheduler, (atNs) => {
      endless.atNs = atNs
    })
    return scheduler.name === 'credit2'
      ? watchCredit2(bounded, (view) => views.push(view))
      : watchHooks(bounded, (view) => hooks.push(view))
  })
  const observer: Observer = (host, outputs) => {
    instants.push({ host, outputs, views, hooks })
    views = []
    hooks = []
  }
  try {
    const ended = runLaboratory(laboratory, observer, { ...registry, schedulers, isGuarding: false })
    if (ended._tag === 'Left') return ended
  } catch (error) {
    if (endless.atNs === null) throw error
  }
  return E.right({ laboratory, registry, instants, endlessAtNs: endless.atNs })
}
