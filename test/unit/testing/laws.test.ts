import { describe, expect, test } from 'vitest'

import { schedParamsDefault } from '../../../src/abi/index.js'
import type { SchedParams } from '../../../src/abi/index.js'
import type { Guest } from '../../../src/machine/index.js'
import type { Unit, Vcpu } from '../../../src/sched/index.js'
import {
  credit2Laws,
  genericLaws,
  laboratoryMin,
  labDomain,
  observeLaboratory,
  scriptVcpu,
  violationsOf
} from '../../../src/testing/index.js'
import type { Credit2View, Instant, Laboratory, Law, Run, ScheduleView } from '../../../src/testing/index.js'

/** Like a type, with every `readonly` taken away: for doctored observations. */
type Writable<A> =
  A extends ReadonlyArray<infer B>
    ? Array<Writable<B>>
    : A extends object
      ? { -readonly [K in keyof A]: Writable<A[K]> }
      : A
type Draft = Writable<Instant>

const laws = [...genericLaws, ...credit2Laws]
const lawOf = (id: string): Law => laws.find((law) => law.id === id)!

const observe = (laboratory: Laboratory): Run => {
  const observed = observeLaboratory(laboratory)
  if (observed._tag === 'Left') throw new Error(observed.left._tag)
  return observed.right
}

/** The run as it would look if something had gone otherwise. */
const doctored = (run: Run, change: (instants: Draft[]) => void): Run => {
  const instants = structuredClone(run.instants) as unknown as Draft[]
  change(instants)
  return { ...run, instants: instants as unknown as Instant[] }
}

const lab = (given: Partial<Laboratory>, params: Partial<SchedParams> = {}): Laboratory => ({
  ...laboratoryMin,
  ...given,
  params: { ...schedParamsDefault, ...params }
})

const hogs = (weights: ReadonlyArray<number>) =>
  weights.map((weight, i) => labDomain(i + 1, [scriptVcpu()], { weight }))
const twoPcpus = { sockets: 1, coresPerSocket: 1, threadsPerCore: 2, nodesTotal: 1 }

/** Two hogs of equal weight on one pCPU for 60 ms. */
const share = observe(lab({ domains: hogs([256, 256]), durationNs: 60_000_000 }))
const longShare = observe(lab({ domains: hogs([512, 256]), durationNs: 1_000_000_000 }))
/** A hog and a sleeper that wakes at 3 ms, first on one pCPU, then on two threads of a core. */
const sleeper = scriptVcpu([{ runNs: 100_000, then: { _tag: 'Until', atNs: 3_000_000 } }])
const waking = observe(
  lab({ domains: [labDomain(1, [scriptVcpu()]), labDomain(2, [sleeper])], durationNs: 8_000_000 })
)
const wide = observe(
  lab({
    topology: twoPcpus,
    domains: [labDomain(1, [scriptVcpu(), sleeper])],
    durationNs: 8_000_000
  })
)
/** Two vCPUs on the two threads of a core, and a domain that waits for the core. */
const cored = observe(
  lab(
    {
      topology: twoPcpus,
      domains: [labDomain(1, [scriptVcpu(), scriptVcpu()]), labDomain(2, [scriptVcpu()])],
      durationNs: 20_000_000
    },
    { granularity: 'core' }
  )
)
const capped = observe(
  lab({
    domains: [labDomain(1, [scriptVcpu()], { cap: 30 }), ...hogs([256]).map((d) => ({ ...d, domid: 2 }))],
    durationNs: 45_000_000
  })
)

const parts = (instant: Draft, name: 'vcpu' | 'unit' | 'own' | 'guest') =>
  instant.host.sched.places.chunks.flat().flatMap((place) => (place[name] === null ? [] : [place[name]]))
const rows = (instant: Draft) => parts(instant, 'own') as unknown as Array<Record<string, number>>
const queue = (instant: Draft) => instant.host.sched.queues[0]!.row as unknown as Record<string, unknown>
const vcpus = (instant: Draft) => parts(instant, 'vcpu') as unknown as Array<Writable<Vcpu>>
/** Gives the first queue record another list. */
const setList = (instant: Draft, list: number[]): void => {
  instant.host.sched.queues[0]!.list = list
}
const last = (instants: Draft[]): Draft => instants.at(-1)!
const views = <T extends Credit2View['_tag']>(instants: Draft[], tag: T) =>
  instants.flatMap((i) => i.views).filter((view) => view._tag === tag) as unknown as Array<
    Writable<Extract<Credit2View, { _tag: T }>>
  >
const busy = (view: Writable<ScheduleView>): boolean => view.sliceNs >= 0

/** For each law an observation that must not be: what is changed, and in which run. */
const bad: ReadonlyArray<readonly [id: string, what: string, run: Run, change: (instants: Draft[]) => void]> =
  [
    ['GEN-1', 'a nanosecond too much', share, (is) => void vcpus(last(is))[1]!.runningNs++],
    ['GEN-1', 'a nanosecond of idling too few', share, (is) => void vcpus(last(is))[0]!.runningNs--],
    [
      'GEN-2',
      'one unit on two pCPUs',
      wide,
      (is) => {
        const [a, b] = last(is).host.sched.pcpus.chunks.flat()
        b!.curr = a!.curr
      }
    ],
    [
      'GEN-2',
      'a unit that does not know that it runs',
      share,
      (is) => {
        for (const u of parts(last(is), 'unit') as unknown as Array<Writable<Unit>>) u.isRunning = false
      }
    ],
    [
      'GEN-3',
      'a paused vCPU that runs',
      share,
      (is) => {
        for (const v of vcpus(last(is))) v.pauseCount = 1
      }
    ],
    [
      'GEN-7',
      'two domains on one core',
      cored,
      (is) => {
        const both = is.find((i) => vcpus(i)[2]?.runstate === 0 && vcpus(i)[3]?.runstate === 0)
        vcpus(both!)[3]!.domain = 1
      }
    ],
    [
      'GEN-4',
      'an overdue timer',
      share,
      (is) => {
        last(is).host.nowNs += 1_000_000_000
      }
    ],
    [
      'GEN-4',
      "another's timer",
      share,
      (is) => {
        for (const g of parts(last(is), 'guest') as unknown as Array<Writable<Guest>>) g.phaseTimer = 0
      }
    ],
    ['GEN-5', 'a vCPU of another domain', share, (is) => void (vcpus(last(is))[1]!.domain = 1)],
    ['GEN-5', 'domains out of order', share, (is) => void last(is).host.sched.domainOrder.reverse()],
    ['GEN-6', 'time that goes back', share, (is) => void (last(is).host.nowNs = 0)],
    ['GEN-6', 'an output of another time', share, (is) => void (is[0]!.outputs[0]!.atNs = 5)],
    [
      'C2-P14',
      'another decision',
      share,
      (is) => {
        const [first] = is.flatMap((i) => i.outputs).filter((o) => o._tag === 'Decision')
        first!.sliceNs = 7
      }
    ],
    ['C2-P14', 'another last host', share, (is) => void last(is).host.plannedTotal++],
    ['C2-P14b', 'another last host', share, (is) => void last(is).host.plannedTotal++],
    ['C2-P1', 'too much credit', share, (is) => void (rows(last(is))[1]!['credit'] = 10_500_001)],
    ['C2-P1', 'too little credit', share, (is) => void (rows(last(is))[1]!['credit'] = -10_000_001)],
    ['C2-P1', 'an idle unit with credit', share, (is) => void (rows(last(is))[0]!['credit'] = 0)],
    ['C2-P2', 'a unit forgotten', share, (is) => setList(last(is), [])],
    ['C2-P2', 'a load too high', share, (is) => void (queue(last(is))['load'] = 3)],
    [
      'C2-P2',
      'an unsorted queue',
      share,
      (is) => {
        setList(last(is), [1, 2])
        rows(last(is))[1]!['credit'] = 1
        rows(last(is))[2]!['credit'] = 2
      }
    ],
    [
      'C2-5',
      'a unit before its equals',
      share,
      (is) => {
        for (const view of views(is, 'Wake')) if (view.after.list.length > 1) view.after.list.reverse()
      }
    ],
    ['C2-P3', 'a busy pCPU in the idle mask', share, (is) => void (queue(last(is))['idle'] = [1])],
    ['C2-P3', 'half a core in the SMT-idle mask', wide, (is) => void (queue(is[0]!)['smtIdle'] = [1])],
    ['C2-P3', 'a tickled pCPU in the SMT-idle mask', wide, (is) => void (queue(is[0]!)['tickled'] = [1])],
    [
      'C2-P4',
      'a unit passed over',
      wide,
      (is) => {
        const [view] = views(is, 'Schedule').filter((one) => one.sliceNs === -1 && one.after.units.length > 0)
        const [unit] = view!.after.units
        Object.assign(unit!, { isRunnable: true, master: view!.pcpu })
        view!.after.list = [unit!.unit]
      }
    ],
    ['C2-P5a', 'a unit with 42 ms more', share, (is) => void (vcpus(last(is))[1]!.runningNs += 42_000_000)],
    ['C2-P5b', 'a unit with 2 ms more', share, (is) => void (vcpus(last(is))[1]!.runningNs += 2_000_000)],
    ['C2-P5c', 'a unit with 26 ms more', share, (is) => void (vcpus(last(is))[1]!.runningNs += 26_000_000)],
    ['C2-P5d', 'a unit with a fifth more', longShare, (is) => void (vcpus(last(is))[1]!.runningNs *= 1.2)],
    ['C2-P6', 'a slice too short', share, (is) => void (views(is, 'Schedule').find(busy)!.sliceNs = 999_999)],
    [
      'C2-P6',
      'a slice too long',
      share,
      (is) => void (views(is, 'Schedule').find(busy)!.sliceNs = 10_000_001)
    ],
    [
      'C2-P6',
      'a slice for the idle unit',
      wide,
      (is) => {
        views(is, 'Schedule').find((view) => !busy(view))!.sliceNs = 0
      }
    ],
    [
      'C2-P7',
      'a unit replaced too early',
      share,
      (is) => {
        const view = views(is, 'Schedule').find((one) => one.curr !== one.next && one.atNs > 0)!
        view.before.units.find(({ unit }) => unit === view.curr)!.stateEntryNs = view.atNs - 999_999
      }
    ],
    [
      'C2-P8',
      'more time than the cap allows',
      capped,
      (is) => void (vcpus(last(is))[1]!.runningNs += 5_000_000)
    ],
    [
      'C2-P9',
      'budget out of nothing',
      capped,
      (is) => {
        const [row] = last(is).host.sched.domainPrivate.chunks.flat() as unknown as Array<{ budget: number }>
        row!.budget++
      }
    ],
    [
      'C2-P9',
      'a replenishment above the total',
      capped,
      (is) => {
        const [view] = views(is, 'Replenish')
        view!.after.budget = view!.after.totalBudget + 1
      }
    ],
    [
      'C2-P10',
      'a unit outside its affinity',
      share,
      (is) => {
        const view = views(is, 'Schedule').find(busy)!
        view.before.units.find(({ unit }) => unit === view.next)!.hard = [2]
      }
    ],
    [
      'C2-P10',
      'a unit outside its pool',
      share,
      (is) => void (views(is, 'Schedule').find(busy)!.poolCpus = [2])
    ],
    ['C2-P11', 'an average above every load', share, (is) => void (queue(last(is))['avgload'] = 3 * 2 ** 18)],
    [
      'C2-P12a',
      'a woken unit left waiting',
      waking,
      (is) => {
        const at = is.find(({ host }) => host.nowNs === 3_000_000)!
        at.host.sched.pcpus.chunks[0]![0]!.curr = 1
        setList(at, [2])
      }
    ],
    [
      'C2-P12b',
      'decisions left out',
      share,
      (is) => {
        for (const i of is) if (i.host.nowNs > 5_000_000 && i.host.nowNs < 20_000_000) i.views = []
      }
    ],
    [
      'C2-P13',
      'a debt after a reset',
      share,
      (is) => {
        const [reset] = views(is, 'Schedule').filter(({ before, after }) =>
          before.units.some(({ row }, i) => row.credit < after.units[i]!.row.credit)
        )
        reset!.after.units.find(({ unit }) => unit !== reset!.next)!.row.credit = -1
      }
    ]
  ]

describe('a law', () => {
  test.each([
    ['share', share],
    ['longShare', longShare],
    ['waking', waking],
    ['wide', wide],
    ['cored', cored],
    ['capped', capped]
  ])('has no objection to what really happened: %s', (_, run) => {
    for (const law of laws) expect(violationsOf(law, run), law.id).toEqual([])
  })

  test.each(bad.map(([id, what, run, change]) => ({ id, what, run, change })))(
    '$id objects to $what',
    ({ id, run, change }) => {
      expect(lawOf(id).appliesTo(run)).toBe(true)
      expect(violationsOf(lawOf(id), doctored(run, change))).not.toEqual([])
    }
  )

  test('each is shown to be able to fail', () => {
    const tried = new Set(bad.map(([id]) => id))
    expect(laws.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([])
  })

  test('each has an id of its own', () => {
    expect(new Set(laws.map(({ id }) => id)).size).toBe(laws.length)
  })
})
