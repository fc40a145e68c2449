import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { GuestSpec, Output } from '../../../src/abi/index.js'
import { Workload, guestPrograms } from '../../../src/guest/index.js'
import type { Distribution } from '../../../src/prelude/index.js'

import { alone, domain, ms, runDomains, spec } from '../../unit/guest/lab.js'

import { nearlyWorkload, workload } from './arbitraries.js'

/** Lengths of the runs of one vCPU, from its run state changes. */
const runsOf = (outputs: ReadonlyArray<Output>, domid: number): number[] => {
  const runs: number[] = []
  let sinceNs = -1
  for (const output of outputs) {
    if (output._tag !== 'RunstateChange' || output.domid !== domid) continue
    if (output.to === 0) sinceNs = output.atNs
    else if (sinceNs >= 0) {
      runs.push(output.atNs - sinceNs)
      sinceNs = -1
    }
  }
  return runs
}

/** The largest distance between the samples' distribution function and the true one. */
const distance = (samples: ReadonlyArray<number>, trueFunction: (x: number) => number): number => {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (x: number): number => Math.min(1, Math.max(0, trueFunction(x)))
  return sorted.reduce(
    (largest, x, i) =>
      Math.max(largest, Math.abs(at(x) - i / sorted.length), Math.abs(at(x) - (i + 1) / sorted.length)),
    0
  )
}

describe('the run times of a lone vCPU follow the distribution of its program', () => {
  const shapes: ReadonlyArray<readonly [Distribution.Distribution, (x: number) => number]> = [
    [{ _tag: 'Uniform', minNs: ms, maxNs: 3 * ms }, (x) => (x - ms) / (2 * ms)],
    [{ _tag: 'Exponential', meanNs: 2 * ms }, (x) => 1 - Math.exp(-x / (2 * ms))],
    [
      { _tag: 'BoundedPareto', shapeThousandths: 1500, minNs: ms, maxNs: 100 * ms },
      (x) => (1 - (ms / x) ** 1.5) / (1 - 0.01 ** 1.5)
    ]
  ]
  test.each(shapes)('%j', (run, trueFunction) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const load = spec('random', { run, block: ms })
        const { outputs } = runDomains([domain(1, [load])], { durationNs: 10_000 * ms, seed })
        const runs = runsOf(outputs, 1)
        expect(runs.length).toBeGreaterThan(1500)
        // 2.8 / sqrt(n) is passed by chance in about 2 exp(-2 * 2.8^2) = 3e-7 of the cases.
        expect(distance(runs, trueFunction)).toBeLessThan(2.8 / Math.sqrt(runs.length))
      }),
      { numRuns: 10 }
    )
  })
})

test('the same seed gives the same outputs, another seed others', () => {
  const drawn = spec('random', {
    run: { _tag: 'Exponential', meanNs: ms },
    block: { _tag: 'Exponential', meanNs: ms }
  })
  fc.assert(
    fc.property(fc.array(workload, { minLength: 1, maxLength: 4 }), fc.nat(), (loads, seed) => {
      const run = (with_: number) =>
        runDomains([domain(1, [...loads, drawn])], { pcpus: 2, durationNs: 60 * ms, seed: with_ })
      expect(run(seed)).toEqual(run(seed))
      expect(run(seed).outputs).not.toEqual(run(seed + 1).outputs)
    }),
    { numRuns: 30 }
  )
})

test("another domain's draws do not shift a stream", () => {
  /** A domain that is all alone on its pCPU, so that nothing but its draws decides what it does. */
  const pinned = (domid: number, guest: GuestSpec, pcpu: number) => {
    const plan = domain(domid, [guest])
    return { ...plan, vcpus: plan.vcpus.map((vcpu) => ({ ...vcpu, hard: [pcpu] })) }
  }
  fc.assert(
    fc.property(workload, workload, fc.nat(), (load, other, seed) => {
      fc.pre(!JSON.stringify([load, other]).includes('Signal'))
      const options = { pcpus: 2, durationNs: 30 * ms, seed }
      const ofFirst = (outputs: ReadonlyArray<Output>) =>
        outputs.filter(
          (output) => (output._tag === 'RunstateChange' || output._tag === 'JobDone') && output.domid === 1
        )
      const without = runDomains([pinned(1, load, 0)], options)
      const beside = runDomains([pinned(1, load, 0), pinned(2, other, 1)], options)
      expect(ofFirst(beside.outputs)).toEqual(ofFirst(without.outputs))
      expect(beside.totals['1.0']).toEqual(without.totals['1.0'])
    }),
    { numRuns: 60 }
  )
})

test('an accepted workload never stops the clock, and ends jobs in the order of their releases', () => {
  fc.assert(
    fc.property(workload, fc.nat(), (load, seed) => {
      const phases = alone(load, 400, { seed })
      const first = phases[0]
      const last = phases[phases.length - 1]
      if (phases.length === 400) expect(last?.endNs).toBeGreaterThan(first?.startNs ?? 0)
      for (const { startNs, endNs, phase } of phases) {
        expect(Number.isSafeInteger(phase.runNs) && phase.runNs >= 0).toBe(true)
        expect(endNs).toBeGreaterThanOrEqual(startNs)
      }
      if (load.program === 'script') return
      const released = phases.flatMap(({ phase: { then } }) =>
        then._tag === 'EndJob' ? [then.releasedNs] : []
      )
      expect(released).toEqual([...released].sort((a, b) => a - b))
    })
  )
})

test('the state of a program survives JSON at every phase', () => {
  fc.assert(
    fc.property(workload, (load) => {
      for (const { phase } of alone(load, 20)) expect(JSON.parse(JSON.stringify(phase))).toEqual(phase)
    })
  )
})

test('any configuration is accepted or refused, and what is accepted is stable', () => {
  const seen = { accepted: 0, refused: 0 }
  const names = guestPrograms.map(({ name }) => name)
  const given = fc.oneof(nearlyWorkload, fc.tuple(fc.constantFrom(...names, 'none'), fc.jsonValue()))
  fc.assert(
    fc.property(given, ([program, config]) => {
      const found = Workload.validate({ program, version: 1, config: config as never })
      if (E.isLeft(found)) {
        seen.refused += 1
        expect(Workload.formatError(found.left).length).toBeLessThan(400)
      } else {
        seen.accepted += 1
        expect(Workload.validate(found.right)).toEqual(found)
      }
    }),
    { numRuns: 500 }
  )
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(10)
})
