import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'

import { traceEvent } from '../../../../src/abi/index.js'
import { decodeXentrace, encodeXentrace, eventName, valuesOf } from '../../../../src/trace/index.js'
import { UInt64 } from '../../../../src/prelude/index.js'
import { traceBytes } from './fixtures.js'

const bytesOf = (...words: ReadonlyArray<number>): Uint8Array => {
  const bytes = new Uint8Array(words.length * 4)
  words.forEach((word, i) => {
    new DataView(bytes.buffer).setUint32(i * 4, word, true)
  })
  return bytes
}

const header = 0x2001_f003
/** A wake of d1v0 at time `low`: 20 bytes. */
const wake = (low: number, high = 0): ReadonlyArray<number> => [0xa002_8004, low, high, 1, 0]

const faultOf = (...words: ReadonlyArray<number>) => {
  const decoded = decodeXentrace(bytesOf(...words))
  return decoded._tag === 'Left' ? decoded.left : decoded.right.warnings[0]
}

test('a record is event, size and "timed" in one word, then time, low half first, then data', () => {
  expect(decodeXentrace(bytesOf(header, 3, 20, ...wake(0x10, 0x2)))).toEqual(
    E.right({
      base: UInt64.make(2, 0x10),
      records: [{ pcpu: 3, cycles: 0, event: traceEvent.wake, data: [1, 0] }],
      pcpusTotal: 4,
      volumes: [{ pcpu: 3, windowsTotal: 1, recordsTotal: 1, bytesTotal: 20 }],
      lost: [],
      warnings: []
    })
  )
})

test('records of all pCPUs are put in the order of time, those of one time in the order of the file', () => {
  const bytes = bytesOf(header, 1, 40, ...wake(10), ...wake(30), header, 0, 40, ...wake(10), ...wake(20))
  const decoded = decodeXentrace(bytes)
  const order =
    decoded._tag === 'Right' ? decoded.right.records.map(({ pcpu, cycles }) => [pcpu, cycles]) : []
  expect(order).toEqual([
    [1, 0],
    [0, 0],
    [0, 10],
    [1, 20]
  ])
})

test('a record without a time has the place of the one before it on its pCPU', () => {
  const decoded = decodeXentrace(bytesOf(header, 0, 24, ...wake(10), 0x0fff_f000, header, 1, 20, ...wake(5)))
  const order = decoded._tag === 'Right' ? decoded.right.records.map(({ event }) => event) : []
  expect(order).toEqual([traceEvent.wake, traceEvent.wake, 0xfff_f000])
})

test('wraps are skipped, whatever their size; lost records are told apart', () => {
  const wrap = [0x3001_f002, 7, 8, 9]
  const lost = [0xc001_f001, 50, 0, 12, 0, 40, 0]
  const decoded = decodeXentrace(bytesOf(header, 2, 16 + 28 + 20, ...wrap, ...lost, ...wake(60)))
  expect(decoded).toMatchObject({
    right: { records: [{ cycles: 10 }], lost: [{ pcpu: 2, cycles: 0, recordsTotal: 12 }], warnings: [] }
  })
})

test('an empty file is a trace of nothing', () => {
  expect(decodeXentrace(new Uint8Array(0))).toMatchObject({ right: { records: [], pcpusTotal: 0 } })
})

test.each([
  ['no window at the start', wake(1), 0, /^not a trace: it begins with 0xa0028004/],
  ['a few bytes', [header], 0, /^not a trace/],
  ['a pCPU that can not be', [header, 5000, 0], 4, /^pCPU 5000 is out of range \(0 to 4094\)$/],
  ['a window that ends in the middle of a record', [header, 0, 16, ...wake(1)], 12, /longer than .* left$/],
  ['a window within a window', [header, 0, 24, header, 1, 0, ...wake(1)], 12, /^a window begins before/],
  [
    'something between windows',
    [header, 0, 20, ...wake(1), ...wake(2)],
    32,
    /^a window begins with 0xa0028004/
  ],
  ['time that goes back', [header, 0, 40, ...wake(2), ...wake(1)], 32, /^time goes back on pCPU 0$/],
  ['times too far apart', [header, 0, 40, ...wake(2), ...wake(1, 0x20_0000)], 32, /further apart/],
  [
    'data that are too short',
    [header, 0, 16, 0x9002_8004, 1, 0, 1],
    12,
    /^wake \(0x28004\) has 1 data words, not 2$/
  ],
  [
    'a lost record of another size',
    [header, 0, 4, 0x0001_f001],
    12,
    /^lost_records .* has 0 data words, not 4$/
  ],
  [
    'a scheduling event without a time',
    [header, 0, 12, 0x2002_8004, 1, 0],
    12,
    /^wake \(0x28004\) has no time$/
  ],
  [
    'a domid that can not be',
    [header, 0, 16, 0x9002_1011, 1, 0, 0x8000_0000],
    12,
    /names domain 32768, which is no/
  ],
  [
    'a vCPU that can not be',
    [header, 0, 16, 0x9002_1011, 1, 0, 0x2000],
    12,
    /names vCPU 8192, more than 8191$/
  ]
])('refused, with place and reason: %s', (_, words, offset, reason) => {
  const decoded = decodeXentrace(bytesOf(...words))
  expect(decoded).toEqual(E.left({ offset, reason: expect.stringMatching(reason) as string }))
})

test.each([
  ['in the header of a window', [header, 0, 20, ...wake(1), header, 1], 32, 1],
  ['in a record', [header, 0, 40, ...wake(1), ...wake(2).slice(0, 3)], 32, 1],
  ['20 bytes before the end of a window of pCPU 0', [header, 0, 40, ...wake(1)], 32, 1]
])('a file that is cut off %s is read up to there, with a warning', (where, words, offset, recordsTotal) => {
  const decoded = decodeXentrace(bytesOf(...words))
  expect(decoded).toMatchObject({ right: { warnings: [{ offset, reason: `the file is cut off ${where}` }] } })
  expect(decoded._tag === 'Right' ? decoded.right.records.length : -1).toBe(recordsTotal)
  expect(faultOf(...words)?.offset).toBe(offset)
})

test('a recorded trace cut anywhere is read as far as it goes, and only the end is missing', () => {
  const whole = traceBytes('credit2-sched-min')
  const all = decodeXentrace(whole)
  if (all._tag === 'Left') throw new Error('whole')
  for (const length of [13, 100, 4_044, 4_050, 50_000, whole.length - 1]) {
    const cut = decodeXentrace(whole.subarray(0, length))
    if (cut._tag === 'Left') throw new Error(`cut at ${length}: ${cut.left.reason}`)
    expect(cut.right.records.length).toBeLessThan(all.right.records.length)
    if (cut.right.warnings.length === 0) {
      const bytes = cut.right.volumes.reduce((sum, v) => sum + v.bytesTotal + 12 * v.windowsTotal, 0)
      expect(bytes).toBe(length)
    }
  }
})

test('data are given by name; signed, halves and 64 bits', () => {
  const data = [0x0038_0001, 0xff67_6980, 0x8000_0000, 0xffff_ffff]
  expect(valuesOf({ event: 0x22203, data })).toEqual({
    dom: 56,
    unit: 1,
    credit: -10_000_000,
    budget: -0x8000_0000,
    delta: -1
  })
  expect(valuesOf({ event: 0x2220b, data: [1, 1, 0x2_0003, 18] })).toEqual({
    avgload: 0x1_0000_0001,
    dom: 2,
    unit: 3,
    shift: 18
  })
  expect(valuesOf({ event: 0x2220b, data: [1, 0x20_0000, 0, 18] })?.avgload).toBe('0x20000000000001')
})

test('an event that is not known, or of another size, has no named data', () => {
  expect(valuesOf({ event: 0x201104, data: [1, 2, 3, 4, 5] })).toBeNull()
  expect(valuesOf({ event: traceEvent.wake, data: [1] })).toBeNull()
  expect(eventName(0x201104)).toBe('0x201104')
})

test('a writer begins a window where the pCPU changes, and the base is added to its times', () => {
  const record = (pcpu: number, cycles: number) => ({ pcpu, cycles, event: traceEvent.wake, data: [1, 0] })
  const bytes = encodeXentrace([record(0, 0), record(0, 1), record(1, 1), record(0, 2)], UInt64.make(1, 5))
  expect(bytes).toEqual(
    bytesOf(
      ...[header, 0, 40, ...wake(5, 1), ...wake(6, 1)],
      ...[header, 1, 20, ...wake(6, 1)],
      ...[header, 0, 20, ...wake(7, 1)]
    )
  )
})
