import { describe, expect, it } from 'vitest'

import {
  advance,
  control,
  digestHost,
  domExcOperation,
  makeEnvironment,
  plan,
  step,
  transition
} from '../../../src/machine/index.js'
import type { Operation } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import { Memory } from '../../../src/memory/index.js'
import { Table } from '../../../src/prelude/index.js'
import { credit2, vcpuAt } from '../../../src/sched/index.js'
import { advanced, booted, build, errnoOf, hog, lab, operated, phases, planOf } from '../../support/lab.js'

const env = lab()
const trace = { trace: true }

describe('time', () => {
  it('does not go back', () => {
    const host = advanced(env, booted(env), 1000)
    expect(advance(env, host, 999, trace)).toMatchObject({
      left: { _tag: 'TimeGoesBack', nowNs: 1000, toNs: 999 }
    })
  })
  it.each([2 ** 53, NaN, 0.5, Infinity])('does not go to %d', (toNs) => {
    expect(advance(env, booted(env), toNs, trace)).toMatchObject({ left: { _tag: 'TimeOutOfRange' } })
  })
  it('may stand still', () => {
    const host = advanced(env, booted(env), 1000)
    expect(advance(env, host, 1000, trace)).toMatchObject({ _tag: 'Right' })
  })
  it('passes on a host where nothing is pending, which has no next step', () => {
    const host = booted(env)
    expect(step(env, host, trace)).toBeNull()
    expect(advanced(env, host, 5).nowNs).toBe(5)
  })
})

describe('what the toolstack is called for', () => {
  const noting = (into: string[]): ReturnType<typeof makeEnvironment> =>
    makeEnvironment([credit2], [script], {
      note: (_env, host, args) => {
        into.push(`${host.nowNs} ${JSON.stringify(args)}`)
        return [host, [], null]
      },
      [domExcOperation]: (_env, host) => {
        into.push(`${host.nowNs} exc ${String(host.domains.records[0]?.isShutDown)}`)
        return [host, [], null]
      }
    })
  const call = (args: number): Operation => ({ _tag: 'ToolstackCall', name: 'note', args })

  it('happens when its instant is over, before the next, and at once outside of time', () => {
    const notes: string[] = []
    const own = noting(notes)
    const host = build(own, booted(own), planOf(1, [hog]))
    const planned = plan(own, host, [
      { atNs: 10, operation: call(1) },
      { atNs: 10, operation: { _tag: 'DomainShutdown', domid: 1, reason: 0 } },
      { atNs: 10, operation: { _tag: 'DomainShutdown', domid: 1, reason: 0 } },
      { atNs: 20, operation: call(2) }
    ])
    if (planned._tag === 'Left') throw new Error(planned.left._tag)
    const after = operated(own, advanced(own, planned.right[0], 30), call(3))
    expect(notes).toEqual(['10 1', '10 exc true', '20 2', '30 3'])
    expect(after.nowNs).toBe(30)
  })
  it('is nothing in an environment without such a toolstack: ENOSYS, and no word of a shutdown', () => {
    const host = build(env, booted(env), planOf(1, [hog]))
    expect(control(env, host, call(1), trace)).toMatchObject({ left: { errno: 'ENOSYS' } })
    expect(control(env, host, { _tag: 'DomainShutdown', domid: 1, reason: 0 }, trace)).toMatchObject({
      _tag: 'Right'
    })
    const planned = plan(env, host, [{ atNs: 10, operation: call(1) }])
    if (planned._tag === 'Left') throw new Error(planned.left._tag)
    const done = advance(env, planned.right[0], 20, trace)
    expect(done._tag === 'Right' ? done.right[1] : []).toContainEqual({
      _tag: 'ControlDone',
      atNs: 10,
      index: 0,
      errno: 'ENOSYS'
    })
  })
})

describe('an operation that is refused', () => {
  const host = build(env, booted(env), planOf(1, [hog]))
  it.each([
    [{ _tag: 'DomainPause', domid: 9 }, 'ESRCH'],
    [{ _tag: 'DomainUnpause', domid: 1 }, 'EINVAL'],
    [{ _tag: 'VcpuPause', domid: 1, vcpu: 7 }, 'EINVAL'],
    [{ _tag: 'VcpuUnpause', domid: 1, vcpu: 0 }, 'EINVAL'],
    [{ _tag: 'DomainBuild', plan: planOf(1, [hog]) }, 'EEXIST'],
    [{ _tag: 'DomainBuild', plan: { ...planOf(2, [hog]), poolId: 3 } }, 'ESRCH'],
    [{ _tag: 'DomainBuild', plan: { ...planOf(2, [hog]), pages: 2 ** 20, pagesMax: 2 ** 21 } }, 'ENOMEM'],
    [{ _tag: 'DomainBuild', plan: planOf(2, [{ program: 'none', version: 1, config: null }]) }, 'ENOENT'],
    [
      { _tag: 'VcpuProgram', domid: 1, vcpu: 0, guest: { program: 'script', version: 9, config: null } },
      'ENOENT'
    ],
    [{ _tag: 'VcpuAffinity', domid: 1, vcpu: 0, kind: 'hard', pcpus: [] }, 'EINVAL'],
    [{ _tag: 'PoolCreate', poolId: 0, scheduler: 'credit2' }, 'EEXIST'],
    [{ _tag: 'PoolCreate', poolId: 1, scheduler: 'nonsense' }, 'ENOENT'],
    [{ _tag: 'PoolRemovePcpu', poolId: 0, pcpu: 0 }, 'EINVAL'],
    [{ _tag: 'PoolAddPcpu', poolId: 0, pcpu: 1 }, 'ENODEV'],
    [{ _tag: 'PoolDestroy', poolId: 0 }, 'EBUSY'],
    [{ _tag: 'SchedDomainParams', domid: 1, scheduler: 'credit', weight: 1, cap: 0 }, 'EINVAL'],
    [
      { _tag: 'SchedPoolParams', poolId: 0, ratelimitUs: 99, timesliceMs: null, migrationDelayUs: null },
      'EINVAL'
    ]
  ] as const)('%j answers %s and leaves the host as it was', (operation, errno) => {
    const before = digestHost(host)
    expect(errnoOf(env, host, operation)).toBe(errno)
    expect(digestHost(host)).toBe(before)
    expect(digestHost(advanced(env, host, 10_000_000))).toBe(digestHost(advanced(lab(), host, 10_000_000)))
  })
  it('leaves the host as it was also when the weight would have been applied first', () => {
    const refused = { _tag: 'SchedDomainParams', domid: 1, scheduler: null, weight: 512, cap: 101 } as const
    expect(errnoOf(env, host, refused)).toBe('EINVAL')
  })
})

describe('memory', () => {
  it('of a destroyed domain is free again', () => {
    const empty = booted(env)
    const gone = operated(env, build(env, empty, planOf(1, [hog])), {
      _tag: 'DomainDestroy',
      domid: 1,
      inPlace: false
    })
    expect(Memory.freePages(gone.memory)).toBe(Memory.freePages(empty.memory))
    expect(gone.domains.records).toEqual([])
    expect(gone.sched.domainOrder).toEqual([])
  })
  it('of a domain is counted', () => {
    const host = build(env, booted(env), planOf(1, [hog]))
    expect(Memory.domainPages(host.memory, 1)).toMatchObject({ totPages: 1000, maxPages: 2000 })
  })
})

describe('planned operations', () => {
  it('are carried out at their time, before other events of it, and report', () => {
    const planned = plan(env, booted(env), [
      { atNs: 5_000_000, operation: { _tag: 'DomainBuild', plan: planOf(1, [hog]) } },
      { atNs: 7_000_000, operation: { _tag: 'DomainPause', domid: 1 } },
      { atNs: 8_000_000, operation: { _tag: 'DomainPause', domid: 2 } }
    ])
    if (planned._tag === 'Left') throw new Error(planned.left._tag)
    const done = advance(env, planned.right[0], 10_000_000, trace)
    if (done._tag === 'Left') throw new Error(done.left._tag)
    const reports = done.right[1].filter((output) => output._tag === 'ControlDone')
    expect(reports.map(({ atNs, index, errno }) => [atNs, index, errno])).toEqual([
      [5_000_000, 0, null],
      [7_000_000, 1, null],
      [8_000_000, 2, 'ESRCH']
    ])
    expect(done.right[0].planned).toEqual([])
  })
  it('in the past are refused', () => {
    const host = advanced(env, booted(env), 100)
    const late = [{ atNs: 99, operation: { _tag: 'DomainPause', domid: 1 } as const }]
    expect(plan(env, host, late)).toMatchObject({ left: { _tag: 'TimeGoesBack' } })
  })
})

describe('guests', () => {
  it('that shut down stop, with their reason', () => {
    const host = build(env, booted(env), planOf(1, [phases([3_000_000, { _tag: 'Shutdown', reason: 3 }])]))
    const done = advance(env, host, 10_000_000, trace)
    if (done._tag === 'Left') throw new Error(done.left._tag)
    const [after, outputs] = done.right
    expect(outputs).toContainEqual({ _tag: 'DomainShutdown', atNs: 3_000_000, domid: 1, reason: 3 })
    expect(after.domains.records[0]).toMatchObject({ isShutDown: true, shutdownReason: 3 })
    const vcpu = Table.get(after.sched.domains, after.sched.domainOrder[0] ?? -1).vcpus[0] ?? -1
    expect(vcpuAt(after.sched, vcpu)).toMatchObject({ isRunning: false, runningNs: 3_000_000 })
  })
  it('get another program while they exist', () => {
    const idle = build(env, booted(env), planOf(1, [null]))
    const later = advanced(env, idle, 5_000_000)
    const busy = operated(env, later, { _tag: 'VcpuProgram', domid: 1, vcpu: 0, guest: hog })
    const vcpu = Table.get(busy.sched.domains, busy.sched.domainOrder[0] ?? -1).vcpus[0] ?? -1
    const after = advanced(env, busy, 9_000_000)
    expect(vcpuAt(after.sched, vcpu).runstate).toBe(0)
    expect(vcpuAt(after.sched, vcpu).stateEntryNs).toBe(5_000_000)
  })
  it('are kicked out of their wait, or remember the kick', () => {
    const waits = phases([1_000_000, { _tag: 'Wait' }], [1_000_000, { _tag: 'Halt' }])
    const kicks = phases([2_000_000, { _tag: 'Signal', domid: 1, vcpu: 0 }], [1_000_000, { _tag: 'Halt' }])
    const host = build(env, build(env, booted(env), planOf(1, [waits])), planOf(2, [kicks]))
    const done = advanced(env, host, 20_000_000)
    const vcpu = Table.get(done.sched.domains, done.sched.domainOrder[0] ?? -1).vcpus[0] ?? -1
    expect(vcpuAt(done.sched, vcpu).runningNs).toBe(2_000_000)
  })
})

describe('toolstack operations', () => {
  it('are found by name', () => {
    const own = makeEnvironment([credit2], [], {
      echo: (_env, host, args) => [host, [], args]
    })
    const host = booted(own)
    expect(transition(own, host, { _tag: 'Toolstack', name: 'echo', args: [1, 'a'] }, trace)).toEqual({
      _tag: 'Right',
      right: [host, [], [1, 'a']]
    })
    expect(transition(own, host, { _tag: 'Toolstack', name: 'none', args: null }, trace)).toMatchObject({
      left: { _tag: 'NoSuchToolstackOperation' }
    })
  })
})

describe('an environment', () => {
  it('goes on after an operation that threw', () => {
    const own = lab()
    const host = build(own, booted(own), planOf(1, [hog]))
    const broken = { ...host, sched: { ...host.sched, pcpuPrivate: Table.fromArray([]) } }
    expect(() => advanced(own, broken, 50_000_000)).toThrow()
    expect(digestHost(advanced(own, host, 50_000_000))).toBe(digestHost(advanced(lab(), host, 50_000_000)))
  })
  it('carries out operations on any host, in any order', () => {
    const a = build(env, booted(env), planOf(1, [hog]))
    const b = build(env, booted(env, 3), planOf(2, [hog, hog]))
    expect(digestHost(advanced(env, a, 30_000_000))).toBe(digestHost(advanced(lab(), a, 30_000_000)))
    expect(digestHost(advanced(env, b, 30_000_000))).toBe(digestHost(advanced(lab(), b, 30_000_000)))
    expect(control(env, a, { _tag: 'DomainPause', domid: 1 }, trace)._tag).toBe('Right')
  })
})
