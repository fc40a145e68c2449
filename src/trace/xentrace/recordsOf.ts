/**
 * From the outputs of a host to the records of a trace.
 *
 * @since 0.1.0
 */
import type { Output, PcpuId } from '../../abi/index.js'

import type { TraceRecord } from './TraceRecord.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The cycle counter that a trace is written with: where it stands, and which pCPU read it last. It belongs to
 * whoever writes the trace, and is changed in place.
 *
 * It counts the nanoseconds since boot (differs from Xen: DIFF-27). Of one instant it keeps the order: what
 * one pCPU does after another at the same virtual time is later by a nanosecond. `xenalyze` puts the records
 * of all pCPUs in the order of their times, and would otherwise see a vCPU run before it was woken. It never
 * stands at 0, which `xenalyze` takes for a counter that was not read.
 *
 * @category model
 * @since 0.1.0
 */
export interface TraceClock {
  cycles: number
  pcpu: PcpuId
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A counter that nobody has read.
 *
 * @category constructors
 * @since 0.1.0
 */
export const traceClock = (): TraceClock => ({ cycles: 1, pcpu: -1 })

/**
 * The records among outputs. There are none unless the run was asked for events.
 *
 * @category constructors
 * @since 0.1.0
 */
export const recordsOf = (outputs: ReadonlyArray<Output>, clock: TraceClock): ReadonlyArray<TraceRecord> => {
  const records: TraceRecord[] = []
  for (const output of outputs) {
    if (output._tag !== 'TraceEvent') continue
    const { pcpu, atNs, event, data } = output
    const isOther = clock.pcpu >= 0 && clock.pcpu !== pcpu
    clock.cycles = Math.max(atNs, clock.cycles + (isOther ? 1 : 0))
    clock.pcpu = pcpu
    records.push({ pcpu, cycles: clock.cycles, event, data })
  }
  return records
}
