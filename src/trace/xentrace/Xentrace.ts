/**
 * A trace as the tool `xentrace` writes it: windows of records, each window from the buffer of one pCPU.
 *
 * The file is a row of 32-bit words, low byte first. A record is a word with its event (bits 0 to 27), the
 * number of its data words (28 to 30) and whether it has a time (31); then the time, two words, low first;
 * then the data. A record `cpuChange` names a pCPU and how many bytes of that pCPU follow.
 *
 * A recorder that is stopped leaves a file that ends anywhere: it is read up to its last whole record, with a
 * warning. Everything else that is not as it should be is an error with its byte.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { pcpusMax, traceEvent, traceIdleDomid } from '../../abi/index.js'
import type { PcpuId } from '../../abi/index.js'
import { UInt64 } from '../../prelude/index.js'

import { layoutOf, wordsOf } from './layouts.js'
import type { TraceRecord } from './TraceRecord.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Records that a pCPU had no room for.
 *
 * @category model
 * @since 0.1.0
 */
export interface LostRecords {
  readonly pcpu: PcpuId
  /** Cycles at which there was room again, counted from the base. */
  readonly cycles: number | null
  readonly recordsTotal: number
}

/**
 * Bytes and records of one pCPU, the headers of its windows apart.
 *
 * @category model
 * @since 0.1.0
 */
export interface TraceVolume {
  readonly pcpu: PcpuId
  readonly windowsTotal: number
  readonly recordsTotal: number
  readonly bytesTotal: number
}

/**
 * A whole trace. Records are in the order of time, those of one time in the order of the file; cycles count
 * from `base`, the smallest time in the file. `pcpusTotal` is one more than the highest pCPU that has a
 * window.
 *
 * @category model
 * @since 0.1.0
 */
export interface Xentrace {
  readonly base: UInt64.UInt64
  readonly records: ReadonlyArray<TraceRecord>
  readonly pcpusTotal: number
  readonly volumes: ReadonlyArray<TraceVolume>
  readonly lost: ReadonlyArray<LostRecords>
  readonly warnings: ReadonlyArray<XentraceFault>
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * Something wrong in a trace file: at which byte, and what.
 *
 * @category errors
 * @since 0.1.0
 */
export interface XentraceFault {
  readonly offset: number
  readonly reason: string
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads a trace file.
 *
 * @category constructors
 * @since 0.1.0
 */
export const decodeXentrace = (bytes: Uint8Array): Either<XentraceFault, Xentrace> => {
  const reader = new Reader(bytes)
  const fault = reader.read()
  return fault === null ? E.right(reader.finish()) : E.left(fault)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The window of a cpu change: event, two data words. */
const headerBytes = 12
const headerWord = (0x2000_0000 | traceEvent.cpuChange) >>> 0
const lostWords = 4
/** The last number of the class of run states. */
const runstateLast = 0x21fff
/** From here on domids are reserved. */
const domidsTotal = 0x7ff0
/** More than any kind of domain may have. */
const vcpusMax = 8192

interface Row {
  readonly pcpu: PcpuId
  readonly time: UInt64.UInt64 | null
  /** The time of its pCPU when it was written; null before the first. */
  readonly orderedBy: UInt64.UInt64 | null
  readonly event: number
  readonly data: ReadonlyArray<number>
}

interface PcpuBuffer {
  readonly pcpu: PcpuId
  windowsTotal: number
  recordsTotal: number
  bytesTotal: number
  last: UInt64.UInt64 | null
}

class Reader {
  private readonly view: DataView
  private readonly length: number
  private at = 0
  private readonly rows: Row[] = []
  private readonly lostRows: Row[] = []
  private readonly buffers = new Map<number, PcpuBuffer>()
  private readonly warnings: XentraceFault[] = []

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.length = bytes.byteLength
  }

  read(): XentraceFault | null {
    while (this.at < this.length) {
      const fault = this.readWindow()
      if (fault !== null) return fault
    }
    return null
  }

  finish(): Xentrace {
    const base = this.rows.concat(this.lostRows).reduce(smallest, null) ?? UInt64.zero
    const ordered = this.rows.map((row, i) => ({ row, i, key: row.orderedBy ?? base }))
    ordered.sort((a, b) => UInt64.compare(a.key, b.key) || a.i - b.i)
    const cyclesOf = (time: UInt64.UInt64 | null): number | null =>
      time === null ? null : (time.hi - base.hi) * 0x1_0000_0000 + (time.lo - base.lo)
    const volumes = [...this.buffers.values()].sort((a, b) => a.pcpu - b.pcpu)
    return {
      base,
      records: ordered.map(({ row: { pcpu, time, event, data } }) => ({
        pcpu,
        cycles: cyclesOf(time),
        event,
        data
      })),
      pcpusTotal: volumes.reduce((max, { pcpu }) => Math.max(max, pcpu + 1), 0),
      volumes: volumes.map(({ pcpu, windowsTotal, recordsTotal, bytesTotal }) => ({
        pcpu,
        windowsTotal,
        recordsTotal,
        bytesTotal
      })),
      lost: this.lostRows.map(({ pcpu, time, data }) => ({
        pcpu,
        cycles: cyclesOf(time),
        recordsTotal: data[0] as number
      })),
      warnings: this.warnings
    }
  }

  private readWindow(): XentraceFault | null {
    const from = this.at
    if (this.length - from < headerBytes) {
      if (from === 0) return fault(from, 'not a trace: no header of a window')
      return this.cutOff(from, 'in the header of a window')
    }
    const word = this.word(from)
    if (word !== headerWord) {
      const found = `0x${word.toString(16).padStart(8, '0')}`
      const what = from === 0 ? 'not a trace: it' : 'a window'
      return fault(from, `${what} begins with ${found}, not with the cpu change 0x${headerWord.toString(16)}`)
    }
    const pcpu = this.word(from + 4)
    const size = this.word(from + 8)
    if (pcpu >= pcpusMax) return fault(from + 4, `pCPU ${pcpu} is out of range (0 to ${pcpusMax - 1})`)
    this.at = from + headerBytes
    const buffer = this.bufferOf(pcpu)
    buffer.windowsTotal++
    const end = this.at + size
    while (this.at < Math.min(end, this.length)) {
      const problem = this.readRecord(buffer, end)
      if (problem !== null) return problem
    }
    if (end > this.length && this.at === this.length && this.warnings.length === 0)
      return this.cutOff(this.length, `${end - this.length} bytes before the end of a window of pCPU ${pcpu}`)
    return null
  }

  private readRecord(buffer: PcpuBuffer, end: number): XentraceFault | null {
    const from = this.at
    const { pcpu } = buffer
    if (end - from < 4) return fault(from, `a window of pCPU ${pcpu} has ${end - from} bytes left over`)
    if (this.length - from < 4) return this.cutOff(from, 'in a record')
    const word = this.word(from)
    const wordsTotal = (word >>> 28) & 7
    const isTimed = word >= 0x8000_0000
    const bodyAt = from + (isTimed ? 12 : 4)
    const next = bodyAt + 4 * wordsTotal
    const event = word & 0xfff_ffff
    if (next > end) {
      const reason = `event 0x${event.toString(16)} is longer than what its window of pCPU ${pcpu} has left`
      return fault(from, reason)
    }
    if (next > this.length) return this.cutOff(from, 'in a record')
    const time = isTimed ? UInt64.make(this.word(from + 8), this.word(from + 4)) : null
    const data = Array.from({ length: wordsTotal }, (_, i) => this.word(bodyAt + 4 * i))
    const row: Row = { pcpu, time, orderedBy: time ?? buffer.last, event, data }
    const problem = this.complaint(row, from, buffer)
    if (problem !== null) return problem
    if (time !== null) buffer.last = time
    buffer.recordsTotal++
    buffer.bytesTotal += next - from
    this.at = next
    if (event === traceEvent.lostRecords) this.lostRows.push(row)
    else if (event !== traceEvent.wrap) this.rows.push(row)
    return null
  }

  private complaint(
    { time, event, data, pcpu }: Row,
    from: number,
    buffer: PcpuBuffer
  ): XentraceFault | null {
    if (event === traceEvent.cpuChange)
      return fault(from, `a window begins before the one of pCPU ${pcpu} has ended`)
    if (time !== null) {
      if (buffer.last !== null && UInt64.compare(time, buffer.last) < 0)
        return fault(from, `time goes back on pCPU ${pcpu}`)
      if (!this.isNear(time)) return fault(from, 'the times of the file lie further apart than 2^53 cycles')
    }
    const layout = layoutOf(event)
    const words = event === traceEvent.lostRecords ? lostWords : layout === null ? null : wordsOf(layout)
    const name = layout?.name ?? 'lost_records'
    if (words !== null && words !== data.length)
      return fault(from, `${name} (0x${event.toString(16)}) has ${data.length} data words, not ${words}`)
    const stranger = layout === null ? null : strangerIn(event, data)
    if (stranger !== null) return fault(from, `${name} (0x${event.toString(16)}) names ${stranger}`)
    if (layout !== null && time === null) return fault(from, `${name} (0x${event.toString(16)}) has no time`)
    return null
  }

  private first: UInt64.UInt64 | null = null

  /** Within 2^52 cycles of the first time, so that differences of any two are exact numbers. */
  private isNear(time: UInt64.UInt64): boolean {
    this.first ??= time
    return Math.abs(time.hi - this.first.hi) < 0x10_0000
  }

  private bufferOf(pcpu: PcpuId): PcpuBuffer {
    const known = this.buffers.get(pcpu)
    if (known !== undefined) return known
    const buffer = { pcpu, windowsTotal: 0, recordsTotal: 0, bytesTotal: 0, last: null }
    this.buffers.set(pcpu, buffer)
    return buffer
  }

  private cutOff(offset: number, where: string): null {
    this.warnings.push({ offset, reason: `the file is cut off ${where}` })
    this.at = this.length
    return null
  }

  private word(offset: number): number {
    return this.view.getUint32(offset, true)
  }
}

/** Whom an event of the generic scheduler names that can't be there; null when all is well. */
const strangerIn = (event: number, data: ReadonlyArray<number>): string | null => {
  const isRunstate = event >= traceEvent.runstateChange && event <= runstateLast
  const isDomain = event === traceEvent.domAdd || event === traceEvent.domRem || event === traceEvent.shutdown
  if (!isRunstate && !isDomain) return null
  const word = data[0] as number
  const domid = isRunstate ? word >>> 16 : word
  const vcpu = isRunstate ? word & 0xffff : 0
  if (domid >= domidsTotal && domid !== traceIdleDomid) return `domain ${domid}, which is no domid`
  return vcpu >= vcpusMax ? `vCPU ${vcpu}, more than ${vcpusMax - 1}` : null
}

const fault = (offset: number, reason: string): XentraceFault => ({ offset, reason })

const smallest = (min: UInt64.UInt64 | null, { time }: Row): UInt64.UInt64 | null =>
  time === null || (min !== null && UInt64.compare(min, time) <= 0) ? min : time
