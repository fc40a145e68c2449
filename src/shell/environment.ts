/**
 * What the hosts of the shell are made of: all schedulers, all guest programs, all operations of the
 * toolstack.
 *
 * @since 0.1.0
 */
import { Workload } from '../guest/index.js'
import { makeEnvironment } from '../machine/index.js'
import type { Environment } from '../machine/index.js'
import { schedulers } from '../sched/index.js'
import { toolstackOperations } from '../toolstack/index.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * An environment with everything there is.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeShellEnvironment = (): Environment =>
  makeEnvironment(schedulers, Workload.programs, toolstackOperations)
