/**
 * `xensim xenstored`: says that it is not there yet.
 *
 * @since 0.1.0
 */
import { notImplemented } from '../xenstore/index.js'

import type { ParsedArguments } from './argumentParser.js'
import { Failure } from './Command.js'
import type { Surroundings } from './Command.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const runXenstored = (_given: ParsedArguments, _surroundings: Surroundings): Promise<number> =>
  Promise.reject(new Failure(`NotImplemented: ${notImplemented.feature}`))
