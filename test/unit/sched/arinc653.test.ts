import { describe, expect, it } from 'vitest'

import type { ArincEntry, DomainPlan, Operation } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import { digestHost, makeEnvironment } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { Table } from '../../../src/prelude/index.js'
import { decodeHost, encodeHost, fileErrorText } from '../../../src/replay/index.js'
import { arinc653, credit2, vcpuAt } from '../../../src/sched/index.js'
import { advanced, booted, build, errnoOf, hog, operated, phases, planOf } from '../../support/lab.js'
import { withRow } from '../../support/rows.js'

const env = makeEnvironment([credit2, arinc653], [script], {})
const ms = 1_000_000

const boot = (pcpus = 1): Host => booted(env, pcpus, { scheduler: 'arinc653' })

const table = (majorFrameNs: number, entries: ReadonlyArray<ArincEntry>): Operation => ({
  _tag: 'SchedArinc',
  poolId: 0,
  majorFrameNs,
  entries
})

const slot = (domid: number, runtimeNs: number, vcpu = 0): ArincEntry => ({ domid, vcpu, runtimeNs })

const slots = (length: number): ReadonlyArray<ArincEntry> =>
  Array.from({ length }, (_, i) => slot(1 + (i % 2), ms))

const ranNs = (host: Host, domid: number): number => {
  const at = host.sched.domainOrder.find((own) => Table.get(host.sched.domains, own).domid === domid)
  const v = vcpuAt(host.sched, Table.get(host.sched.domains, at ?? -1).vcpus[0] ?? -1)
  return v.runningNs + (v.isRunning ? host.nowNs - v.stateEntryNs : 0)
}

const shown = (host: Host): unknown => arinc653.poolSnapshot(host.sched, 0, String)

const readBack = (host: Host): void => {
  const read = decodeHost(env, encodeHost(env, host), 'host.json')
  if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
  expect(read.right).toEqual(host)
}

const two = build(env, build(env, boot(), planOf(1, [hog])), planOf(2, [hog]))

describe('a table of arinc653', () => {
  const host = advanced(env, operated(env, two, table(20 * ms, [slot(1, 5 * ms), slot(2, 3 * ms)])), 3 * ms)

  it.each<readonly [string, number, ReadonlyArray<ArincEntry>]>([
    ['a major frame of 0', 0, [slot(1, ms)]],
    ['a negative major frame', -ms, [slot(1, ms)]],
    ['no entries', 20 * ms, []],
    ['65 entries', 100 * ms, slots(65)],
    ['a runtime of 0', 20 * ms, [slot(1, ms), slot(2, 0)]],
    ['a negative runtime', 20 * ms, [slot(1, ms), slot(2, -ms)]],
    ['runtimes that pass the major frame by a nanosecond', 20 * ms, [slot(1, 15 * ms), slot(2, 5 * ms + 1)]],
    ['one runtime longer than the major frame', ms, [slot(1, ms + 1)]],
    ['runtimes whose sum is past any count', 2 ** 53 - 1, [slot(1, 2 ** 53 - 1), slot(2, 2 ** 53 - 1)]]
  ])('is refused with EINVAL for %s, and the one before stays in force', (_name, frameNs, entries) => {
    expect(errnoOf(env, host, table(frameNs, entries))).toBe('EINVAL')
    const fresh = makeEnvironment([credit2, arinc653], [script], {})
    expect(digestHost(advanced(env, host, 90 * ms))).toBe(digestHost(advanced(fresh, host, 90 * ms)))
  })
  it.each<readonly [string, number, ReadonlyArray<ArincEntry>]>([
    ['64 entries that fill the major frame', 64 * ms, slots(64)],
    ['the shortest of frames', 1, [slot(1, 1)]],
    ['the longest of frames', 2 ** 53 - 1, [slot(1, 2 ** 53 - 1)]],
    ['domains and vCPUs that do not exist', 20 * ms, [slot(77, ms), slot(1, ms, 9)]]
  ])('may have %s', (_name, frameNs, entries) => {
    const set = operated(env, two, table(frameNs, entries))
    expect(shown(set)).toMatchObject({ entries: entries.length, majorFrame: frameNs, nextMajorFrame: 0 })
    readBack(set)
    readBack(advanced(env, set, 20))
  })
  it('is for arinc653 pools only: another scheduler says EINVAL, no pool ESRCH', () => {
    const other = booted(env)
    expect(errnoOf(env, other, table(20 * ms, [slot(1, ms)]))).toBe('EINVAL')
    expect(errnoOf(env, two, { ...table(ms, [slot(1, ms)]), poolId: 5 } as Operation)).toBe('ESRCH')
  })
})

describe('other parameters of arinc653', () => {
  it('are accepted for a domain and change nothing, if they name arinc653', () => {
    const weight = { _tag: 'SchedDomainParams', domid: 1, weight: 512, cap: 50 } as const
    expect(operated(env, two, { ...weight, scheduler: 'arinc653' }).sched).toEqual(two.sched)
    expect(errnoOf(env, two, { ...weight, scheduler: null })).toBe('EINVAL')
    expect(errnoOf(env, two, { ...weight, scheduler: 'credit' })).toBe('EINVAL')
  })
  it('are EINVAL for a pool or in real time', () => {
    const limit = { _tag: 'SchedPoolParams', poolId: 0, ratelimitUs: 1000 } as const
    expect(errnoOf(env, two, { ...limit, timesliceMs: null, migrationDelayUs: null })).toBe('EINVAL')
    const params = { periodUs: 10_000, budgetUs: 4000, isExtra: null }
    expect(errnoOf(env, two, { _tag: 'SchedDomainRealTime', domid: 1, params })).toBe('EINVAL')
  })
})

describe('a unit of arinc653', () => {
  it('A1, A2: runs in its minor frames only, whatever the others do', () => {
    const naps = phases([ms, { _tag: 'Block', ns: ms }])
    const others: ReadonlyArray<DomainPlan> = [planOf(2, [hog]), planOf(2, [naps]), planOf(2, [null])]
    for (const other of others) {
      let host = build(env, build(env, boot(), planOf(1, [hog])), other)
      host = operated(env, host, table(20 * ms, [slot(1, 5 * ms), slot(2, 3 * ms), slot(1, ms)]))
      host = advanced(env, host, 40 * ms)
      for (let frame = 2; frame < 6; frame++) {
        const start = ranNs(host, 1)
        const at = (offsetNs: number): number =>
          ranNs(advanced(env, host, frame * 20 * ms + offsetNs), 1) - start
        expect([5 * ms, 8 * ms, 9 * ms, 20 * ms].map(at)).toEqual([5 * ms, 5 * ms, 6 * ms, 6 * ms])
        host = advanced(env, host, (frame + 1) * 20 * ms)
      }
    }
  })
  it('runs by a new table from the next decision on: nobody is told of it', () => {
    const host = operated(env, two, table(20 * ms, [slot(1, 12 * ms)]))
    expect(ranNs(advanced(env, host, 10 * ms), 1)).toBe(0)
    expect(ranNs(advanced(env, host, 20 * ms), 1)).toBe(2 * ms)
  })
  it('never runs without an entry', () => {
    expect(ranNs(advanced(env, two, 100 * ms), 1)).toBe(0)
  })
  it('of a control domain has 10 ms of its own, and up to 64 units have', () => {
    const control: DomainPlan = {
      ...planOf(
        3,
        Array.from({ length: 65 }, () => hog)
      ),
      isControl: true
    }
    const host = build(env, boot(), control)
    expect(shown(host)).toMatchObject({ entries: 64, majorFrame: 640 * ms })
    readBack(host)
    expect(ranNs(advanced(env, host, 2000 * ms), 3)).toBeGreaterThanOrEqual(30 * ms)
  })
  it('fills its entry whenever it comes, goes, or comes again', () => {
    let host = operated(env, boot(), table(10 * ms, [slot(1, 4 * ms)]))
    host = advanced(env, host, 20 * ms)
    host = advanced(env, build(env, host, planOf(1, [hog])), 40 * ms)
    expect(ranNs(host, 1)).toBe(8 * ms)
    host = operated(env, host, { _tag: 'DomainDestroy', domid: 1, inPlace: true })
    readBack(host)
    host = build(env, advanced(env, host, 60 * ms), planOf(1, [hog]))
    expect(ranNs(advanced(env, host, 80 * ms), 1)).toBe(8 * ms)
  })
  it('leaves its entry empty while it is in another pool', () => {
    let host = operated(env, booted(env, 2, { scheduler: 'arinc653' }), {
      _tag: 'PoolCreate',
      poolId: 1,
      scheduler: 'credit2'
    })
    host = operated(env, host, { _tag: 'PoolRemovePcpu', poolId: 0, pcpu: 1 })
    host = operated(env, host, { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 1 })
    host = operated(env, build(env, host, planOf(1, [hog])), table(10 * ms, [slot(1, 4 * ms)]))
    host = operated(env, advanced(env, host, 20 * ms), { _tag: 'PoolMoveDomain', domid: 1, poolId: 1 })
    readBack(host)
    expect(ranNs(host, 1)).toBe(4 * ms)
    const away = advanced(env, host, 40 * ms)
    expect(ranNs(away, 1)).toBe(24 * ms)
    const back = operated(env, away, { _tag: 'PoolMoveDomain', domid: 1, poolId: 0 })
    readBack(back)
    expect(ranNs(advanced(env, back, 60 * ms), 1)).toBe(32 * ms)
  })
})

describe('a host file in which arinc653 contradicts itself', () => {
  const host = advanced(env, operated(env, two, table(20 * ms, [slot(1, 5 * ms), slot(2, ms)])), 13 * ms)
  const unit = Table.get(host.sched.domains, 0).units[0] ?? -1
  const own = Table.get(host.sched.instances, 0) as { readonly entries: ReadonlyArray<object> }
  const entry = own.entries[0] as ArincEntry
  const changes: ReadonlyArray<readonly [string, 'instances' | 'unitPrivate', number, object | null]> = [
    ['an entry of another unit', 'instances', 0, { ...own, entries: [{ ...entry, unit: unit + 1 }] }],
    ['an entry whose unit is not known', 'instances', 0, { ...own, entries: [{ ...entry, unit: -1 }] }],
    ['a minor frame of 0', 'instances', 0, { ...own, entries: [{ ...entry, runtimeNs: 0 }] }],
    ['a major frame of 0', 'instances', 0, { ...own, majorFrameNs: 0 }],
    ['a major frame too short', 'instances', 0, { ...own, majorFrameNs: ms }],
    ['a minor frame past the major one', 'instances', 0, { ...own, nextSwitchNs: 50 * ms }],
    ['a position past any table', 'instances', 0, { ...own, index: 65 }],
    ['no instance', 'instances', 0, null],
    ['a unit without a row', 'unitPrivate', unit, null]
  ]
  it('is the exception: an untouched one is read', () => readBack(host))
  it.each(changes)('is refused: %s', (_name, name, at, row) => {
    const bad = { ...host, sched: withRow(host.sched, name, at, row) }
    expect(decodeHost(env, encodeHost(env, bad), 'host.json')).toMatchObject({ _tag: 'Left' })
  })
})
