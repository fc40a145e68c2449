/**
 * Records as the bytes of a trace file. Chunks written one after the other make a file.
 *
 * A window is begun wherever the pCPU changes, so that the order of records of one time on several pCPUs is
 * the order in the file.
 *
 * @since 0.1.0
 */
import { pcpusMax, traceEvent } from '../../abi/index.js'
import { UInt64, invariant } from '../../prelude/index.js'

import { dataWordsMax, eventMax } from './TraceRecord.js'
import type { TraceRecord } from './TraceRecord.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Encodes records, in the order given; `base` is added to their cycles.
 *
 * @category constructors
 * @since 0.1.0
 */
export const encodeXentrace = (
  records: ReadonlyArray<TraceRecord>,
  base: UInt64.UInt64 = UInt64.zero
): Uint8Array => {
  const bytes = new Uint8Array(sizeOf(records))
  const view = new DataView(bytes.buffer)
  let at = 0
  const put = (word: number): void => {
    view.setUint32(at, word, true)
    at += 4
  }
  let sizeAt = -1
  records.forEach((record, i) => {
    check(record)
    if (isFirstOfWindow(records, i)) {
      if (sizeAt >= 0) view.setUint32(sizeAt, at - sizeAt - 4, true)
      put(0x2000_0000 + traceEvent.cpuChange)
      put(record.pcpu)
      sizeAt = at
      put(0)
    }
    const { cycles, event, data } = record
    put((cycles === null ? 0 : 0x8000_0000) + data.length * 0x1000_0000 + event)
    if (cycles !== null) {
      const time = UInt64.add(base, UInt64.fromNumber(cycles))
      put(time.lo)
      put(time.hi)
    }
    for (const word of data) put(word)
  })
  if (sizeAt >= 0) view.setUint32(sizeAt, at - sizeAt - 4, true)
  invariant(at === bytes.length, 'the size was worked out before')
  return bytes
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const isFirstOfWindow = (records: ReadonlyArray<TraceRecord>, i: number): boolean =>
  i === 0 || (records[i - 1] as TraceRecord).pcpu !== (records[i] as TraceRecord).pcpu

const sizeOf = (records: ReadonlyArray<TraceRecord>): number =>
  records.reduce(
    (sum, { cycles, data }, i) =>
      sum + (isFirstOfWindow(records, i) ? 12 : 0) + (cycles === null ? 4 : 12) + 4 * data.length,
    0
  )

const check = ({ pcpu, event, data }: TraceRecord): void => {
  invariant(pcpu >= 0 && pcpu < pcpusMax, 'a record belongs to a pCPU')
  invariant(event >= 0 && event <= eventMax, 'an event number has 28 bits')
  invariant(data.length <= dataWordsMax, 'a record has at most seven data words')
  for (const word of data)
    invariant(Number.isSafeInteger(word) && word >= 0 && word <= 0xffff_ffff, 'data are words of 32 bits')
}
