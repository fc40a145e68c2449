import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { schedParamsDefault } from '../../../src/abi/index.js'
import type { MachineCosts, Operation, Topology, VcpuPlan } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import {
  bootHypervisor,
  guestAt,
  makeEnvironment,
  phaseEndNs,
  vcpuTotals
} from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { timeOfWork, workInTime } from '../../../src/machine/costs.js'
import { credit2, vcpuAt } from '../../../src/sched/index.js'
import { labDomain } from '../../../src/testing/index.js'
import { advanced, operated, phases } from '../../support/lab.js'

const ms = 1_000_000
const env = makeEnvironment([credit2], [script], {})
const none: MachineCosts = { migrationNs: 0, socketNs: 0, smtPercent: 0, remotePercent: 0 }

const boot = (topology: Topology, costs: Partial<MachineCosts>): Host =>
  bootHypervisor(
    env,
    {
      topology,
      params: { ...schedParamsDefault, costs: { ...none, ...costs } },
      facts: { commandLine: '', memoryBytes: 2 ** 32, seed: 1, files: [] }
    },
    { trace: false }
  )[0]

const shape = (
  sockets: number,
  coresPerSocket: number,
  threadsPerCore: number,
  nodesTotal = 1
): Topology => ({
  sockets,
  coresPerSocket,
  threadsPerCore,
  nodesTotal
})

/** Domains with one vCPU each on the given pCPUs, each in an endless phase. */
const withHogs = (host: Host, pcpus: ReadonlyArray<number>, given: object = {}): Host =>
  pcpus.reduce((before, pcpu, i) => {
    const vcpu: VcpuPlan = {
      isOnline: true,
      hard: [pcpu],
      soft: null,
      guest: phases([3600_000 * ms, { _tag: 'Halt' }])
    }
    const plan = labDomain(i + 1, [vcpu], { pages: 1024, pagesMax: 1024, ...given })
    return operated(env, before, { _tag: 'DomainBuild', plan })
  }, host)

/** Running time and what was lost of it, of the one vCPU of a domain built as the nth. */
const timesOf = (host: Host, nth: number): readonly [runningMs: number, lostMs: number] => {
  const place = host.sched.pcpus.length + nth - 1
  const { runningNs } = vcpuTotals(vcpuAt(host.sched, place), guestAt(host, place), host.nowNs)
  const { remainingNs, sinceNs, burden } = guestAt(host, place)
  const ahead = sinceNs < 0 ? 0 : workInTime(host.nowNs - sinceNs, burden?.slowPercent ?? 0)
  const doneNs = 3600_000 * ms - remainingNs + ahead
  return [runningNs / ms, (runningNs - doneNs) / ms]
}

const pin = (domid: number, pcpu: number): Operation => ({
  _tag: 'VcpuAffinity',
  domid,
  vcpu: 0,
  kind: 'hard',
  pcpus: [pcpu]
})

describe('costs of the machine', () => {
  it('are nothing in the idealised one, however the vCPUs move', () => {
    const host = advanced(env, withHogs(boot(shape(2, 1, 2, 2), {}), [0, 1]), 10 * ms)
    const moved = advanced(env, operated(env, host, pin(1, 3)), 20 * ms)
    expect([timesOf(moved, 1), timesOf(moved, 2)]).toEqual([
      [20, 0],
      [20, 0]
    ])
    expect(guestAt(moved, 4)).toMatchObject({ burden: null })
  })
  it('take cold caches from a vCPU that moves, more on another socket, nothing from one that stays', () => {
    const costs = { migrationNs: 2 * ms, socketNs: 3 * ms }
    const host = advanced(env, withHogs(boot(shape(2, 2, 1), costs), [0]), 10 * ms)
    expect(timesOf(host, 1)).toEqual([10, 0])
    const near = advanced(env, operated(env, host, pin(1, 1)), 20 * ms)
    expect(timesOf(near, 1)).toEqual([20, 2])
    const far = advanced(env, operated(env, near, pin(1, 2)), 30 * ms)
    expect(timesOf(far, 1)).toEqual([30, 2 + 5])
    const paused = operated(env, far, { _tag: 'DomainPause', domid: 1 })
    const back = operated(env, advanced(env, paused, 35 * ms), { _tag: 'DomainUnpause', domid: 1 })
    expect(timesOf(advanced(env, back, 40 * ms), 1)).toEqual([35, 7])
  })
  it('slow both threads of a busy core, and only while both are busy', () => {
    const host = advanced(env, withHogs(boot(shape(1, 2, 2), { smtPercent: 100 }), [0, 1, 2]), 10 * ms)
    expect([1, 2, 3].map((nth) => timesOf(host, nth))).toEqual([
      [10, 5],
      [10, 5],
      [10, 0]
    ])
    const alone = advanced(env, operated(env, host, { _tag: 'DomainPause', domid: 2 }), 20 * ms)
    expect(timesOf(alone, 1)).toEqual([20, 5])
  })
  it('slow a vCPU by the part of its memory that is on other nodes', () => {
    const costs = { remotePercent: 50 }
    const near = advanced(env, withHogs(boot(shape(2, 1, 1, 2), costs), [0], { nodes: [0] }), 30 * ms)
    const far = advanced(env, withHogs(boot(shape(2, 1, 1, 2), costs), [1], { nodes: [0] }), 30 * ms)
    expect(timesOf(near, 1)).toEqual([30, 0])
    expect(timesOf(far, 1)).toEqual([30, 10])
  })
  it('let a phase end when its work is done', () => {
    const guest = phases([4 * ms, { _tag: 'Halt' }])
    const vcpu = (pcpu: number): VcpuPlan => ({ isOnline: true, hard: [pcpu], soft: null, guest })
    const plan = labDomain(1, [vcpu(0), vcpu(1)])
    const host = operated(env, boot(shape(1, 1, 2), { smtPercent: 50 }), { _tag: 'DomainBuild', plan })
    expect([2, 3].map((place) => phaseEndNs(guestAt(host, place)))).toEqual([6 * ms, 6 * ms])
    const ended = advanced(env, host, 10 * ms)
    expect([2, 3].map((place) => guestAt(ended, place).burden?.lostNs)).toEqual([2 * ms, 2 * ms])
    expect(vcpuTotals(vcpuAt(ended.sched, 2), guestAt(ended, 2), ended.nowNs)).toMatchObject({
      runningNs: 6 * ms,
      lostNs: 2 * ms
    })
  })
})

describe('work and time', () => {
  it('round so that the time of a work is the shortest in which it gets done', () => {
    const work = fc.integer({ min: 0, max: 2 ** 43 })
    fc.assert(
      fc.property(work, fc.integer({ min: 0, max: 400 }), (workNs, percent) => {
        const ns = timeOfWork(workNs, percent)
        expect(workInTime(ns, percent)).toBeGreaterThanOrEqual(workNs)
        if (ns > 0) expect(workInTime(ns - 1, percent)).toBeLessThan(workNs)
      })
    )
  })
})
