import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  assertLaws,
  checkLaws,
  credit2Laws,
  deepFreeze,
  firstDifference,
  genericLaws,
  labArbitrary,
  laboratoryMin,
  labDomain,
  labToScenario,
  nextInstantNs,
  queueInsertion,
  registryDefault,
  reportFailure,
  runLaboratory,
  scriptVcpu,
  settle,
  sliceBounds
} from '../../../src/testing/index.js'
import type { Laboratory, Registry } from '../../../src/testing/index.js'
import { decodeJournal, parseScenario } from '../../../src/replay/index.js'
import { credit2 } from '../../../src/sched/index.js'
import type { Scheduler } from '../../../src/sched/index.js'
import { makeShellEnvironment } from '../../../src/shell/index.js'

const registryOf = (scheduler: Scheduler): Registry => ({ ...registryDefault, schedulers: [scheduler] })

/** credit2 that sometimes asks for a slice of a millisecond too much. */
const greedy: Scheduler = {
  ...credit2,
  schedule: (x, pcpu, curr) => {
    credit2.schedule(x, pcpu, curr)
    if (x.nextSliceNs >= 10_000_000) x.nextSliceNs += 1_000_000
  }
}

/** credit2 that queues who wakes at the head. */
const unfair: Scheduler = {
  ...credit2,
  wake: (x, unit) => {
    credit2.wake(x, unit)
    for (let queue = 0; queue < x.lists.length; queue++) {
      const at = x.lists.read(queue).indexOf(unit)
      if (at > 0) x.lists.write(queue).unshift(...x.lists.write(queue).splice(at, 1))
    }
  }
}

describe('a broken scheduler', () => {
  const parameters = { seed: 7, numRuns: 300 }

  test('is found out, and the laboratory shrinks to one pCPU, one vCPU, no operation', () => {
    const { failure } = checkLaws([sliceBounds], labArbitrary(), { registry: registryOf(greedy), parameters })
    expect(failure?.law?.id).toBe('C2-P6')
    expect(failure?.laboratory).toEqual(laboratoryMin)
  })

  test('is found out when it takes two domains or vCPUs', () => {
    const { failure } = checkLaws([queueInsertion], labArbitrary(), {
      registry: registryOf(unfair),
      parameters
    })
    expect(failure?.law?.id).toBe('C2-5')
    const { topology, domains, operations } = failure!.laboratory
    expect(topology).toEqual(laboratoryMin.topology)
    expect(domains.flatMap(({ vcpus }) => vcpus).length).toBeLessThanOrEqual(3)
    expect(operations).toEqual([])
  })

  test('is reported with law, time, seed, path, decisions and the laboratory as JSON', () => {
    const { failure } = checkLaws([sliceBounds], labArbitrary(), { registry: registryOf(greedy), parameters })
    const lines = reportFailure(failure!).split('\n')
    expect(lines[0]).toMatch(/^C2-P6 is broken: a slice is not shorter/)
    expect(lines[1]).toBe('  at 0 ns: slice of 11000000 ns on pCPU 0 is not in [1000000, 10000000]')
    expect(lines[2]).toMatch(/^found in run \d+, shrunk \d+ times$/)
    expect(lines[3]).toMatch(/^the same again: \{ seed: 7, path: '[\d:]+' \}$/)
    expect(lines.slice(4, 7)).toEqual([
      'last decisions:',
      '  0 ns  pCPU 0  idle -> idle',
      '  0 ns  pCPU 0  idle -> 1.0 for 11000000 ns'
    ])
    expect(lines[7]).toBe('laboratory:')
    expect(JSON.parse(lines[8]!)).toEqual(laboratoryMin)
    expect(lines[9]).toBe('the same as a scenario file:')
    const end = lines.indexOf('the same as a journal:')
    expect(parseScenario(lines.slice(10, end).join('\n'), 'report')._tag).toBe('Right')
    expect(decodeJournal(makeShellEnvironment(), lines.slice(end + 1).join('\n'), 'report')._tag).toBe(
      'Right'
    )
  })

  test('is found again from the seed and path of the report', () => {
    const options = { registry: registryOf(unfair), parameters }
    const { failure } = checkLaws([queueInsertion], labArbitrary(), options)
    const again = checkLaws([queueInsertion], labArbitrary(), {
      ...options,
      parameters: { seed: failure!.seed, path: failure!.path!, endOnFailure: true }
    })
    expect(again.failure?.laboratory).toEqual(failure!.laboratory)
  })

  test('makes assertLaws throw the report', () => {
    const options = { registry: registryOf(greedy), parameters }
    expect(() => assertLaws([sliceBounds], labArbitrary(), options)).toThrow('C2-P6 is broken')
  })

  test('that throws is reported with its error', () => {
    const broken: Scheduler = {
      ...credit2,
      wake: () => {
        throw new Error('out of order')
      }
    }
    const options = { registry: registryOf(broken), parameters }
    expect(() => assertLaws(genericLaws, labArbitrary(), options)).toThrow('out of order')
  })
})

describe('arbitrary laboratories', () => {
  test('shrink towards the smallest one', () => {
    const details = fc.check(
      fc.property(labArbitrary(), () => false),
      { seed: 3 }
    )
    expect(details.counterexample?.[0]).toEqual(laboratoryMin)
  })

  test('refer to pCPUs and domains that exist', () => {
    const isGood = (lab: Laboratory): boolean => {
      const total = lab.topology.sockets * lab.topology.coresPerSocket * lab.topology.threadsPerCore
      const domids = lab.domains.map(({ domid }) => domid)
      const masks = lab.domains.flatMap(({ vcpus }) =>
        vcpus.flatMap(({ hard, soft }) => [hard ?? [], soft ?? []])
      )
      return (
        masks.flat().every((pcpu) => pcpu < total) &&
        lab.operations.every(({ operation }) => !('domid' in operation) || domids.includes(operation.domid))
      )
    }
    fc.assert(fc.property(labArbitrary({ withPools: true }), isGood), { numRuns: 300 })
  })

  test('are plain data', () => {
    fc.assert(
      fc.property(labArbitrary(), (lab) => firstDifference(JSON.parse(JSON.stringify(lab)), lab) === null)
    )
  })

  test('settle folds what does not exist onto what does', () => {
    const settled = settle({
      ...laboratoryMin,
      domains: [{ ...labDomain(1, [{ ...scriptVcpu(), hard: [0, 3, 5] }]) }],
      operations: [
        { atNs: 5, operation: { _tag: 'VcpuKick', domid: 4, vcpu: 0 } },
        { atNs: laboratoryMin.durationNs + 1, operation: { _tag: 'VcpuKick', domid: 1, vcpu: 0 } }
      ]
    })
    expect(settled.domains[0]!.vcpus[0]!.hard).toEqual([0])
    expect(settled.operations).toEqual([{ atNs: 5, operation: { _tag: 'VcpuKick', domid: 1, vcpu: 0 } }])
  })
})

describe('a run of a laboratory', () => {
  test('is told of the boot, of each instant in order and of the end', () => {
    const times: number[] = []
    const ended = runLaboratory({ ...laboratoryMin, durationNs: 25_000_000 }, (host) =>
      times.push(host.nowNs)
    )
    expect(times).toEqual([0, 0, 10_000_000, 20_000_000, 25_000_000])
    expect(ended._tag === 'Right' && nextInstantNs(ended.right)).toBe(30_000_000)
  })

  test('is refused when an operation is before time 0', () => {
    const operation = { _tag: 'VcpuKick', domid: 1, vcpu: 0 } as const
    const ended = runLaboratory({ ...laboratoryMin, operations: [{ atNs: -1, operation }] }, () => undefined)
    expect(ended).toEqual({ _tag: 'Left', left: { _tag: 'TimeGoesBack', nowNs: 0, toNs: -1 } })
  })
})

describe('a laboratory as a scenario', () => {
  const rich: Laboratory = {
    ...laboratoryMin,
    topology: { sockets: 1, coresPerSocket: 2, threadsPerCore: 2, nodesTotal: 1 },
    params: { ...laboratoryMin.params, ratelimitUs: 500, credit2Runqueue: 'core', smtPowerSavings: true },
    domains: [
      labDomain(
        1,
        [
          { ...scriptVcpu(), hard: [0, 1] },
          { ...scriptVcpu(), hard: [0, 1], isOnline: false }
        ],
        {
          weight: 512,
          cap: 40
        }
      ),
      labDomain(2, [scriptVcpu([{ runNs: 1000, then: { _tag: 'Wait' } }])])
    ],
    operations: [
      { atNs: 900, operation: { _tag: 'VcpuKick', domid: 2, vcpu: 0 } },
      { atNs: 500, operation: { _tag: 'VcpuAffinity', domid: 1, vcpu: 0, kind: 'soft', pcpus: [1] } }
    ]
  }

  test('has its topology, parameters, domains and operations', () => {
    const parsed = parseScenario(labToScenario(rich)!, 'test')
    expect(parsed).toMatchObject({
      right: {
        topology: rich.topology,
        commandLine:
          'sched=credit2 sched_ratelimit_us=500 sched_smt_power_savings=true credit2_runqueue=core',
        domains: [
          { name: 'd1', weight: 512, cap: 40, cpus: [0, 1], vcpusMax: 2, vcpusOnline: 1 },
          { name: 'd2', weight: null, cap: null, cpus: null, vcpusMax: 1, vcpusOnline: 1 }
        ],
        events: [
          { _tag: 'kick', atNs: 900, domain: 'd2', vcpu: 0 },
          { _tag: 'pin', atNs: 500, domain: 'd1', vcpu: 0, cpus: null, cpusSoft: [1] }
        ],
        durationNs: 1_000_000
      }
    })
  })

  test.each<readonly [string, Laboratory]>([
    [
      'vCPUs differ in affinity',
      { ...rich, domains: [labDomain(1, [scriptVcpu(), { ...scriptVcpu(), hard: [1] }])], operations: [] }
    ],
    [
      'a single vCPU is paused',
      { ...rich, operations: [{ atNs: 5, operation: { _tag: 'VcpuPause', domid: 1, vcpu: 0 } }] }
    ],
    [
      'an operation names a vCPU that is not there',
      { ...rich, operations: [{ atNs: 5, operation: { _tag: 'VcpuKick', domid: 1, vcpu: 9 } }] }
    ]
  ])('does not exist when %s', (_, laboratory) => {
    expect(labToScenario(laboratory)).toBeNull()
  })
})

describe('comparing and freezing', () => {
  test.each([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, null],
    [{ a: { b: [0, 1] } }, { a: { b: [0, 2] } }, '.a.b.1: 1 and 2'],
    [{ a: 1 }, { a: 1, b: 2 }, '.b: on one side only'],
    [{ a: 1, b: 2 }, { a: 1 }, '.b: on one side only'],
    [[1], [1, 2], '.1: on one side only'],
    [[], {}, ': [] and {}'],
    [null, {}, ': null and {}'],
    [0, -0, ': 0 and 0']
  ])('the first difference of %j and %j is %s', (a, b, expected) => {
    expect(firstDifference(a, b)).toBe(expected)
  })

  test('a frozen value cannot be written to anywhere', () => {
    const value = deepFreeze({ a: [{ b: 1 }] })
    expect(() => (value.a[0]!.b = 2)).toThrow('read only')
    expect(() => value.a.push({ b: 3 })).toThrow()
  })
})

test('every law of credit2 names its property of the specification', () => {
  expect(credit2Laws.every(({ id }) => /^C2-(P\d+[a-d]?|5|8[ab]|D1)$/.test(id))).toBe(true)
})
