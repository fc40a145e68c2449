import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'

import { schedParamsDefault } from '../../../../src/abi/index.js'
import type { Output } from '../../../../src/abi/index.js'
import { guestPrograms } from '../../../../src/guest/index.js'
import {
  advance,
  bootHypervisor,
  guestAt,
  makeEnvironment,
  transition,
  vcpuTotals
} from '../../../../src/machine/index.js'
import type { Host } from '../../../../src/machine/index.js'
import { Table } from '../../../../src/prelude/index.js'
import { formatScenarioError, parseScenario } from '../../../../src/replay/scenario/parseScenario.js'
import type { Scenario } from '../../../../src/replay/scenario/Scenario.js'
import {
  planInput,
  scenarioToPlan,
  workloadOperations
} from '../../../../src/replay/scenario/scenarioPlan.js'
import { scenarioToJson } from '../../../../src/replay/scenario/scenarioToJson.js'
import { credit2, vcpuAt } from '../../../../src/sched/index.js'

const parse = (text: string): Scenario => {
  const found = parseScenario(text, 'x.json')
  if (E.isLeft(found)) throw new Error(formatScenarioError(found.left))
  return found.right
}

const scenario = (changes: object): Scenario =>
  parse(
    JSON.stringify({
      version: 1,
      topology: '1x2x1',
      memoryMiB: 1024,
      duration: '1s',
      dom0: false,
      ...changes
    })
  )

const run = (given: Scenario): readonly [Host, ReadonlyArray<Output>] => {
  const env = makeEnvironment([credit2], guestPrograms, {})
  const plan = scenarioToPlan(given)
  const { topology, facts, durationNs } = plan
  const [booted] = bootHypervisor(env, { topology, params: schedParamsDefault, facts }, { trace: false })
  const input = planInput(plan)
  if (input === null) throw new Error('needs files')
  const planned = transition(env, booted, input, { trace: true })
  if (E.isLeft(planned)) throw new Error(JSON.stringify(planned.left))
  const advanced = advance(env, planned.right[0], durationNs, { trace: true })
  if (E.isLeft(advanced)) throw new Error(JSON.stringify(advanced.left))
  return advanced.right
}

const runningMs = (host: Host): Readonly<Record<string, number>> =>
  Object.fromEntries(
    host.sched.domainOrder.map((slot) => {
      const { domid, vcpus } = Table.get(host.sched.domains, slot)
      const runs = vcpus.map(
        (vcpu) => vcpuTotals(vcpuAt(host.sched, vcpu), guestAt(host, vcpu), host.nowNs).runningNs
      )
      return [String(domid), Math.round(runs.reduce((sum, ns) => sum + ns, 0) / 1_000_000)]
    })
  )

const refusedControls = (outputs: ReadonlyArray<Output>) =>
  outputs.filter((output) => output._tag === 'ControlDone' && output.errno !== null)

test('each event becomes its operations, in the order of times', () => {
  const plan = scenarioToPlan(
    scenario({
      domains: [{ name: 'a', vcpus: 2, memoryMiB: 3 }],
      events: [
        { at: '9ms', op: 'destroy', domain: 'a' },
        { at: '1ms', op: 'pause', domain: 'a' },
        { at: '2ms', op: 'unpause', domain: 'a' },
        { at: '3ms', op: 'sched', domain: 'a', weight: 5 },
        { at: '4ms', op: 'ratelimit', ratelimitUs: 0 },
        { at: '5ms', op: 'pin', domain: 'a', cpus: '1', cpusSoft: '0' },
        { at: '6ms', op: 'offline', domain: 'a', vcpu: 1 },
        { at: '7ms', op: 'online', domain: 'a', vcpu: 1 },
        { at: '7ms', op: 'kick', domain: 'a', vcpu: 0 },
        { at: '8ms', op: 'workload', domain: 'a', workload: null }
      ]
    })
  )
  const steps = plan.steps.map((step) =>
    step._tag === 'Operate' ? [step.atNs / 1_000_000, step.operation] : step
  )
  expect(steps[0]).toMatchObject([0, { _tag: 'DomainBuild', plan: { domid: 1, pages: 768, pagesMax: 768 } }])
  expect(steps.slice(1)).toEqual([
    [1, { _tag: 'DomainPause', domid: 1 }],
    [2, { _tag: 'DomainUnpause', domid: 1 }],
    [3, { _tag: 'SchedDomainParams', domid: 1, scheduler: null, weight: 5, cap: null }],
    [4, { _tag: 'SchedPoolParams', poolId: 0, ratelimitUs: 0, timesliceMs: null, migrationDelayUs: null }],
    [5, { _tag: 'VcpuAffinity', domid: 1, vcpu: 0, kind: 'hard', pcpus: [1] }],
    [5, { _tag: 'VcpuAffinity', domid: 1, vcpu: 0, kind: 'soft', pcpus: [0] }],
    [5, { _tag: 'VcpuAffinity', domid: 1, vcpu: 1, kind: 'hard', pcpus: [1] }],
    [5, { _tag: 'VcpuAffinity', domid: 1, vcpu: 1, kind: 'soft', pcpus: [0] }],
    [6, { _tag: 'VcpuOffline', domid: 1, vcpu: 1 }],
    [7, { _tag: 'VcpuOnline', domid: 1, vcpu: 1 }],
    [7, { _tag: 'VcpuKick', domid: 1, vcpu: 0 }],
    [8, { _tag: 'VcpuProgram', domid: 1, vcpu: 0, guest: null }],
    [8, { _tag: 'VcpuProgram', domid: 1, vcpu: 1, guest: null }],
    [9, { _tag: 'DomainDestroy', domid: 1, inPlace: false }]
  ])
})

test('domain ids follow the order of creations, and a domain created again gets a new one', () => {
  const plan = scenarioToPlan(
    scenario({
      domains: [{ name: 'late', autostart: false }, { name: 'a' }, { name: 'b' }],
      events: [
        { at: '1ms', op: 'create', domain: 'late' },
        { at: '2ms', op: 'destroy', domain: 'a' },
        { at: '3ms', op: 'create', domain: 'a' },
        { at: '4ms', op: 'pause', domain: 'a' }
      ]
    })
  )
  const domids = plan.steps.map((step) => {
    if (step._tag !== 'Operate') return -1
    const { operation } = step
    return operation._tag === 'DomainBuild'
      ? operation.plan.domid
      : 'domid' in operation
        ? operation.domid
        : -1
  })
  expect(domids).toEqual([1, 2, 3, 1, 4, 4])
})

test('a domain from a file is a step of its own, and only then there is no single input', () => {
  const plan = scenarioToPlan(scenario({ domains: [{ name: 'a' }, { name: 'b', cfg: 'b.cfg' }] }))
  expect(plan.steps[1]).toMatchObject({
    _tag: 'CreateFromFile',
    atNs: 0,
    domid: 2,
    domain: { path: 'b.cfg' }
  })
  expect(planInput(plan)).toBeNull()
})

test('workloads of dom0 become operations when its number of vCPUs is known', () => {
  const { dom0 } = scenarioToPlan(
    scenario({ dom0: { workload: { program: 'idle' }, workloads: [{ vcpu: 1, workload: null }] } })
  )
  if (dom0 === null) throw new Error('no dom0')
  const guest = { program: 'idle', version: 1, config: {} }
  expect(workloadOperations(0, dom0, 3)).toEqual([
    { _tag: 'VcpuProgram', domid: 0, vcpu: 0, guest },
    { _tag: 'VcpuProgram', domid: 0, vcpu: 2, guest }
  ])
})

test('a domain is built with its parameters; vCPUs beyond `vcpus` are there but offline', () => {
  const given = {
    name: 'a',
    type: 'hvm',
    vcpus: 1,
    maxvcpus: 2,
    weight: 9,
    cap: 50,
    cpus: '0',
    cpusSoft: '1'
  }
  const [step] = scenarioToPlan(scenario({ domains: [{ ...given, workload: { program: 'idle' } }] })).steps
  const guest = { program: 'idle', version: 1, config: {} }
  expect(step).toMatchObject({
    operation: {
      plan: {
        weight: 9,
        cap: 50,
        isPaused: false,
        info: { name: 'a', type: 'hvm' },
        vcpus: [
          { isOnline: true, hard: [0], soft: [1], guest },
          { isOnline: false, hard: [0], soft: [1], guest }
        ]
      }
    }
  })
})

test('uuids follow from the seed, are of version 4 and differ from domain to domain', () => {
  const uuids = (seed: number) =>
    scenarioToPlan(scenario({ seed, domains: [{ name: 'a' }, { name: 'b' }] })).steps.map((step) =>
      step._tag === 'Operate' && step.operation._tag === 'DomainBuild' ? step.operation.plan.info.uuid : ''
    )
  expect(uuids(1)).toEqual(uuids(1))
  expect(new Set([...uuids(1), ...uuids(2)]).size).toBe(4)
  for (const uuid of uuids(1))
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

describe('a plan runs on the machine', () => {
  test('and its events take effect when their time comes', () => {
    const hog = { program: 'hog' }
    const [host, outputs] = run(
      scenario({
        topology: '1x1x1',
        domains: [
          { name: 'a', workload: hog },
          { name: 'b', workload: hog, autostart: false }
        ],
        events: [
          { at: '200ms', op: 'pause', domain: 'a' },
          { at: '300ms', op: 'create', domain: 'b' },
          { at: '400ms', op: 'destroy', domain: 'b' },
          { at: '700ms', op: 'unpause', domain: 'a' },
          { at: '0.9s', op: 'workload', domain: 'a', workload: { program: 'idle' } }
        ]
      })
    )
    expect(refusedControls(outputs)).toEqual([])
    expect(runningMs(host)).toEqual({ '1': 400 })
    const gone = outputs.find((output) => output._tag === 'DomainDestroyed')
    expect(gone).toMatchObject({ domid: 2, atNs: 400_000_000, vcpus: [{ runningNs: 100_000_000 }] })
  })

  test('and a domain that does not fit in memory is refused as Xen refuses it', () => {
    const [host, outputs] = run(scenario({ domains: [{ name: 'a', memoryMiB: 2048 }] }))
    expect(refusedControls(outputs)).toMatchObject([{ errno: 'ENOMEM' }])
    expect(host.domains.records).toEqual([])
  })
})

describe('the examples of the project', () => {
  const folder = join(import.meta.dirname, '../../../../examples')
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)

  test.each(texts)('%s reads, prints and runs without a refusal', (_name, text) => {
    const given = parse(text)
    expect(parse(scenarioToJson(given))).toEqual(given)
    const [, outputs] = run(given)
    expect(refusedControls(outputs)).toEqual([])
  })

  test('weights 512, 256 and 128 share a pCPU as 4 : 2 : 1', () => {
    const text = texts.find(([name]) => name === 'fair-shares.json')?.[1] ?? ''
    const [host] = run(parse(text))
    const shares = Object.values(runningMs(host))
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(10_000)
    for (const [i, sevenths] of [4, 2, 1].entries())
      expect(Math.abs((shares[i] ?? 0) / 10_000 - sevenths / 7)).toBeLessThan(0.01)
  })
})
