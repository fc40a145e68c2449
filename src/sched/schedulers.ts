/**
 * All schedulers of Xen.
 *
 * @since 0.1.0
 */
import { arinc653 } from './arinc653/arinc653.js'
import { credit } from './credit/credit.js'
import { credit2 } from './credit2/credit2.js'
import { nullScheduler } from './nullsched/nullsched.js'
import { rtds } from './rtds/rtds.js'
import type { Scheduler } from './Scheduler.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The registry of an environment that has them all; the default one first.
 *
 * @category constants
 * @since 0.1.0
 */
export const schedulers: ReadonlyArray<Scheduler> = [credit2, credit, rtds, nullScheduler, arinc653]
