import { describe, expect, test } from 'vitest'

import { aggregate } from '../../../../src/trace/campaign/aggregate.js'
import { campaignTable } from '../../../../src/trace/campaign/campaignTable.js'
import { plotSvg } from '../../../../src/trace/campaign/plotSvg.js'
import type { Results, ResultsPlot } from '../../../../src/trace/campaign/Results.js'

const plot: ResultsPlot = {
  file: 'p.svg',
  title: 'Waits & <shares>',
  y: '',
  x: 'hogs',
  series: 'scheduler',
  measures: ['wait'],
  scale: 'linear',
  where: []
}

/** Two schedulers beside 0, 4 and 8 hogs, three seeds; waits in milliseconds as `waitsMs` says. */
const resultsOf = (waitMs: (scheduler: number, hogs: number, seed: number) => number | null): Results => ({
  package: '1',
  grid: {
    digest: '',
    name: 'waits',
    axes: [
      { name: 'scheduler', unit: '', values: ['credit', 'credit2'].map((label) => ({ label, x: null })) },
      { name: 'hogs', unit: '', values: [0, 4, 8].map((x) => ({ label: `${x}`, x })) }
    ],
    seeds: { first: 1, count: 3 },
    measures: [{ name: 'wait', measure: 'wakeP99', domain: 'io', unit: 'ns' }],
    confidence: 95,
    plots: [plot]
  },
  runs: Array.from({ length: 18 }, (_, run) => {
    const ms = waitMs(Math.floor(run / 9), Math.floor(run / 3) % 3, run % 3)
    return { run, refused: 0, values: [ms === null ? null : Math.round(ms * 1_000_000)] }
  })
})

const drawn = (results: Results, changes: Partial<ResultsPlot> = {}): string =>
  plotSvg(aggregate(results), { ...plot, ...changes })

/** The heights of the points of each line, from the top. */
const heights = (svg: string): ReadonlyArray<ReadonlyArray<number>> =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = '']) =>
    points.split(' ').map((point) => Number(point.split(',')[1]))
  )

const texts = (svg: string): ReadonlyArray<string> =>
  [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => text)

describe('a plot', () => {
  const plain = resultsOf((scheduler, hogs, seed) => (scheduler + 1) * hogs * 10 + seed)

  test('has title, axes with names and ticks, and a legend', () => {
    const shown = texts(drawn(plain))
    expect(shown).toContain('Waits &amp; &lt;shares&gt;')
    for (const text of ['hogs', 'wait', 'credit', 'credit2', '0', '4', '8', '10 ms', '40 ms'])
      expect(shown, text).toContain(text)
    expect(shown[1]).toBe('Mean and 95 % confidence interval, 3 runs for each point.')
  })

  test('draws higher figures higher, in proportion', () => {
    const [credit = [], credit2 = []] = heights(drawn(plain))
    const rise = (line: ReadonlyArray<number>): number => (line[0] ?? 0) - (line[2] ?? 0)
    expect(rise(credit)).toBeGreaterThan(50)
    expect(rise(credit2) / rise(credit)).toBeCloseTo(2, 1)
  })

  test('draws an interval for each point that has one', () => {
    expect(drawn(plain).match(/<path d="M[^"]*H[^"]*H/g)).toHaveLength(6)
    const same = resultsOf(() => 5)
    expect(drawn(same).match(/<path d="M[^"]*H[^"]*H/g)).toBeNull()
  })

  test('gives zero a place of its own on a logarithmic scale, and equal steps to equal factors', () => {
    const svg = drawn(
      resultsOf((scheduler, hogs) => (scheduler === 0 ? 0 : 10 ** hogs)),
      { scale: 'log' }
    )
    const [zeros = [], powers = []] = heights(svg)
    expect(new Set(zeros).size).toBe(1)
    const [a = 0, b = 0, c = 0] = powers
    expect(zeros[0]).toBeGreaterThan(a)
    expect(a - b).toBeCloseTo(b - c, 0)
    for (const text of ['0', '1 ms', '10 ms', '100 ms']) expect(texts(svg)).toContain(text)
  })

  test('leaves out points without a figure', () => {
    const svg = drawn(resultsOf((scheduler, hogs) => (scheduler === 0 && hogs === 1 ? null : hogs + 1)))
    expect(heights(svg).map((line) => line.length)).toEqual([2, 3])
  })

  test.each<[string, Results]>([
    ['nothing', resultsOf(() => null)],
    ['zeros', resultsOf(() => 0)],
    ['early and late', resultsOf((_, hogs) => hogs - 5)],
    ['figures near 2^53', resultsOf((_, hogs) => hogs * 4_000_000_000)]
  ])('of %s is a picture of numbers, on both scales', (_name, results) => {
    for (const scale of ['linear', 'log'] as const) {
      const svg = drawn(results, { scale })
      expect(svg).not.toMatch(/NaN|Infinity|undefined|null/)
      for (const y of heights(svg).flat()) expect(y).toBeGreaterThan(0)
    }
  })
})

describe('a table', () => {
  test('has a row for each point, and says what is missing', () => {
    const whole = resultsOf((scheduler, hogs) => scheduler + hogs)
    const text = campaignTable(aggregate({ ...whole, runs: whole.runs.slice(0, 16) }))
    expect(text).toContain('waits. 18 runs: 6 points, 3 seeds each.')
    expect(text).toContain('Only 16 runs have been carried out.')
    expect(text).toMatch(/credit2 +8 +1 +3\.00 ms +- +- +- +3\.00 ms +3\.00 ms/)
    expect(text.split('\n').filter((line) => /^ {2}credit/.test(line))).toHaveLength(6)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})
