import { expect, test } from 'vitest'

import { compareRecorded, recordedTable } from '../../../../src/trace/report/recorded.js'
import type { Recording } from '../../../../src/trace/report/recorded.js'
import type { ReportSummary } from '../../../../src/trace/report/Summary.js'

const vcpu = (number: number, runningNs: number) => ({ vcpu: number, runningNs })

/** What a comparison looks at of a summary: one second in which `a` had 250 ms, `b` 500 and 250. */
const summary = {
  windowNs: 1_000_000_000,
  domains: [
    { name: 'a', vcpus: [vcpu(0, 250_000_000)] },
    { name: 'b', vcpus: [vcpu(0, 500_000_000), vcpu(1, 250_000_000)] }
  ]
} as unknown as ReportSummary

const recording = (vcpus: Recording['vcpus'], changes: Partial<Recording> = {}): Recording => ({
  source: 'a machine',
  elapsedNs: 10_000_000_000,
  resolutionNs: 100_000_000,
  readingsNs: 0,
  vcpus,
  ...changes
})

const a = { domain: 'a', vcpu: 0, cpuNs: 3_000_000_000 }
const b0 = { domain: 'b', vcpu: 0, cpuNs: 5_000_000_000 }

test('a share is known up to a step of the clock and the time that the readings took', () => {
  const [exact] = compareRecorded(recording([a]), summary).vcpus
  expect(exact?.share).toEqual({ recorded: 0.3, min: 0.29, max: 0.31, ours: 0.25, isWithinNoise: false })
  expect(exact?.part).toBeNull()
  const [loose] = compareRecorded(recording([a], { readingsNs: 2_000_000_000 }), summary).vcpus
  expect(loose?.share).toMatchObject({ min: 2.9 / 12, max: 3.1 / 8, isWithinNoise: true })
})

test('readings that took longer than the window leave a share without an upper bound', () => {
  const [one] = compareRecorded(recording([a], { readingsNs: 10_000_000_000 }), summary).vcpus
  expect(one?.share.max).toBe(Infinity)
})

test('a part is known up to all errors at their worst', () => {
  const { vcpus } = compareRecorded(recording([a, b0]), summary)
  // 3 of 8 s; both times are 0.1 s off at most: 0.1 * (5/8) + (3/8) * 0.1 of 8 s.
  expect(vcpus[0]?.part?.recorded).toBe(0.375)
  expect(vcpus[0]?.part?.ours).toBeCloseTo(1 / 3, 12)
  expect(vcpus[0]?.part?.noise).toBeCloseTo(0.0125, 12)
  expect(vcpus[0]?.part?.isWithinNoise).toBe(false)
  const slow = compareRecorded(recording([a, b0], { readingsNs: 1_000_000_000 }), summary)
  // Errors are 0.1 + 3/8 and 0.1 + 5/8 s.
  expect(slow.vcpus[0]?.part?.noise).toBeCloseTo((0.475 * 0.625 + 0.375 * 0.725) / 8, 12)
  expect(slow.vcpus[0]?.part?.isWithinNoise).toBe(true)
})

test('the table marks what is outside, and is at most 100 columns wide', () => {
  const text = recordedTable(compareRecorded(recording([a, b0]), summary))
  expect(text).toMatch(/^Recorded on a real machine: a machine\n/)
  const rows = text.split('\n').filter((line) => /^ {2}[ab] /.test(line))
  expect(rows.map((row) => row.match(/OUT/g)?.length ?? 0)).toEqual([2, 1])
  expect(rows[0]).toContain('30.0 %  25.0 %   -5.0  29.0 % to 31.0 %')
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
})

test('a vCPU that the run does not have got nothing', () => {
  const [gone] = compareRecorded(recording([{ domain: 'c', vcpu: 0, cpuNs: 0 }]), summary).vcpus
  expect(gone).toMatchObject({ runningNs: 0, share: { recorded: 0, min: 0, ours: 0, isWithinNoise: true } })
})
