import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { aggregate, figureOf } from '../../../../src/trace/campaign/aggregate.js'
import { decodeResults, encodeResults, mergeResults } from '../../../../src/trace/campaign/Results.js'
import { differenceOf, missingRuns } from '../../../../src/trace/campaign/Results.js'
import type { Results } from '../../../../src/trace/campaign/Results.js'

const grid: Results['grid'] = {
  digest: '0123456789abcdef',
  name: 'n',
  axes: [
    {
      name: 'w',
      unit: '',
      values: [
        { label: '1', x: 1 },
        { label: '2', x: 2 }
      ]
    },
    {
      name: 's',
      unit: '',
      values: [
        { label: 'a', x: null },
        { label: 'b', x: null },
        { label: 'c', x: null }
      ]
    }
  ],
  seeds: { first: 1, count: 2 },
  measures: [
    { name: 'wait', measure: 'waitP99', domain: 'd', unit: 'ns' },
    { name: 'ok', measure: 'schedulable', domain: null, unit: 'yes' }
  ],
  confidence: 95,
  plots: []
}

const runOf = (run: number) => ({ run, refused: 0, values: [run * 1000, run % 2] })
const resultsOf = (runs: ReadonlyArray<number>): Results => ({ package: '1', grid, runs: runs.map(runOf) })
const all = Array.from({ length: 12 }, (_, i) => i)
const text = encodeResults(resultsOf(all))
const part = (sourceName: string, runs: ReadonlyArray<number>, changes: Partial<Results> = {}) => ({
  sourceName,
  results: { ...resultsOf(runs), ...changes }
})

describe('a file of results', () => {
  test('is read as what was written, and written the same again', () => {
    const read = decodeResults(text, 'r')
    expect(read).toEqual({ _tag: 'Right', right: resultsOf(all) })
    expect(encodeResults(resultsOf(all.toReversed()))).toBe(text)
  })

  const lines = text.split('\n')
  const changed = (at: number, line: string): string => lines.with(at, line).join('\n')

  const withPlot = (part: { readonly file: string; readonly x: string }): string => {
    const rest = { title: '', y: '', series: null, measures: ['ok'], scale: 'log', where: [] }
    return changed(
      0,
      (lines[0] ?? '').replace('"plots":[]', `"plots":[${JSON.stringify({ ...part, ...rest })}]`)
    )
  }

  test.each<[string, string, string]>([
    ['that is empty', '', 'r:1: the file is empty'],
    ['that is cut off', text.slice(0, -5), 'r:13: the file is cut off: its last line does not end'],
    ['that is no JSON', 'x\n', 'r:1: not JSON'],
    ['of another format', changed(0, '{"format":"xensim-host"}'), 'r:1: format: expected "xensim-results"'],
    [
      'of a newer version',
      changed(0, (lines[0] ?? '').replace('"version":1', '"version":2')),
      'r:1: version: '
    ],
    ['with a run twice', changed(3, lines[2] ?? ''), 'r:4: run 1 comes after run 1'],
    [
      'with a run that is not there',
      changed(12, '{"run":12,"refused":0,"values":[1,1]}'),
      'r:13: there is no run 12'
    ],
    [
      'with too few figures',
      changed(1, '{"run":0,"refused":0,"values":[1]}'),
      'r:2: run 0 has 1 figures, not 2'
    ],
    [
      'with a fraction',
      changed(1, '{"run":0,"refused":0,"values":[0.5,1]}'),
      'r:2: values[0]: expected an integer'
    ],
    [
      'with a yes of 2',
      changed(1, '{"run":0,"refused":0,"values":[1,2]}'),
      'r:2: run 0: ok is neither 0 nor 1'
    ],
    ['with an unknown key', changed(1, '{"run":0,"values":[1,1],"x":1,"refused":0}'), 'r:2: x: unknown key'],
    [
      'with a plot of what is not there',
      withPlot({ file: 'p.svg', x: 'q' }),
      'r:1: plots[0]: names q, which is not there'
    ],
    [
      'with a plot outside of its folder',
      withPlot({ file: '../p.svg', x: 'w' }),
      'r:1: plots[0].file: is not the name of an SVG file'
    ]
  ])('%s is refused with its line', (_name, given, expected) => {
    const read = decodeResults(given, 'r')
    expect(read._tag === 'Left' ? read.left : 'accepted').toContain(expected)
  })
})

describe('joining results', () => {
  test('gives the same bytes however the runs were spread, and in whatever order the parts come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), fc.nat(), (owners, turn) => {
        const parts = [0, 1, 2, 3].map((owner) =>
          part(
            `p${owner}`,
            all.filter((run) => owners[run] === owner)
          )
        )
        const turned = [...parts.slice(turn % 4), ...parts.slice(0, turn % 4)]
        const merged = mergeResults(turned)
        expect(merged._tag === 'Right' ? encodeResults(merged.right) : merged.left).toBe(text)
      })
    )
  })

  const other = { ...grid, digest: 'f123456789abcdef' }
  test.each<[string, ReadonlyArray<ReturnType<typeof part>>, string]>([
    ['of nothing', [], 'there is nothing to merge'],
    ['with overlapping parts', [part('a', [0, 1, 2]), part('b', [2, 3])], 'run 2 is in a and in b'],
    ['with a part twice', [part('a', all), part('a', all)], 'run 0 is in a and in a'],
    [
      'of different campaigns',
      [part('a', [0]), part('b', [1], { grid: other })],
      'b: is of another campaign than a'
    ],
    [
      'of different versions',
      [part('a', [0]), part('b', [1], { package: '2' })],
      'b: was made by another version (2)'
    ],
    [
      'with other plots',
      [part('a', [0]), part('b', [1], { grid: { ...grid, name: 'm' } })],
      'b: has another name, confidence or plots than a'
    ],
    [
      'with a part missing',
      [part('a', [0, 3, 6, 9]), part('b', [1, 4, 7, 10])],
      '4 of 12 runs are missing: 2, 5, 8, 11'
    ],
    ['with a part that was interrupted', [part('a', all.slice(0, 5))], '7 of 12 runs are missing: 5-11']
  ])('%s is refused', (_name, parts, expected) => {
    const merged = mergeResults(parts)
    expect(merged._tag === 'Left' ? merged.left : 'accepted').toContain(expected)
  })

  test('whole results miss nothing and differ in nothing', () => {
    expect(missingRuns(resultsOf(all))).toBeNull()
    expect(differenceOf(resultsOf(all), resultsOf([]))).toBeNull()
  })
})

describe('a summary', () => {
  test('has the points in the order of runs, by their labels', () => {
    const { points, runsDone } = aggregate(resultsOf(all))
    expect(runsDone).toBe(12)
    expect(points.map(({ labels }) => labels.join(''))).toEqual(['1a', '1b', '1c', '2a', '2b', '2c'])
    // Runs 8 and 9: mean 8500, deviation 500 √2, and one degree of freedom.
    expect(points[4]?.figures[0]).toEqual({
      count: 2,
      mean: 8500,
      deviation: expect.closeTo(500 * Math.SQRT2, 9),
      interval: {
        low: expect.closeTo(8500 - 12.7062 * 500, 6),
        high: expect.closeTo(8500 + 12.7062 * 500, 6)
      },
      min: 8000,
      max: 9000
    })
    expect(points[4]?.figures[1]).toMatchObject({ mean: 0.5, deviation: null })
  })

  test('leaves out runs without a figure, and says null of points without a run', () => {
    const runs = [
      { run: 0, refused: 2, values: [null, 1] },
      { run: 1, refused: 0, values: [7, null] }
    ]
    const { points, runsRefused, runsDone } = aggregate({ ...resultsOf([]), runs })
    expect([runsRefused, runsDone]).toEqual([1, 2])
    expect(points[0]?.figures[0]).toEqual({
      count: 1,
      mean: 7,
      deviation: null,
      interval: null,
      min: 7,
      max: 7
    })
    expect(points[0]?.figures[1]).toMatchObject({ count: 1, mean: 1 })
    expect(points[1]?.figures).toEqual([null, null])
  })

  test('is exact, so that the order of figures can not be seen in it', () => {
    const value = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const sorted = values.toSorted((a, b) => a - b)
        expect(figureOf(values, 'ns', 95)).toEqual(figureOf(sorted, 'ns', 95))
      })
    )
    expect(figureOf([7, 7, 7], 'ns', 99)).toMatchObject({ deviation: 0, interval: { low: 7, high: 7 } })
  })
})
