import { describe, expect, test } from 'vitest'

import { campaignGrid, formatScenarioError, parseCampaign, parseShard } from '../../../../src/replay/index.js'
import { runName, runsOfShard, runsTotal, scenarioOfRun } from '../../../../src/replay/index.js'
import type { Campaign, Scenario } from '../../../../src/replay/index.js'

type Loose = Record<string, unknown>

const hog = { program: 'hog' }
const base: Loose = {
  version: 1,
  topology: '1x2x1',
  memoryMiB: 4096,
  duration: '1s',
  domains: [
    { name: 'a', workload: hog },
    { name: 'b', workload: hog }
  ]
}

const whole = (changes: Loose = {}): Loose => ({
  format: 'xensim-campaign',
  version: 1,
  scenario: base,
  seeds: { count: 3 },
  measures: [{ measure: 'share', domain: 'a' }],
  ...changes
})

const kinds = {
  share: { unit: 'ppm', isOfDomains: true },
  wakeP99: { unit: 'ns', isOfDomains: true },
  busy: { unit: 'ppm', isOfDomains: false }
} as const

const parsed = (changes: Loose = {}): Campaign => {
  const found = parseCampaign(JSON.stringify(whole(changes)), 'c.json', kinds)
  if (found._tag === 'Left') throw new Error(formatScenarioError(found.left))
  return found.right
}

const refusal = (changes: Loose): string => {
  const found = parseCampaign(JSON.stringify(whole(changes)), 'c.json', kinds)
  return found._tag === 'Left' ? formatScenarioError(found.left) : 'accepted'
}

const scenarioOf = (campaign: Campaign, run: number): Scenario => {
  const found = scenarioOfRun(campaign, run)
  if (found._tag === 'Left') throw new Error(found.left)
  return found.right
}

const weights = { axis: 'weight', domain: 'a', values: [128, 512] }
const schedulers = { axis: 'scheduler', values: ['credit2', 'credit', 'rtds'] }
const tasks = { count: 5, generator: 'randfixedsum', periods: ['10ms', '20ms', '50ms'] }
const plot = { file: 'p.svg', title: 'P', x: 'weight of a', measures: ['share of a'] }

describe('a grid', () => {
  test('is numbered with the last axis fastest and seeds inside', () => {
    const campaign = parsed({ axes: [schedulers, weights], seeds: { first: 7, count: 2 } })
    expect(runsTotal(campaign)).toBe(12)
    expect([0, 1, 2, 4, 11].map((run) => runName(campaign, run))).toEqual([
      'run 0, scheduler credit2, weight of a 128, seed 7',
      'run 1, scheduler credit2, weight of a 128, seed 8',
      'run 2, scheduler credit2, weight of a 512, seed 7',
      'run 4, scheduler credit, weight of a 128, seed 7',
      'run 11, scheduler rtds, weight of a 512, seed 8'
    ])
    expect(scenarioOf(campaign, 11)).toMatchObject({ seed: 8, commandLine: 'sched=rtds' })
    expect(scenarioOf(campaign, 11).domains[0]).toMatchObject({ name: 'a', weight: 512 })
    expect(scenarioOf(campaign, 11).domains[1]).toMatchObject({ name: 'b', weight: null })
  })

  test('may be a single point', () => {
    const campaign = parsed()
    expect(runsTotal(campaign)).toBe(3)
    expect(scenarioOf(campaign, 2).seed).toBe(3)
  })

  test.each<[string, Loose, object]>([
    ['a cap', { axis: 'cap', domain: 'b', values: [50] }, { domains: [{}, { cap: 50 }] }],
    ['a ratelimit', { axis: 'ratelimit', values: ['5ms'] }, { commandLine: 'sched_ratelimit_us=5000' }],
    ['a time slice', { axis: 'timeslice', values: ['5ms'] }, { commandLine: 'sched_credit_tslice_ms=5' }],
    [
      'options',
      { axis: 'cmdline', values: ['credit2_runqueue=core'] },
      { commandLine: 'credit2_runqueue=core' }
    ],
    ['a topology', { axis: 'topology', values: ['2x1x2'] }, { topology: { sockets: 2, threadsPerCore: 2 } }],
    ['no copy', { axis: 'copies', domain: 'b', values: [0] }, { domains: [{ name: 'a' }] }],
    [
      'copies',
      { axis: 'copies', domain: 'a', values: [3] },
      { domains: [{ name: 'a' }, { name: 'a#2' }, { name: 'a#3' }, { name: 'b' }] }
    ],
    [
      'parameters of rtds',
      { axis: 'rtds', domain: 'a', values: [{ label: 'x', rtds: { period: '8ms', budget: '2ms' } }] },
      { domains: [{ realTime: { periodUs: 8000, budgetUs: 2000, isExtra: null } }, {}] }
    ],
    [
      'a workload',
      { axis: 'workload', domain: 'a', values: [{ label: 'x', workload: { program: 'idle' } }] },
      { domains: [{ workloads: { all: { program: 'idle' } } }, {}] }
    ]
  ])('changes %s', (_name, axis, expected) => {
    expect(scenarioOf(parsed({ axes: [axis] }), 0)).toMatchObject(expected)
  })

  test('adds options to those of the scenario', () => {
    const campaign = parsed({ scenario: { ...base, cmdline: 'sched=credit' }, axes: [schedulers] })
    expect(scenarioOf(campaign, 0).commandLine).toBe('sched=credit sched=credit2')
  })

  test('has a digest of what decides figures, and of nothing else', () => {
    const digest = (changes: Loose): string => campaignGrid(parsed(changes)).digest
    expect(digest({ name: 'x', plots: [plot], axes: [weights] })).toBe(digest({ axes: [weights] }))
    for (const changes of [{}, { axes: [weights], warmup: '1ms' }, { axes: [weights], seeds: { count: 4 } }])
      expect(digest(changes)).not.toBe(digest({ axes: [weights] }))
  })
})

describe('task sets', () => {
  const utilisation = { axis: 'utilisation', values: [60] }
  const withTasks = (changes: Loose = {}): Campaign =>
    parsed({ tasks, axes: [schedulers, utilisation], seeds: { count: 5 }, ...changes })

  test('are the same under every scheduler: as parameters of rtds, as weights of the others', () => {
    const campaign = withTasks()
    for (let seed = 0; seed < 5; seed += 1) {
      const [credit2, credit, rtds] = [seed, seed + 5, seed + 10].map((run) => scenarioOf(campaign, run))
      const loads = (scenario?: Scenario) =>
        scenario?.domains.slice(2).map(({ name, workloads }) => [name, workloads.all?.config])
      expect(loads(credit2)).toEqual(loads(rtds))
      expect(credit2?.domains).toEqual(credit?.domains)
      const total = rtds?.domains.slice(2).reduce((sum, domain) => {
        const params = domain._tag === 'Inline' ? domain.realTime : null
        return sum + (params === null ? 0 : params.budgetUs / params.periodUs)
      }, 0)
      // 60 % of two pCPUs; each execution is rounded to a microsecond of at least 10 ms.
      expect(Math.abs((total ?? 0) - 1.2)).toBeLessThan(5 * 0.5e-4)
      expect(credit2?.domains[2]).toMatchObject({ name: 'task#1', realTime: null })
    }
    expect(scenarioOf(campaign, 0).domains).not.toEqual(scenarioOf(campaign, 1).domains)
  })

  test.each<[string, Loose, string]>([
    ['without an axis', { tasks, axes: [] }, 'tasks: task sets need an axis utilisation'],
    ['missing where there is an axis', { axes: [utilisation] }, 'axes[0].axis: there are no task sets'],
    [
      'that do not fit',
      { tasks: { ...tasks, count: 1 }, axes: [utilisation] },
      'axes[0].values[0]: makes no scenario: 1 tasks of at most 100 % each do not add up to that'
    ],
    [
      'that may need more than a pCPU each',
      { tasks: { ...tasks, generator: 'uunifast' }, axes: [utilisation] },
      'axes[0].values[0]: makes no scenario: uunifast may give a task more than a pCPU here'
    ],
    [
      'of no period',
      { tasks: { ...tasks, periods: [] }, axes: [utilisation] },
      'tasks.periods: at least one'
    ],
    [
      'of a short period',
      { tasks: { ...tasks, periods: ['10ms', '10us'] }, axes: [utilisation] },
      'tasks.periods[1]: expected whole microseconds, at least 1ms'
    ]
  ])('%s are refused', (_name, changes, expected) => {
    expect(refusal(changes)).toContain(expected)
  })
})

describe('a campaign is refused', () => {
  test.each<[string, Loose, string]>([
    ['with another format', { format: 'xensim-host' }, 'c.json:1:11: format: expected "xensim-campaign"'],
    ['of a newer version', { version: 2 }, 'version 2 is newer than 1'],
    ['without seeds', { seeds: undefined }, 'seeds: missing'],
    ['with no seed', { seeds: { count: 0 } }, 'seeds.count: expected an integer from 1'],
    ['with nothing to measure', { measures: [] }, 'measures: nothing is measured'],
    ['with an unknown key', { axis: [] }, 'axis: unknown key'],
    ['with a scenario that is none', { scenario: { ...base, duration: '-1s' } }, 'scenario.duration: '],
    ['with a scenario that has a seed', { scenario: { ...base, seed: 1 } }, 'scenario.seed: the seeds of'],
    [
      'with a domain from a file',
      { scenario: { ...base, domains: [{ name: 'a', cfg: 'a.cfg' }] } },
      'scenario.domains[0].cfg: a campaign describes its domains itself'
    ],
    ['with a warm-up that lasts to the end', { warmup: '1s' }, 'warmup: is not before the end'],
    [
      'with an unknown axis',
      { axes: [{ axis: 'colour', values: [1] }] },
      'axes[0].axis: expected one of scheduler, ratelimit,'
    ],
    [
      'with an empty axis',
      { axes: [{ ...weights, values: [] }] },
      'axes[0].values: an axis has at least one'
    ],
    [
      'with a value twice',
      { axes: [{ ...weights, values: [1, 2, 1] }] },
      'axes[0].values[2]: another value is called "1"'
    ],
    [
      'with an axis twice',
      { axes: [weights, { ...weights, name: 'w' }] },
      'axes[1].axis: another axis changes'
    ],
    [
      'with two axes of one name',
      {
        axes: [
          { ...weights, name: 'w' },
          { ...schedulers, name: 'w' }
        ]
      },
      'axes[1].name: another axis is called "w"'
    ],
    [
      'with an axis of nobody',
      { axes: [{ ...weights, domain: 'c' }] },
      'axes[0].domain: there is no domain "c"'
    ],
    ['with an axis without a domain', { axes: [{ axis: 'weight', values: [1] }] }, 'axes[0].domain: missing'],
    [
      'with a domain where none belongs',
      { axes: [{ ...schedulers, domain: 'a' }] },
      'axes[0].domain: unknown key'
    ],
    [
      'with an unknown scheduler',
      { axes: [{ axis: 'scheduler', values: ['cfs'] }] },
      'axes[0].values[0]: expected'
    ],
    [
      'with a ratelimit that Xen would replace',
      { axes: [{ axis: 'ratelimit', values: ['50us'] }] },
      'axes[0].values[0]: expected 0us, or whole microseconds from 100us to 500ms, got "50us"'
    ],
    [
      'with a workload that is none',
      { axes: [{ axis: 'workload', domain: 'a', values: [{ label: 'x', workload: { program: 'spin' } }] }] },
      'axes[0].values[0].workload.program: unknown program'
    ],
    [
      'with a topology that is none',
      { axes: [{ axis: 'topology', values: ['1x0x1'] }] },
      'axes[0].values[0]: makes no scenario: topology: coresPerSocket has to be at least 1'
    ],
    [
      'with too many runs',
      { seeds: { count: 1_000_000 }, axes: [weights] },
      'axes[0].values: more than 1000000 runs'
    ],
    [
      'with an unknown measure',
      { measures: [{ measure: 'joy' }] },
      'measures[0].measure: expected one of share,'
    ],
    [
      'with a measure of nobody',
      { measures: [{ measure: 'share', domain: 'c' }] },
      'measures[0].domain: there is no domain "c"'
    ],
    [
      'with a measure of a domain that is of the host',
      { measures: [{ measure: 'busy', domain: 'a' }] },
      'measures[0].domain: busy is of the whole host'
    ],
    [
      'with a measure twice',
      { measures: [{ measure: 'share' }, { measure: 'share' }] },
      'measures[1].name: another measure is called "share"'
    ],
    ['with a level of its own', { confidence: 94 }, 'confidence: expected 90, 95 or 99, got 94']
  ])('%s', (_name, changes, expected) => {
    expect(refusal(changes)).toContain(expected)
  })
})

describe('a plot is refused', () => {
  const axes = [weights, schedulers]
  test.each<[string, Loose, string]>([
    ['outside of its folder', { file: '../p.svg' }, 'plots[0].file: expected a file name'],
    ['of an axis that is not there', { x: 'cap' }, 'plots[0].x: there is no axis "cap"'],
    ['of one axis twice', { series: 'weight of a' }, 'plots[0].series: is the axis of x'],
    ['of an axis that is left open', {}, 'plots[0].where: axis scheduler has 3 values: say which one'],
    [
      'at a value that is not there',
      { where: [{ axis: 'scheduler', label: 'null' }] },
      'plots[0].where[0].label: scheduler has no value "null"'
    ],
    ['of nothing', { series: 'scheduler', measures: [] }, 'plots[0].measures: a plot shows at least one'],
    [
      'of an unknown measure',
      { series: 'scheduler', measures: ['x'] },
      'measures[0]: there is no measure "x"'
    ]
  ])('%s', (_name, changes, expected) => {
    expect(refusal({ axes, plots: [{ ...plot, ...changes }] })).toContain(expected)
  })

  test('of measures in different units', () => {
    const measures = [{ measure: 'share' }, { measure: 'wakeP99' }]
    const plots = [{ ...plot, series: 'scheduler', measures: ['share', 'wakeP99'] }]
    expect(refusal({ axes, measures, plots })).toContain(
      'plots[0].measures[1]: is in ns, the first one in ppm'
    )
  })
})

describe('a shard', () => {
  test('is every n-th run, and all shards together are all runs', () => {
    for (const [total, shards] of [
      [10, 3],
      [2, 5],
      [7, 1]
    ] as const) {
      const parts = Array.from({ length: shards }, (_, i) =>
        runsOfShard(total, { index: i + 1, total: shards })
      )
      expect(parts.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, i) => i))
    }
    expect(runsOfShard(10, { index: 2, total: 4 })).toEqual([1, 5, 9])
  })

  test.each(['0/3', '4/3', '1/0', '1', '1/3/3', '-1/3', 'a/b', '1/2000000'])('%s is none', (text) => {
    expect(parseShard(text)._tag).toBe('Left')
  })

  test('is read', () => {
    expect(parseShard('2/5')).toEqual({ _tag: 'Right', right: { index: 2, total: 5 } })
  })
})
