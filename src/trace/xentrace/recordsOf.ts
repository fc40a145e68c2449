/**
 * From the outputs of a host to the records of a trace.
 *
 * @since 0.1.0
 */
import type { Output } from '../../abi/index.js'

import type { TraceRecord } from './TraceRecord.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The records among outputs; their cycles are nanoseconds since boot. Outputs hold records only if the run was
 * asked for events.
 *
 * @category constructors
 * @since 0.1.0
 */
export const recordsOf = (outputs: ReadonlyArray<Output>): ReadonlyArray<TraceRecord> => {
  const records: TraceRecord[] = []
  for (const output of outputs) {
    if (output._tag !== 'TraceEvent') continue
    const { pcpu, atNs, event, data } = output
    records.push({ pcpu, cycles: atNs, event, data })
  }
  return records
}
