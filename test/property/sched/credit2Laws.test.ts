import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  assertLaws,
  credit2Laws,
  genericLaws,
  labArbitrary,
  shareLabArbitrary
} from '../../../src/testing/index.js'
import type { Laboratory, Run } from '../../../src/testing/index.js'
import { runs } from './runs.js'

const laws = [...genericLaws, ...credit2Laws]

/** What happened in a run, by name: a property that never sees a migration says nothing about migrations. */
const count = (seen: Map<string, number>, run: Run): void => {
  const see = (name: string, times: number): void => void seen.set(name, (seen.get(name) ?? 0) + times)
  for (const { host, outputs, views } of run.instants) {
    for (const output of outputs) {
      if (output._tag !== 'Decision')
        see(output._tag === 'ControlDone' && output.errno ? 'Refused' : output._tag, 1)
      else if (output.isMigrated) see('Migrated', 1)
    }
    for (const view of views) {
      see(view._tag, 1)
      if (view._tag !== 'Schedule') continue
      if (view.after.units.some(({ row }) => row.isParked)) see('Parked', 1)
      if (view.before.units.some(({ row }, i) => row.credit < (view.after.units[i]?.row.credit ?? -Infinity)))
        see('Reset', 1)
      if (view.after.units.some(({ row }) => row.migrateTo >= 0)) see('Balanced', 1)
    }
    if (host.sched.pools.length > 1) see('Pools', 1)
  }
}

/** Laws with preconditions that hardly any laboratory meets have laboratories of their own below. */
const shareIds = ['C2-P5a', 'C2-P5b', 'C2-P5c', 'C2-P5d']

/** Laws about granularities other than `cpu`; see granularity.test.ts. */
const coarseIds = ['GEN-7']

const setups: ReadonlyArray<{
  readonly name: string
  readonly labs: fc.Arbitrary<Laboratory>
  readonly usual: number
  readonly events: ReadonlyArray<string>
  readonly absent: ReadonlyArray<string>
}> = [
  {
    name: 'any laboratory',
    labs: labArbitrary(),
    usual: 300,
    events: [
      ...['Migrated', 'Refused', 'Parked', 'Reset', 'Balanced', 'Replenish', 'Wake'],
      ...['DomainDestroyed', 'DomainCreated', 'RunstateChange', 'ControlDone']
    ],
    absent: [...coarseIds, ...shareIds, 'C2-P12a', 'C2-P12b']
  },
  {
    name: 'one pCPU',
    labs: labArbitrary({ pcpusMax: 1, vcpusMax: 3 }),
    usual: 250,
    events: ['Parked', 'Reset', 'Replenish', 'Wake'],
    absent: [...coarseIds, ...shareIds]
  },
  {
    name: 'context switches that take time',
    labs: labArbitrary({ withSwitchCost: true }),
    usual: 120,
    events: ['Migrated', 'Parked', 'Reset', 'Replenish', 'Wake'],
    absent: [...coarseIds, ...shareIds, 'C2-P12a', 'C2-P12b']
  },
  {
    name: 'several cpupools',
    labs: labArbitrary({ withPools: true, operationsMax: 12 }),
    usual: 150,
    events: ['Migrated', 'Parked', 'Reset', 'Pools'],
    absent: [...coarseIds, ...shareIds, 'C2-P12a', 'C2-P12b']
  }
]

describe.each(setups)('credit2 laws: $name', ({ labs, usual, events, absent }) => {
  const seen = new Map<string, number>()
  let applied: ReadonlyMap<string, number> = new Map()

  test('no law is broken', () => {
    const options = { parameters: runs(usual), onRun: (run: Run) => count(seen, run) }
    applied = assertLaws(laws, labs, options).applied
  })

  test.each(laws.filter(({ id }) => !absent.includes(id)).map(({ id, statement }) => ({ id, statement })))(
    '$id has something to say: $statement',
    ({ id }) => {
      expect(applied.get(id) ?? 0).toBeGreaterThan(0)
    }
  )

  test.each(events)('the laboratories bring about %s', (event) => {
    expect(seen.get(event) ?? 0).toBeGreaterThan(0)
  })
})

const applies = (id: string, labs: fc.Arbitrary<Laboratory>, usual: number): void => {
  const { applied, runsTotal } = assertLaws(laws, labs, { parameters: runs(usual) })
  expect(applied.get(id)).toBe(runsTotal)
}

describe('credit2 shares', () => {
  test('C2-P5b: equal weights give equal times, at any rate limit', () => {
    applies('C2-P5b', shareLabArbitrary({ ratelimitsUs: [1000, 0, 100, 500, 2000, 5000] }), 40)
  })

  test('C2-P5c: weights 1 to 10 give times in proportion at the default rate limit', () => {
    applies('C2-P5c', shareLabArbitrary({ weights: fc.noBias(fc.integer({ min: 100, max: 1000 })) }), 40)
  })

  test('C2-P5c: weights 1 to 20 do at a rate limit of 0.5 ms', () => {
    const weights = fc.noBias(fc.integer({ min: 60, max: 1200 }))
    applies('C2-P5c', shareLabArbitrary({ weights, ratelimitsUs: [500] }), 40)
  })

  test('C2-P5a: any weights, while no credit is clamped or clipped', () => {
    const weights = fc.integer({ min: 1, max: 65_535 })
    applies('C2-P5a', shareLabArbitrary({ weights, ratelimitsUs: [1000, 0, 100, 5000, 20_000] }), 60)
  })

  test('C2-P5d: two units in the long run', () => {
    const weights = fc.oneof(
      fc.constantFrom(256, 512, 2560, 3328, 65_535),
      fc.integer({ min: 100, max: 10_000 })
    )
    const labs = shareLabArbitrary({ weights, ratelimitsUs: [1000, 0, 2000, 5000] }).map((lab) => ({
      ...lab,
      domains: lab.domains.slice(0, 2),
      durationNs: 1_500_000_000
    }))
    applies('C2-P5d', labs, 25)
  })
})
