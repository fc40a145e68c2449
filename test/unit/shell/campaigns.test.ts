import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import {
  campaignGrid,
  formatScenarioError,
  packageVersion,
  parseCampaign
} from '../../../src/replay/index.js'
import { runsTotal } from '../../../src/replay/index.js'
import type { Campaign } from '../../../src/replay/index.js'
import { runCampaign } from '../../../src/shell/index.js'
import { aggregate, decodeResults, measureKinds, plotSvg } from '../../../src/trace/index.js'
import type { CampaignSummary } from '../../../src/trace/index.js'

const root = join(import.meta.dirname, '../../..')
const folder = join(root, 'examples/campaigns')

const parse = (text: string): Campaign => {
  const found = parseCampaign(text, 'campaign', measureKinds)
  if (found._tag === 'Left') throw new Error(formatScenarioError(found.left))
  return found.right
}

const example = (name: string): Campaign => parse(readFileSync(join(folder, `${name}.json`), 'utf8'))

/** A campaign with fewer seeds, and of each axis the values with these labels, if any are given. */
const smaller = (
  campaign: Campaign,
  seeds: number,
  labels: Readonly<Record<string, ReadonlyArray<string>>>
): Campaign => ({
  ...campaign,
  seeds: { ...campaign.seeds, count: seeds },
  axes: campaign.axes.map((axis) => ({
    ...axis,
    values: axis.values.filter(({ label }) => labels[axis.name]?.includes(label) ?? true)
  }))
})

const all = { threads: 1, worker: '', isStopped: () => false, onRun: () => undefined }

const summaryOf = async (campaign: Campaign): Promise<CampaignSummary> => {
  const runs = Array.from({ length: runsTotal(campaign) }, (_, i) => i)
  const { isComplete, results } = await runCampaign(campaign, { ...all, runs })
  expect(isComplete).toBe(true)
  return aggregate({ package: packageVersion, grid: campaignGrid(campaign), runs: results })
}

/** The mean of a measure at the point with these labels. */
const meanAt = (
  { points, measures }: CampaignSummary,
  measure: string,
  labels: ReadonlyArray<string>
): number => {
  const point = points.find((other) => other.labels.join() === labels.join())
  return point?.figures[measures.findIndex(({ name }) => name === measure)]?.mean ?? NaN
}

const one = (changes: object): Campaign =>
  parse(
    JSON.stringify({
      format: 'xensim-campaign',
      version: 1,
      scenario: {
        version: 1,
        topology: '1x1x1',
        memoryMiB: 1024,
        duration: '2s',
        dom0: false,
        domains: [
          { name: 'a', workload: { program: 'hog' } },
          { name: 'b', workload: { program: 'hog' } }
        ]
      },
      seeds: { count: 1 },
      measures: [{ measure: 'share', domain: 'a' }],
      ...changes
    })
  )

describe('a run of a campaign', () => {
  it('measures what a domain and its copies got', async () => {
    const summary = await summaryOf(
      one({
        axes: [
          { axis: 'scheduler', values: ['credit2', 'credit'] },
          { axis: 'copies', name: 'n', domain: 'b', values: [0, 1, 3] }
        ],
        measures: [
          { measure: 'share', domain: 'a' },
          { name: 'others', measure: 'share', domain: 'b' },
          { measure: 'busy' },
          { measure: 'schedulable' }
        ]
      })
    )
    const shares = ['0', '1', '3'].map((n) =>
      Math.round(meanAt(summary, 'share of a', ['credit2', n]) / 10_000)
    )
    expect(shares).toEqual([100, 50, 25])
    // credit takes turns of 30 ms: three others are within two turns of three quarters.
    expect(Math.abs(meanAt(summary, 'others', ['credit', '3']) - 750_000)).toBeLessThan(30_000)
    expect(meanAt(summary, 'busy', ['credit', '1'])).toBe(1_000_000)
    // Nobody has deadlines here.
    expect(summary.points[0]?.figures[3]).toBeNull()
  })

  it('measures after the warm-up only', async () => {
    const scenario = { ...one({}).scenario, events: [{ at: '1s', op: 'pause', domain: 'b' }] }
    const shareOf = async (warmup: string): Promise<number> =>
      meanAt(await summaryOf(one({ scenario, warmup })), 'share of a', [])
    expect(Math.round((await shareOf('0s')) / 10_000)).toBe(75)
    expect(await shareOf('1s')).toBe(1_000_000)
  })

  it('counts the runs in which Xen refuses something', async () => {
    const campaign = one({ axes: [{ axis: 'cap', domain: 'a', values: [50, 200] }], seeds: { count: 2 } })
    expect((await summaryOf(campaign)).runsRefused).toBe(2)
  })

  it('that can not be carried out is named', async () => {
    const campaign = one({ axes: [{ axis: 'cmdline', name: 'options', values: ['', 'sched-gran=socket'] }] })
    const scenario = { ...campaign.scenario, memoryMiB: 1 }
    await expect(runCampaign({ ...campaign, scenario }, { ...all, runs: [1] })).rejects.toThrow(
      /^run 1, options sched-gran=socket, seed 1: /
    )
  })

  it('stops between runs, and gives those it has', async () => {
    const campaign = one({ seeds: { count: 5 } })
    const seen: number[] = []
    const ran = await runCampaign(campaign, {
      ...all,
      runs: [0, 1, 2, 3, 4],
      isStopped: () => seen.length === 2,
      onRun: ({ run }) => seen.push(run)
    })
    expect(ran).toMatchObject({ isComplete: false, results: [{ run: 0 }, { run: 1 }] })
  })
})

describe('rtds and task sets', () => {
  const tasks = { count: 6, generator: 'randfixedsum', periods: ['10ms', '20ms', '50ms'] }
  const axes = [
    { axis: 'scheduler', values: ['rtds'] },
    { axis: 'utilisation', values: [60, 90, 98] }
  ]
  const measures = [{ name: 'ok', measure: 'schedulable' }]

  it('EDF on one pCPU meets every deadline of every set, at 98 % utilisation too', async () => {
    const campaign = one({
      scenario: { ...one({}).scenario, domains: [] },
      tasks,
      axes,
      measures,
      seeds: { count: 20 }
    })
    for (const { figures } of (await summaryOf(campaign)).points)
      expect(figures[0]).toMatchObject({ count: 20, mean: 1 })
  })

  it('global EDF meets every deadline within the bound of Goossens, Funk and Baruah', async () => {
    // 4 pCPUs and no task above 0.4: up to 4 - 3 * 0.4 = 2.8, which is 70 % of the machine.
    const scenario = { ...one({}).scenario, topology: '1x4x1', domains: [] }
    const bounded = { ...tasks, count: 8, utilisationMax: 40 }
    const within = [axes[0], { axis: 'utilisation', values: [50, 69] }]
    const campaign = one({ scenario, tasks: bounded, axes: within, measures, seeds: { count: 20 } })
    for (const { figures } of (await summaryOf(campaign)).points)
      expect(figures[0]).toMatchObject({ count: 20, mean: 1 })
  })

  it('an overloaded pCPU misses deadlines', async () => {
    const scenario = { ...one({}).scenario, domains: [] }
    const overload = [axes[0], { axis: 'utilisation', values: [110] }]
    const campaign = one({ scenario, tasks, axes: overload, measures, seeds: { count: 5 } })
    expect((await summaryOf(campaign)).points[0]?.figures[0]).toMatchObject({ count: 5, mean: 0 })
  })
})

describe('the pictures of the documentation', () => {
  it('fewer sets are schedulable with more load, most under rtds and fewest under credit', async () => {
    const loads = ['20', '60', '80', '100']
    const campaign = smaller(example('rtds-schedulability'), 25, {
      'total utilisation of the machine': loads
    })
    const summary = await summaryOf(campaign)
    const curve = (scheduler: string) =>
      loads.map((load) => meanAt(summary, 'schedulable task sets', [scheduler, load]))
    const [rtds, credit2, credit] = [curve('rtds'), curve('credit2'), curve('credit')]
    for (const line of [rtds, credit2, credit]) expect(line.toSorted((a, b) => b - a)).toEqual(line)
    expect([rtds[0], rtds[3]]).toEqual([1, 0])
    for (const at of [1, 2]) {
      expect(rtds[at]).toBeGreaterThan(credit2[at] as number)
      expect(credit2[at]).toBeGreaterThan(credit[at] as number)
    }
  })

  it('an I/O-bound guest beside hogs waits 1 ms under credit2, at times longer under credit', async () => {
    const campaign = smaller(example('io-latency'), 5, { 'CPU hogs beside the guest': ['0', '8'] })
    const summary = await summaryOf(campaign)
    const waits = (scheduler: string, guest: string, hogs: string) =>
      ['99 %', 'longest'].map((measure) => meanAt(summary, measure, [scheduler, guest, hogs]) / 1_000_000)
    for (const scheduler of ['credit', 'credit2', 'null'])
      expect(waits(scheduler, 'I/O only', '0')).toEqual([0, 0])
    for (const guest of ['I/O only', 'I/O and computing']) expect(waits('null', guest, '8')).toEqual([0, 0])
    const [credit, credit2] = [waits('credit', 'I/O only', '8'), waits('credit2', 'I/O only', '8')]
    for (const [p99 = 0] of [credit, credit2]) {
      expect(p99).toBeGreaterThan(0.8)
      expect(p99).toBeLessThan(1.05)
    }
    expect(credit2[1]).toBeLessThan(1.05)
    expect(credit[1]).toBeGreaterThan(10)
    // A guest that computes loses credit's boost.
    expect(waits('credit', 'I/O and computing', '8')[0]).toBeGreaterThan(60)
    expect(waits('credit2', 'I/O and computing', '8')[0]).toBeLessThan(10)
  })

  it.each(readdirSync(folder).map((file) => file.replace('.json', '')))(
    '%s: results and pictures are of the campaign as it stands in the file',
    (name) => {
      const campaign = example(name)
      const path = join(root, 'docs/pictures', `${name}.results.jsonl.gz`)
      const read = decodeResults(gunzipSync(readFileSync(path)).toString(), path)
      if (read._tag === 'Left') throw new Error(read.left)
      expect(read.right.grid).toEqual(campaignGrid(campaign))
      expect(read.right.runs).toHaveLength(runsTotal(campaign))
      const summary = aggregate(read.right)
      for (const plot of read.right.grid.plots) {
        const picture = join(root, 'docs/pictures', plot.file)
        expect(existsSync(picture), plot.file).toBe(true)
        expect(plotSvg(summary, plot)).toBe(readFileSync(picture, 'utf8'))
      }
    }
  )

  it.each(['io-latency', 'rtds-schedulability'])('%s: runs give again what the results say', async (name) => {
    const campaign = example(name)
    const path = join(root, 'docs/pictures', `${name}.results.jsonl.gz`)
    const read = decodeResults(gunzipSync(readFileSync(path)).toString(), path)
    if (read._tag === 'Left') throw new Error(read.left)
    const runs = Array.from({ length: 12 }, (_, i) => Math.floor((i * runsTotal(campaign)) / 12))
    const { results } = await runCampaign(campaign, { ...all, runs })
    expect(results).toEqual(runs.map((run) => read.right.runs[run]))
  })
})
