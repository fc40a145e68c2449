import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { UInt64 } from '../../../src/prelude/index.js'
import {
  addOutputs,
  addToPerfetto,
  addToTimeline,
  cyclesPerSecondMax,
  cyclesToNs,
  decodeXentrace,
  emptyPerfetto,
  emptyReport,
  emptyTimeline,
  encodeXentrace,
  perfettoJson,
  storyOf,
  summarise
} from '../../../src/trace/index.js'
import type { TraceRecord } from '../../../src/trace/index.js'

const word = fc.integer({ min: 0, max: 0xffff_ffff })

/** Events of classes that no layout knows: they may have any data. */
const strange = fc.record({
  gap: fc.nat({ max: 3 }),
  isTimed: fc.boolean(),
  pcpu: fc.nat({ max: 5 }),
  event: fc.oneof(
    fc.integer({ min: 0x80_1000, max: 0x80_1fff }),
    fc.integer({ min: 0x20_1000, max: 0xfff_ffff })
  ),
  data: fc.array(word, { maxLength: 7 })
})

const vcpuWord = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })).map(([dom, vcpu]) => dom * 0x1_0000 + vcpu)

const known = fc.record({
  gap: fc.nat({ max: 1_000_000 }),
  isTimed: fc.constant(true),
  pcpu: fc.nat({ max: 5 }),
  event: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })).map(([from, to]) => 0x21001 + from * 256 + to * 16),
  data: vcpuWord.map((data) => [data])
})

const life = fc.record({
  gap: fc.nat({ max: 1_000_000 }),
  isTimed: fc.constant(true),
  pcpu: fc.nat({ max: 5 }),
  event: fc.constantFrom(0x28001, 0x28002),
  data: fc.nat({ max: 3 }).map((dom) => [dom])
})

/** Records in the order of time, the first of them at 0. */
const records = fc
  .array(fc.oneof(strange, known, { arbitrary: life, weight: 1 }), { maxLength: 60 })
  .map((rows): ReadonlyArray<TraceRecord> => {
    let cycles = 0
    return rows.map(({ gap, isTimed, pcpu, event, data }, i) => {
      if (isTimed && i > 0 && rows.slice(0, i).some((row) => row.isTimed)) cycles += gap
      return { pcpu, cycles: isTimed ? cycles : null, event, data }
    })
  })

const base = fc.tuple(fc.nat({ max: 0xffff }), word).map(([hi, lo]) => UInt64.make(hi, lo))

test('what is written is read back: every record, its pCPU, its time', () => {
  let windows = 0
  fc.assert(
    fc.property(records, base, (given, from) => {
      const decoded = decodeXentrace(encodeXentrace(given, from))
      if (decoded._tag === 'Left') throw new Error(decoded.left.reason)
      const { records: read, warnings, volumes } = decoded.right
      windows += volumes.reduce((sum, { windowsTotal }) => sum + windowsTotal, 0)
      expect(warnings).toEqual([])
      const timed = (rows: ReadonlyArray<TraceRecord>) => rows.filter(({ cycles }) => cycles !== null)
      expect(timed(read)).toEqual(timed(given))
      for (let pcpu = 0; pcpu <= 5; pcpu++) {
        const on = (rows: ReadonlyArray<TraceRecord>) => rows.filter((row) => row.pcpu === pcpu)
        expect(on(read)).toEqual(on(given))
      }
      if (timed(given).length > 0) expect(decoded.right.base).toEqual(from)
    })
  )
  expect(windows).toBeGreaterThan(100)
})

test('whatever is done to the bytes, they are read or refused with a place inside the file', () => {
  const outcomes = { read: 0, warned: 0, refused: 0 }
  const damage = fc.record({ at: fc.nat(), value: fc.nat({ max: 255 }), cut: fc.option(fc.nat()) })
  fc.assert(
    fc.property(records, fc.array(damage, { minLength: 1, maxLength: 4 }), (given, damages) => {
      let bytes = encodeXentrace(given)
      for (const { at, value, cut } of damages) {
        if (bytes.length === 0) break
        bytes[at % bytes.length] = value
        if (cut !== null) bytes = bytes.slice(0, cut % (bytes.length + 1))
      }
      const decoded = decodeXentrace(bytes)
      if (decoded._tag === 'Left') {
        outcomes.refused++
        expect(decoded.left.offset).toBeLessThan(bytes.length)
        expect(decoded.left.reason).not.toBe('')
        return
      }
      outcomes[decoded.right.warnings.length > 0 ? 'warned' : 'read']++
      for (const { offset } of decoded.right.warnings) expect(offset).toBeLessThanOrEqual(bytes.length)
      for (const { cycles } of decoded.right.records)
        expect(cycles === null || (Number.isSafeInteger(cycles) && cycles >= 0)).toBe(true)
    })
  )
  expect(Math.min(outcomes.read, outcomes.warned, outcomes.refused)).toBeGreaterThan(0)
})

test('any bytes are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      decodeXentrace(bytes)
    })
  )
})

test('any row of run states and lives makes a report that adds up, however little sense it makes', () => {
  fc.assert(
    fc.property(records, (given) => {
      const decoded = decodeXentrace(encodeXentrace(given))
      if (decoded._tag === 'Left') throw new Error(decoded.left.reason)
      const story = storyOf(decoded.right, 1_000_000_000)
      const report = emptyReport(story.start)
      const timeline = emptyTimeline(story.start)
      const perfetto = emptyPerfetto(story.start)
      for (const { outputs, after } of story.parts) {
        addOutputs(report, outputs, after)
        addToTimeline(timeline, outputs, after)
        addToPerfetto(perfetto, outputs, after)
      }
      const last = story.parts[story.parts.length - 1]?.after ?? story.start
      const summary = summarise(report, last)
      for (const { busyNs, idleNs } of summary.pcpus) expect(busyNs + idleNs).toBe(summary.windowNs)
      expect(timeline.rows.length).toBe(summary.pcpusTotal)
      expect(JSON.parse(perfettoJson(perfetto))).toHaveProperty('traceEvents')
    })
  )
})

test('cycles become the nanoseconds that exact arithmetic gives', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: 1_000, max: cyclesPerSecondMax }), (cycles, hz) => {
      fc.pre(cycles / hz < 8_000_000)
      expect(BigInt(cyclesToNs(cycles, hz))).toBe((BigInt(cycles) * 1_000_000_000n) / BigInt(hz))
    })
  )
})
