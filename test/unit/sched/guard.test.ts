import { describe, expect, it } from 'vitest'

import {
  advance,
  bootHypervisor,
  control,
  digestHost,
  makeEnvironment,
  step
} from '../../../src/machine/index.js'
import type { Environment, Host } from '../../../src/machine/index.js'
import { script } from '../../../src/guest/index.js'
import { SchedulerFailure, credit2, makeScheduler } from '../../../src/sched/index.js'
import type { Scheduler, SchedulerHooks } from '../../../src/sched/index.js'
import { schedParamsDefault } from '../../../src/abi/index.js'
import { operated, planOf, hog } from '../../support/lab.js'

/** Runs the first runnable unit of its pool that no other pCPU runs. */
const simple: SchedulerHooks = {
  name: 'simple',
  version: 1,
  wake: (x, unit) => x.raise(x.units.read(unit).master),
  sleep: (x, unit) => x.raise(x.units.read(unit).master),
  schedule: (x, pcpu) => {
    x.nextUnit = pcpu
    for (let unit = x.pcpuCount; unit < x.units.length; unit++) {
      const u = x.units.read(unit)
      if (u.isUsed && u.master === pcpu && x.isUnitRunnable(unit)) x.nextUnit = unit
    }
    x.nextSliceNs = x.nextUnit === pcpu ? -1 : 1_000_000
  }
}

const environment = (scheduler: Scheduler): Environment => makeEnvironment([scheduler, credit2], [script], {})

const boot = (env: Environment, scheduler = 'simple'): Host =>
  bootHypervisor(
    env,
    {
      topology: { sockets: 1, coresPerSocket: 2, threadsPerCore: 1, nodesTotal: 1 },
      params: { ...schedParamsDefault, scheduler },
      facts: { commandLine: '', memoryBytes: 2 ** 30, seed: 1, files: [] }
    },
    { trace: false }
  )[0]

const busy = (env: Environment): Host => {
  const host = operated(env, boot(env), { _tag: 'DomainBuild', plan: planOf(1, [hog]) })
  return operated(env, host, { _tag: 'DomainBuild', plan: planOf(2, [hog, hog]) })
}

/** The simple scheduler, from a moment on with another decision. */
const broken = (schedule: Scheduler['schedule']): Scheduler =>
  makeScheduler({
    ...simple,
    schedule: (x, pcpu, curr) => (x.nowNs < 5_000_000 ? simple.schedule : schedule)(x, pcpu, curr)
  })

const failures: ReadonlyArray<readonly [what: string, schedule: Scheduler['schedule'], reason: RegExp]> = [
  [
    'throws',
    () => {
      throw new Error('no idea')
    },
    /^no idea$/
  ],
  ['gives no answer', () => undefined, /chose nobody, not even the idle unit/],
  ['names a unit that does not exist', (x) => void (x.nextUnit = 99), /unit 99, which does not exist/],
  ['names no number', (x) => void (x.nextUnit = NaN), /chose/],
  ["names another pCPU's idle unit", (x, pcpu) => void (x.nextUnit = 1 - pcpu), /the idle unit of pCPU/],
  [
    'names a unit bound elsewhere',
    (x, pcpu) => {
      for (let unit = x.pcpuCount; unit < x.units.length; unit++)
        if (x.units.read(unit).master !== pcpu) x.nextUnit = unit
    },
    /bound to another pCPU/
  ],
  [
    'gives a slice of no length',
    (x, pcpu, curr) => {
      simple.schedule(x, pcpu, curr)
      x.nextSliceNs = 0
    },
    /a slice of 0 ns/
  ],
  [
    'asks for itself for ever',
    (x, pcpu, curr) => {
      simple.schedule(x, pcpu, curr)
      x.raise(pcpu)
    },
    /reschedules for ever/
  ]
]

describe('a scheduler that is not one of Xen', () => {
  it('runs like any other while it keeps the rules', () => {
    const env = environment(makeScheduler(simple))
    const advanced = advance(env, busy(env), 20_000_000, { trace: false })
    expect(advanced._tag).toBe('Right')
  })
  it.each(failures)('is named when it %s, and the host is as it was', (_what, schedule, reason) => {
    const env = environment(broken(schedule))
    const host = busy(env)
    const before = digestHost(host)
    const refused = advance(env, host, 20_000_000, { trace: false })
    expect(refused).toMatchObject({
      left: {
        _tag: 'SchedulerFailed',
        scheduler: 'simple',
        hook: 'schedule',
        reason: expect.stringMatching(reason) as string
      }
    })
    expect(digestHost(host)).toBe(before)
    // The environment is as good as new: the same host goes on as far as the scheduler keeps the rules.
    expect(advance(env, host, 4_000_000, { trace: false })._tag).toBe('Right')
  })
  it('is judged by what it does in one input, however often that is tried from one host', () => {
    const env = environment(makeScheduler(simple))
    const host = busy(env)
    const twice = { _tag: 'VcpuAffinity', domid: 1, vcpu: 0, kind: 'hard', pcpus: [0] } as const
    for (let i = 0; i < 110_000; i++)
      if (control(env, host, twice, { trace: false })._tag === 'Left') throw new Error(`refused at ${i}`)
  })
  it('is an exception with its name where a step has no other answer', () => {
    const env = environment(broken(() => undefined))
    let host: Host | null = busy(env)
    const run = (): void => {
      while (host !== null) host = step(env, host, { trace: false })?.[0] ?? null
    }
    expect(run).toThrow(SchedulerFailure)
    expect(run).toThrow(/scheduler simple, hook schedule: pCPU \d: chose nobody/)
  })
  it('does not get away with a paused unit', () => {
    const env = environment(
      makeScheduler({
        ...simple,
        schedule: (x, pcpu) => {
          x.nextUnit = pcpu
          for (let unit = x.pcpuCount; unit < x.units.length; unit++)
            if (x.units.read(unit).master === pcpu) x.nextUnit = unit
        }
      })
    )
    const host = operated(env, boot(env), { _tag: 'DomainBuild', plan: planOf(1, [hog]) })
    const refused = control(env, host, { _tag: 'DomainPause', domid: 1 }, { trace: false })
    expect(refused).toMatchObject({
      left: { _tag: 'SchedulerFailed', reason: expect.stringMatching(/which cannot run/) as string }
    })
  })
  it('has its answer to where a unit belongs judged', () => {
    const env = environment(makeScheduler({ ...simple, pickResource: () => 7 }))
    const host = busy(env)
    const moved = { _tag: 'VcpuAffinity', domid: 1, vcpu: 0, kind: 'hard', pcpus: [1] } as const
    expect(control(env, host, moved, { trace: false })).toMatchObject({
      left: { _tag: 'SchedulerFailed', hook: 'pickResource', reason: 'unit 2 may not be on pCPU 7' }
    })
  })
  it('keeps plain data', () => {
    const env = environment(makeScheduler({ ...simple, init: () => ({ since: new Date(0) }) }))
    const host = boot(env, 'credit2')
    expect(
      control(env, host, { _tag: 'PoolCreate', poolId: 1, scheduler: 'simple' }, { trace: false })
    ).toMatchObject({ left: { hook: 'init', reason: 'its instance is not plain data' } })
  })
})
