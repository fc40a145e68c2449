import { describe, expect, it } from 'vitest'

import { ticksOf } from '../../../../src/trace/report/axis.js'

const labels = (fromNs: number, toNs: number, ticksMax: number): ReadonlyArray<string> =>
  ticksOf(fromNs, toNs, ticksMax).map(({ label }) => label)

describe('ticksOf', () => {
  it('stands at round times in one unit', () => {
    expect(labels(0, 30_000_000_000, 10)).toEqual(['0 s', '5 s', '10 s', '15 s', '20 s', '25 s', '30 s'])
    expect(labels(0, 20_000_000, 6)).toEqual(['0 ms', '5 ms', '10 ms', '15 ms', '20 ms'])
  })

  it('shows the decimals that the step needs', () => {
    expect(labels(1_000_000_000, 1_400_000_000, 5)).toEqual(['1.0 s', '1.1 s', '1.2 s', '1.3 s', '1.4 s'])
  })

  it('begins at the first round time of a window that does not', () => {
    expect(labels(1_300, 5_200, 5)).toEqual(['2 us', '3 us', '4 us', '5 us'])
  })

  it('never has more ticks than asked for', () => {
    for (const span of [1, 7, 99, 1_234, 987_654_321, 12_345_678_901_234])
      for (const max of [2, 5, 10]) expect(ticksOf(0, span, max).length).toBeLessThanOrEqual(max)
  })
})
