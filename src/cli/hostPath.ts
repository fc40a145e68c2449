/**
 * Which host file a command is about. Private to this folder.
 *
 * @since 0.1.0
 */
import { valueOf } from './argumentParser.js'
import type { ParsedArguments } from './argumentParser.js'
import { UsageError } from './Command.js'
import type { Surroundings } from './Command.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * What `-H` says, or else `XENSIM_HOST`.
 *
 * @category queries
 * @since 0.1.0
 */
export const hostPathOf = (given: ParsedArguments, { environment }: Surroundings): string => {
  const path = valueOf(given, 'host') ?? environment['XENSIM_HOST'] ?? ''
  if (path === '') throw new UsageError('which host? Give -H HOST or set XENSIM_HOST')
  return path
}
