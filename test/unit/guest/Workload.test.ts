import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'

import type { PlainData } from '../../../src/abi/index.js'
import { Workload, guestPrograms } from '../../../src/guest/index.js'

const refusal = (program: string, config: PlainData, version = 1): string => {
  const found = Workload.validate({ program, version, config })
  return E.isLeft(found) ? Workload.formatError(found.left) : 'accepted'
}

const time = '0 to 70368744177664'

describe('a workload is refused', () => {
  test.each<[string, string, PlainData, string]>([
    [
      'when the program is unknown',
      'rnadom',
      {},
      'unknown program "rnadom"; the programs are script, hog, random, '
    ],
    ['when the program is a name of the language', 'constructor', {}, 'unknown program "constructor"'],
    [
      'when a key is unknown',
      'hog',
      { phase: 1 },
      'program hog: phase: unknown key; the keys here are phaseNs'
    ],
    [
      'when a key is given to a program that has none',
      'idle',
      { a: 1 },
      'a: unknown key: there are none here'
    ],
    ['when a key is __proto__', 'hog', JSON.parse('{"__proto__": 1}') as PlainData, '__proto__: unknown key'],
    ['when a key is missing', 'random', { run: 1 }, 'program random: block: missing'],
    [
      'when the configuration is no object',
      'random',
      [],
      'program random: expected a random configuration, got a list'
    ],
    [
      'when a number is no integer',
      'hog',
      { phaseNs: 1.5 },
      `phaseNs: expected an integer from 1 to 70368744177664, got 1.5`
    ],
    ['when a number is negative', 'hog', { phaseNs: -1 }, 'got -1'],
    [
      'when a number is -0',
      'random',
      { run: -0, block: 1 },
      `program random: run: expected an integer from ${time}, got -0`
    ],
    ['when a number is not a number', 'hog', { phaseNs: NaN }, 'got NaN'],
    ['when a time is past 2^46 ns', 'hog', { phaseNs: 2 ** 46 + 1 }, 'got 70368744177665'],
    [
      'when a distribution is unknown',
      'random',
      { run: { _tag: 'Gauss' }, block: 1 },
      'run._tag: expected one of Constant, '
    ],
    ['when a distribution has no tag', 'random', { run: {}, block: 1 }, 'run._tag: missing'],
    [
      'when min is above max',
      'random',
      { run: { _tag: 'Uniform', minNs: 2, maxNs: 1 }, block: 1 },
      'run.minNs: is above maxNs'
    ],
    [
      'when a recording is empty',
      'random',
      { run: { _tag: 'Recorded', samplesNs: [] }, block: 1 },
      'run.samplesNs: has no samples'
    ],
    [
      'when a sample is bad',
      'random',
      { run: { _tag: 'Recorded', samplesNs: [1, 'x'] }, block: 1 },
      'run.samplesNs[1]: expected an integer'
    ],
    [
      'when a Pareto has min 0',
      'random',
      { run: { _tag: 'BoundedPareto', shapeThousandths: 1, minNs: 0, maxNs: 1 }, block: 1 },
      'run.minNs: expected an integer from 1'
    ],
    [
      'when a period is below 1 us',
      'periodic',
      { periodNs: 999, execution: 1 },
      'periodNs: expected an integer from 1000'
    ],
    [
      'when a deadline is 0',
      'periodic',
      { periodNs: 1000, execution: 1, deadlineNs: 0 },
      'deadlineNs: expected an integer from 1 '
    ],
    [
      'when an overrun policy is unknown',
      'periodic',
      { periodNs: 1000, execution: 1, overrun: 'Drop' },
      'overrun: expected "AtOnce" or "Skip", got "Drop"'
    ],
    [
      'when a phase has an unknown action',
      'script',
      { phases: [{ runNs: 1, then: { _tag: 'Sleep' } }] },
      'phases[0].then._tag: expected one of Block, Until'
    ],
    [
      'when an action has a key of another',
      'script',
      { phases: [{ runNs: 1, then: { _tag: 'Wait', ns: 1 } }] },
      'phases[0].then.ns: unknown key; the keys here are _tag'
    ]
  ])('%s', (_name, program, config, expected) => {
    expect(refusal(program, config)).toContain(expected)
  })

  test('when the version is unknown', () => {
    expect(refusal('hog', {}, 2)).toBe('unknown version 2 of program hog; known: 1')
  })
})

describe('a workload that never takes time would stop the clock and is refused', () => {
  const zero = { _tag: 'Recorded', samplesNs: [0, 0] } as const
  test.each<[string, PlainData]>([
    ['random', { run: 0, block: zero }],
    ['bursts', { on: 1, off: 1, run: { _tag: 'Exponential', meanNs: 0 }, block: 0 }],
    ['arrivals', { interval: { _tag: 'Uniform', minNs: 0, maxNs: 0 }, service: 1 }],
    ['interactive', { think: 0, service: 0 }],
    ['server', { service: 0 }],
    ['script', { phases: [{ runNs: 0, then: { _tag: 'Go' } }] }],
    [
      'script',
      {
        phases: [
          { runNs: 0, then: { _tag: 'Signal', domid: 1, vcpu: 0 } },
          { runNs: 0, then: { _tag: 'Wait' } }
        ]
      }
    ],
    ['script', { phases: [{ runNs: 0, then: { _tag: 'Until', atNs: 5 } }] }]
  ])('%s %j', (program, config) => {
    expect(refusal(program, config)).toContain('takes no time')
  })
})

describe('a workload is completed', () => {
  test('with its defaults', () => {
    expect(
      Workload.validate({ program: 'periodic', version: 1, config: { execution: 5, periodNs: 2000 } })
    ).toEqual(
      E.right({
        program: 'periodic',
        version: 1,
        config: {
          periodNs: 2000,
          phaseNs: 0,
          execution: { _tag: 'Constant', valueNs: 5 },
          deadlineNs: 2000,
          overrun: 'AtOnce'
        }
      })
    )
  })

  test('in one order of keys, so that equal meanings are equal text', () => {
    const a = Workload.validate({ program: 'random', version: 1, config: { run: 1, block: 2 } })
    const b = Workload.validate({ program: 'random', version: 1, config: { block: 2, run: 1 } })
    expect(JSON.stringify(a)).toBe(JSON.stringify(b))
  })

  test('and is left alone the second time', () => {
    const once = Workload.make('hog', { phaseNs: 9 })
    expect(E.isRight(once) ? Workload.validate(once.right) : once).toEqual(once)
  })
})

test('every program of the registry has a name and version of its own', () => {
  const keys = guestPrograms.map(({ name, version }) => `${name} ${version}`)
  expect(new Set(keys).size).toBe(keys.length)
  for (const { name, version } of guestPrograms) expect(Workload.versionOf(name)).toBe(version)
})
