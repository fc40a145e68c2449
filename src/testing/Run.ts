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

import { registryDefault, runLaboratory } from './Laboratory.js'
import type { Laboratory, Registry } from './Laboratory.js'
import type { Credit2View } from './View.js'
import { watchCredit2 } from './watchCredit2.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * One instant: the host after it, what it told, and the hooks of credit2 in the order in which they were
 * called.
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
