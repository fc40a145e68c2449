/**
 * A laboratory as a journal: the host at its start, what is planned, and the advance to its end, with the
 * digests that came of it. `xensim replay` repeats it and says where another build differs.
 *
 * @since 0.1.0
 */
import type { Input } from '../abi/index.js'
import { startJournal, appendBroken, recordInput } from '../replay/index.js'

import { registryDefault, startLaboratory } from './Laboratory.js'
import type { Laboratory, Registry } from './Laboratory.js'
import { boundInstants } from './watchHooks.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The text of a journal of the whole laboratory, as the schedulers of the registry run it; null when it
 * cannot start. A run that ends in an exception, or in an instant without end, is recorded as broken.
 *
 * @example
 * import * as assert from 'node:assert'
 * import { laboratoryMin, labToJournal } from '@xensim/core/testing'
 *
 * const journal = labToJournal(laboratoryMin)
 * assert.match(journal ?? '', /^{"format":"xensim-journal"/)
 *
 * @category queries
 * @since 0.1.0
 */
export const labToJournal = (laboratory: Laboratory, registry: Registry = registryDefault): string | null => {
  const schedulers = registry.schedulers.map((scheduler) => boundInstants(scheduler, () => undefined))
  const started = startLaboratory(laboratory, { ...registry, schedulers })
  if (started._tag === 'Left') return null
  const [env, host] = started.right
  const begun = startJournal(env, host)
  const input: Input = { _tag: 'Advance', toNs: laboratory.durationNs }
  try {
    return [
      ...begun.lines,
      ...recordInput(env, begun.recorder, { host, input }, { trace: false }).lines
    ].join('')
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [...begun.lines, ...appendBroken(begun.recorder, { host, input, message }).lines].join('')
  }
}
