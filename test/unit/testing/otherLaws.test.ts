import { describe, expect, test } from 'vitest'

import type { Operation } from '../../../src/abi/index.js'
import {
  arincLaws,
  credit1Laws,
  genericLaws,
  laboratoryMin,
  labDomain,
  nullLaws,
  observeLaboratory,
  poolLaws,
  rtdsLaws,
  scriptVcpu,
  violationsOf
} from '../../../src/testing/index.js'
import type { HookView, Instant, Laboratory, Law, Run } from '../../../src/testing/index.js'
import type { Unit, Vcpu } from '../../../src/sched/index.js'

/** Like a type, with every `readonly` taken away: for doctored observations. */
type Writable<A> = A extends number
  ? number
  : A extends ReadonlyArray<infer B>
    ? Array<Writable<B>>
    : A extends object
      ? { -readonly [K in keyof A]: Writable<A[K]> }
      : A
type Draft = Writable<Instant>
type Row = Record<string, number>

const laws = [...new Set([...rtdsLaws, ...credit1Laws, ...nullLaws, ...arincLaws, ...poolLaws])]
const lawOf = (id: string): Law => [...laws, ...genericLaws].find((law) => law.id === id)!

const observe = (scheduler: string, given: Partial<Laboratory>, params: object = {}): Run => {
  const lab = { ...laboratoryMin, ...given }
  const observed = observeLaboratory({ ...lab, params: { ...lab.params, scheduler, ...params } })
  if (observed._tag === 'Left') throw new Error(observed.left._tag)
  return observed.right
}

/** The run as it would look if something had gone otherwise. */
const doctored = (run: Run, change: (instants: Draft[]) => void): Run => {
  // One by one: hosts share what did not change between them.
  const instants = run.instants.map((instant) => structuredClone(instant)) as unknown as Draft[]
  change(instants)
  return { ...run, instants: instants as unknown as Instant[] }
}

// What is in the tables of a host.
const last = (is: Draft[]): Draft => is.at(-1)!
const parts = (i: Draft, name: 'vcpu' | 'unit' | 'own') =>
  i.host.sched.places.chunks.flat().flatMap((place) => (place[name] === null ? [] : [place[name]]))
const rows = (i: Draft) => i.host.sched.places.chunks.flat().map(({ own }) => own) as unknown as Row[]
const pcpuRows = (i: Draft) =>
  i.host.sched.pcpuPrivate.chunks.flat() as unknown as Array<Record<string, number[]>>
const instance = (i: Draft) => i.host.sched.instances.chunks.flat()[0] as unknown as Record<string, number[]>
const pcpus = (i: Draft) => i.host.sched.pcpus.chunks.flat()
const vcpus = (i: Draft) => parts(i, 'vcpu') as unknown as Array<Writable<Vcpu>>
const units = (i: Draft) => parts(i, 'unit') as unknown as Array<Writable<Unit>>
const pools = (i: Draft) => i.host.sched.pools.chunks.flat()
const lists = (i: Draft) => i.host.sched.queues.map(({ list }) => list)
const hooks = <T extends HookView['_tag']>(is: Draft[], tag: T) =>
  is.flatMap((i) => i.hooks).filter((view) => view._tag === tag) as unknown as Array<
    Writable<Extract<HookView, { _tag: T }>>
  >
/** The first host in which a condition holds. */
const where = (is: Draft[], holds: (i: Draft) => boolean): Draft => is.find(holds)!

const twoPcpus = { ...laboratoryMin.topology, coresPerSocket: 2 }
const hogs = (total: number) => Array.from({ length: total }, (_, i) => labDomain(i + 1, [scriptVcpu()]))
const sleeper = scriptVcpu([{ runNs: 100_000, then: { _tag: 'Until', atNs: 3_000_000 } }])
const fromFirstPeriod = scriptVcpu([
  { runNs: 0, then: { _tag: 'Until', atNs: 10_000_000 } },
  { runNs: 1_000_000_000, then: { _tag: 'Go' } }
])
const tasks = [5000, 10_000, 20_000].map((periodUs, i) => {
  const realTime = { periodUs, budgetUs: periodUs / 4, isExtra: false }
  return labDomain(i + 1, [{ ...fromFirstPeriod, realTime }])
})
const table: Operation = {
  _tag: 'SchedArinc',
  poolId: 0,
  majorFrameNs: 5_000_000,
  entries: [
    { domid: 1, vcpu: 0, runtimeNs: 2_000_000 },
    { domid: 2, vcpu: 0, runtimeNs: 2_000_000 }
  ]
}

const rtdsHogs = observe('rtds', { domains: hogs(3), durationNs: 30_000_000 })
const rtdsTasks = observe('rtds', { domains: tasks, durationNs: 80_000_000 })
const creditHogs = observe('credit', { domains: hogs(3), durationNs: 200_000_000 })
const creditLong = observe('credit', { domains: hogs(2), durationNs: 2_000_000_000 })
const creditWaking = observe('credit', {
  domains: [labDomain(1, [scriptVcpu()]), labDomain(2, [sleeper])],
  durationNs: 20_000_000
})
const creditCapped = observe('credit', {
  domains: [labDomain(1, [scriptVcpu()], { cap: 20 })],
  durationNs: 1_000_000_000
})
const nullTwo = observe('null', { topology: twoPcpus, domains: hogs(2), durationNs: 5_000_000 })
const nullThree = observe('null', { topology: twoPcpus, domains: hogs(3), durationNs: 5_000_000 })
const arinc = observe('arinc653', {
  domains: hogs(2),
  operations: [{ atNs: 0, operation: table }],
  topology: twoPcpus,
  durationNs: 30_000_000
})

type Bad = readonly [id: string, what: string, run: Run, change: (instants: Draft[]) => void]

const ofRtds: ReadonlyArray<Bad> = [
  [
    'RT-T1',
    'a queue in the wrong order',
    rtdsTasks,
    (is) => {
      const i = where(is, (one) => (lists(one)[0]?.length ?? 0) > 1)
      rows(i)[lists(i)[0]![0]!]!['deadlineNs']! += 1_000_000_000
    }
  ],
  [
    'RT-1.2',
    'a unit that expects no replenishment',
    rtdsHogs,
    (is) => {
      const row = rows(last(is))[1] as unknown as { isInReplq: boolean }
      row.isInReplq = false
    }
  ],
  ['RT-T1b', 'a deadline long past', rtdsTasks, (is) => void (rows(last(is))[1]!['deadlineNs'] = 1)],
  [
    'RT-T2',
    'a unit in the run queue without budget',
    rtdsHogs,
    (is) => {
      const i = where(is, (one) => (lists(one)[0]?.length ?? 0) > 0)
      rows(i)[lists(i)[0]![0]!]!['currentBudgetNs'] = 0
    }
  ],
  [
    'RT-1.4',
    'a budget that shrank by itself',
    rtdsTasks,
    (is) => void rows(last(is))[2]!['currentBudgetNs']!--
  ],
  [
    'RT-T3',
    'a unit that ran more than its budget',
    rtdsTasks,
    (is) =>
      void (vcpus(
        where(is, ({ host }) => host.nowNs > 51_000_000 && host.nowNs % 5_000_000 > 0)
      )[1]!.runningNs += 5_000_000)
  ],
  [
    'RT-T4',
    'a unit that got nothing in a period',
    rtdsTasks,
    (is) => {
      for (const i of is) if (i.host.nowNs >= 40_000_000) vcpus(i)[2]!.runningNs -= 2_500_000
    }
  ],
  [
    'RT-T7a',
    'a pCPU that idles beside a unit with budget',
    rtdsHogs,
    (is) => {
      const view = hooks(is, 'Decision').find(({ pool }) => pool.lists[0]!.length > 0)
      view!.next = view!.pcpu
    }
  ],
  [
    'RT-T7b',
    'an idle pCPU and a unit that waits',
    rtdsHogs,
    (is) => {
      pcpus(where(is, (one) => (lists(one)[0]?.length ?? 0) > 0))[0]!.curr = 0
    }
  ],
  ['RT-T8', 'a tickle that is never answered', rtdsHogs, (is) => void (instance(last(is))['tickled'] = [1])],
  [
    'GEN-8',
    'a unit on a pCPU outside its affinity',
    rtdsHogs,
    (is) => {
      const view = hooks(is, 'Decision').find(({ next, pcpu }) => next !== pcpu)!
      for (const unit of view.pool.units) unit.hard = [0]
    }
  ]
]

const ofCredit: ReadonlyArray<Bad> = [
  [
    'CR-R2',
    'a unit with credit behind one without',
    creditHogs,
    (is) => {
      const i = where(is, (one) => one.host.nowNs > 0 && pcpuRows(one)[0]!['runq']!.length > 2)
      const [first, second] = pcpuRows(i)[0]!['runq']!
      instance(i)['runqSort'] = pcpuRows(i)[0]!['sortLast']!
      rows(i)[first!]!['priority'] = -2
      rows(i)[second!]!['priority'] = -1
    }
  ],
  ['CR-3', 'a waiting unit in no queue', creditHogs, (is) => void pcpuRows(last(is))[0]!['runq']!.shift()],
  ['CR-R3', 'a busy idler', creditHogs, (is) => void (instance(last(is))['idlers'] = [1])],
  [
    'CR-R10',
    'an active unit of no active domain',
    creditHogs,
    (is) => void (instance(last(is))['activeDomains'] = [])
  ],
  [
    'CR-R4',
    'a pCPU that idles beside its own queue',
    creditHogs,
    (is) => {
      const view = hooks(is, 'Decision').find(
        ({ pool }) => (pool.pcpus[0]!.row as unknown as { runq: number[] }).runq.length > 1
      )
      view!.next = view!.pcpu
    }
  ],
  [
    'CR-R1',
    'too much credit after an accounting',
    creditHogs,
    (is) => {
      const view = hooks(is, 'Timer')
        .filter(({ kind }) => kind === 2)
        .at(-1)
      for (const { row } of view!.after.units) (row as unknown as Row)['credit'] = 301
    }
  ],
  [
    'CR-4.1',
    'a credit lost',
    creditHogs,
    (is) => void rows(where(is, (one) => one.host.nowNs > 0))[1]!['credit']!--
  ],
  ['CR-R5', 'half as much again', creditLong, (is) => void (vcpus(last(is))[1]!.runningNs += 500_000_000)],
  [
    'CR-R5b',
    'less for the same weight',
    creditLong,
    (is) => void (vcpus(last(is))[1]!.runningNs -= 500_000_000)
  ],
  [
    'CR-R6',
    'a burst beyond the cap',
    creditCapped,
    (is) => {
      for (const i of is) if (i.host.nowNs >= 500_000_000) vcpus(i)[1]!.runningNs += 500_000_000
    }
  ],
  [
    'CR-D1',
    'a unit that never gets its turn',
    creditLong,
    (is) => {
      for (const i of is) if (i.host.nowNs > 0) pcpus(i)[0]!.curr = 1
    }
  ],
  [
    'CR-R7',
    'a boost that outlives a tick',
    creditHogs,
    (is) => {
      const view = hooks(is, 'Timer').find(({ kind, after }) => kind === 3 && after.pcpus[0]!.curr > 0)!
      for (const { row } of view.after.units) (row as unknown as Row)['priority'] = 0
    }
  ],
  [
    'CR-R8',
    'a boost for a unit out of credit',
    creditWaking,
    (is) => {
      const view = hooks(is, 'Wakeup').at(-1)!
      ;(view.before.row as unknown as Row)['priority'] = -2
      ;(view.after.row as unknown as Row)['priority'] = 0
    }
  ],
  [
    'CR-R9',
    'a unit replaced at once',
    creditHogs,
    (is) => {
      const view = hooks(is, 'Decision').find(({ before, next, curr }) => before !== null && next !== curr)!
      view.before!.stateEntryNs = view.atNs
    }
  ],
  ['CR-5', 'a slice a nanosecond too long', creditHogs, (is) => void hooks(is, 'Decision').at(-1)!.sliceNs++]
]

const ofOthers: ReadonlyArray<Bad> = [
  [
    'NU-N1',
    'one unit on two pCPUs',
    nullTwo,
    (is) => {
      const given = pcpuRows(last(is)) as unknown as Row[]
      given[1]!['unit'] = given[0]!['unit']!
    }
  ],
  [
    'NU-N2',
    'pCPUs exchanged',
    nullTwo,
    (is) =>
      void pcpuRows(last(is))
        .reverse()
        .forEach((row, pcpu) => (last(is).host.sched.pcpuPrivate.chunks[0]![pcpu] = row as never))
  ],
  [
    'NU-N3',
    'a unit that waits beside a pCPU of its own',
    nullTwo,
    (is) => void instance(last(is))['waitq']!.push(2)
  ],
  ['NU-N4', 'a free pCPU and a unit that waits', nullThree, (is) => void (instance(last(is))['free'] = [1])],
  [
    'NU-N5',
    'a pCPU that idles though its unit can run',
    nullTwo,
    (is) => void (pcpus(last(is))[0]!.curr = 0)
  ],
  ['AR-A1', 'the wrong unit', arinc, (is) => void (pcpus(last(is))[0]!.curr = 3)],
  [
    'AR-A3',
    'a frame that begins a nanosecond late',
    arinc,
    (is) => void (instance(last(is)) as unknown as Row)['nextMajorNs']!++
  ],
  ['AR-A4', 'a unit on another pCPU', arinc, (is) => void (units(last(is))[2]!.master = 1)],
  [
    'POOL-1',
    'a pCPU that is free and in a pool',
    nullTwo,
    (is) => void (last(is).host.sched.freePcpus = [1])
  ],
  ['POOL-2', 'a domain too many', nullTwo, (is) => void pools(last(is))[0]!.domainsTotal++],
  ['POOL-3', 'a pCPU that schedules for nobody', nullTwo, (is) => void (pcpus(last(is))[1]!.pool = -1)],
  ['POOL-4', 'a unit bound to a pCPU of nobody', nullTwo, (is) => void (pcpus(last(is))[1]!.pool = 3)]
]

const bad = [...ofRtds, ...ofCredit, ...ofOthers]

describe('a law', () => {
  test('has no objection to what really happened', () => {
    for (const run of new Set(bad.map(([, , one]) => one)))
      for (const law of [...laws, ...genericLaws])
        expect([law.id, violationsOf(law, run)]).toEqual([law.id, []])
  })

  test.each(bad.map(([id, what, run, change]) => ({ id, what, run, change })))(
    '$id objects to $what',
    ({ id, run, change }) => {
      expect(lawOf(id).appliesTo(run)).toBe(true)
      expect(violationsOf(lawOf(id), doctored(run, change))).not.toEqual([])
    }
  )

  test('GEN-7 objects to an instant that does not end', () => {
    expect(violationsOf(lawOf('GEN-7'), { ...nullTwo, endlessAtNs: 5 })).toHaveLength(1)
  })

  test('each is shown to be able to fail, and has an id of its own', () => {
    const tried = new Set(bad.map(([id]) => id))
    expect(laws.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([])
    expect(new Set(laws.map(({ id }) => id)).size).toBe(laws.length)
  })
})
