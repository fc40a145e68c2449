import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { advance, step } from '../../../src/machine/index.js'
import type { Environment, Host } from '../../../src/machine/index.js'
import type { Output } from '../../../src/abi/index.js'
import {
  deepFreeze,
  firstDifference,
  labArbitrary,
  nextInstantNs,
  registryDefault,
  startLaboratory
} from '../../../src/testing/index.js'
import type { Laboratory } from '../../../src/testing/index.js'
import { runs } from './runs.js'

type Started = readonly [Environment, Host, ReadonlyArray<Output>]

const start = (lab: Laboratory): Started => {
  const started = startLaboratory(lab, registryDefault)
  if (started._tag === 'Left') throw new Error(JSON.stringify(started.left))
  return started.right
}

const go = (
  env: Environment,
  host: Host,
  toNs: number,
  trace = true
): readonly [Host, ReadonlyArray<Output>] => {
  const advanced = advance(env, host, toNs, { trace })
  if (advanced._tag === 'Left') throw new Error(JSON.stringify(advanced.left))
  return advanced.right
}

/** The whole run in one go: what all others are compared with. */
const whole = (lab: Laboratory): readonly [Host, ReadonlyArray<Output>] => {
  const [env, host] = start(lab)
  return go(env, host, lab.durationNs)
}

const expectSame = (got: readonly [Host, ReadonlyArray<Output>], lab: Laboratory): void => {
  const [host, outputs] = whole(lab)
  expect(firstDifference(outputs, got[1])).toBeNull()
  expect(firstDifference(host, got[0])).toBeNull()
}

const labs = labArbitrary({ withPools: true, withSwitchCost: true })

/** Splits a duration at arbitrary parts of it. */
const splits = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })
const times = (lab: Laboratory, parts: ReadonlyArray<number>): ReadonlyArray<number> => [
  ...parts.map((part) => Math.floor(part * lab.durationNs)).sort((a, b) => a - b),
  lab.durationNs
]

test('one edit for a whole run gives what an edit for each instant gives', () => {
  let instantsMax = 0
  fc.assert(
    fc.property(labs, (lab) => {
      const [env, first] = start(lab)
      const outputs: Output[] = []
      let host = first
      let instants = 0
      for (; nextInstantNs(host) <= lab.durationNs; instants++) {
        const stepped = step(env, host, { trace: true })
        if (stepped === null) break
        host = stepped[0]
        outputs.push(...stepped[1])
      }
      instantsMax = Math.max(instantsMax, instants)
      expectSame([go(env, host, lab.durationNs)[0], outputs], lab)
    }),
    runs(80)
  )
  expect(instantsMax).toBeGreaterThan(100)
})

test('a run split anywhere is the run', () => {
  fc.assert(
    fc.property(labs, splits, (lab, parts) => {
      const [env, first] = start(lab)
      const outputs: Output[] = []
      let host = first
      for (const toNs of times(lab, parts)) {
        const [next, told] = go(env, host, toNs)
        outputs.push(...told)
        host = next
      }
      expectSame([host, outputs], lab)
    }),
    runs(80)
  )
})

test('a host written as JSON and read again in another environment goes on as before', () => {
  fc.assert(
    fc.property(labs, splits, (lab, parts) => {
      const outputs: Output[] = []
      let [env, host] = start(lab)
      for (const toNs of times(lab, parts)) {
        const [next, told] = go(env, host, toNs)
        outputs.push(...told)
        const text = JSON.stringify(next)
        host = JSON.parse(text) as Host
        expect(JSON.stringify(host)).toBe(text)
        ;[env] = start(lab)
      }
      expectSame([host, outputs], lab)
    }),
    runs(60)
  )
})

test('a finished host is never written to again', () => {
  fc.assert(
    fc.property(labs, (lab) => {
      const [env, first] = start(lab)
      const outputs: Output[] = []
      const kept: Array<readonly [Host, string]> = []
      let host = deepFreeze(first)
      while (nextInstantNs(host) <= lab.durationNs) {
        const stepped = step(env, host, { trace: true })
        if (stepped === null) break
        host = deepFreeze(stepped[0])
        if (kept.length < 5) kept.push([host, JSON.stringify(host)])
        outputs.push(...stepped[1])
      }
      host = deepFreeze(go(env, host, lab.durationNs)[0])
      expectSame([host, outputs], lab)
      for (const [old, text] of kept) expect(JSON.stringify(old)).toBe(text)
    }),
    runs(60)
  )
})

test('a run that nobody listens to goes the same way', () => {
  fc.assert(
    fc.property(labs, (lab) => {
      const [env, host] = start(lab)
      const [silent, outputs] = go(env, host, lab.durationNs, false)
      expect(outputs).toEqual([])
      expect(firstDifference(whole(lab)[0], silent)).toBeNull()
    }),
    runs(40)
  )
})

test('two runs that take turns in one environment do not disturb each other', () => {
  fc.assert(
    fc.property(labs, labs, splits, (labA, labB, parts) => {
      const [env, firstA] = start(labA)
      const [, firstB] = start(labB)
      const outputs: [Output[], Output[]] = [[], []]
      let [a, b] = [firstA, firstB]
      const [timesA, timesB] = [times(labA, parts), times(labB, parts)]
      for (const [i, toNs] of timesA.entries()) {
        const [nextA, toldA] = go(env, a, toNs)
        const [nextB, toldB] = go(env, b, timesB[i]!)
        outputs[0].push(...toldA)
        outputs[1].push(...toldB)
        ;[a, b] = [nextA, nextB]
      }
      expectSame([a, outputs[0]], labA)
      expectSame([b, outputs[1]], labB)
    }),
    runs(40)
  )
})
