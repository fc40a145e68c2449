import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { bundleCli, endOf, scratch, startXensim, xensim } from './bundle.js'

const campaign = {
  format: 'xensim-campaign',
  version: 1,
  name: 'two on one',
  scenario: {
    version: 1,
    topology: '1x1x1',
    memoryMiB: 1024,
    duration: '300ms',
    dom0: false,
    domains: [
      {
        name: 'a',
        workload: { program: 'random', config: { run: { _tag: 'Exponential', meanNs: '2ms' }, block: '3ms' } }
      },
      { name: 'b', workload: { program: 'hog' } }
    ]
  },
  seeds: { count: 4 },
  axes: [
    { axis: 'scheduler', values: ['credit2', 'credit'] },
    { axis: 'weight', domain: 'a', values: [64, 256, 1024] }
  ],
  measures: [
    { name: 'share', measure: 'share', domain: 'a' },
    { name: 'wait', measure: 'wakeP99', domain: 'a' }
  ],
  plots: [{ file: 'share.svg', title: 'Share', x: 'weight of a', series: 'scheduler', measures: ['share'] }]
}

const place = (changed: object = {}): string => {
  const folder = scratch()
  writeFileSync(join(folder, 'c.json'), JSON.stringify({ ...campaign, ...changed }))
  return folder
}

const bytes = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8')

describe('xensim run of a campaign', () => {
  it('gives the same bytes from one thread, from several, and from parts that are joined', () => {
    const cwd = place()
    const one = xensim(['run', 'c.json', '--threads', '1', '--results', 'one', '--plots', 'p1'], { cwd })
    expect([one.code, one.err]).toEqual([0, ''])
    expect(one.out).toContain('two on one. 24 runs: 6 points, 4 seeds each.')
    const more = xensim(['run', 'c.json', '--threads', '3', '--results', 'more', '--plots', 'p2'], { cwd })
    expect([more.code, more.err, more.out]).toEqual([0, '', one.out])
    expect(bytes(cwd, 'more')).toBe(bytes(cwd, 'one'))
    for (const part of ['1/3', '2/3', '3/3']) {
      const { code, out } = xensim(['run', 'c.json', '--shard', part, '--results', `part${part[0]}`], { cwd })
      expect([code, out]).toEqual([0, ''])
    }
    const parts = ['part3', 'part1', 'part2']
    const merged = xensim(['run', '--merge', ...parts, '--results', 'all', '--plots', 'p3'], { cwd })
    expect([merged.code, merged.out]).toEqual([0, one.out])
    expect(bytes(cwd, 'all')).toBe(bytes(cwd, 'one'))
    for (const plots of ['p2', 'p3'])
      expect(bytes(cwd, `${plots}/share.svg`)).toBe(bytes(cwd, 'p1/share.svg'))
  })

  it('is read once, so that it may come through a pipe', () => {
    const cwd = place()
    const command = `cat c.json | "${process.execPath}" "${bundleCli()}" run /dev/stdin --threads 1`
    const { status, stdout } = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, expect.stringContaining('24 runs')])
  })

  it('reports as JSON, with confidence intervals', () => {
    const { code, out } = xensim(['run', 'c.json', '--report', 'json'], { cwd: place() })
    const summary = JSON.parse(out) as {
      readonly points: ReadonlyArray<{ readonly figures: ReadonlyArray<{ readonly interval: object }> }>
    }
    expect(code).toBe(0)
    expect(summary.points).toHaveLength(6)
    expect(Object.keys(summary.points[0]?.figures[0]?.interval ?? {})).toEqual(['low', 'high'])
  })

  it.each(['1', '2'])('Ctrl-C leaves results that --resume completes, on %s threads', async (threads) => {
    const long = { ...campaign.scenario, duration: '3s' }
    const cwd = place({ scenario: long, seeds: { count: 60 } })
    const whole = xensim(['run', 'c.json', '--results', 'whole'], { cwd })
    expect(whole.code).toBe(0)
    const child = startXensim(['run', 'c.json', '--threads', threads, '--results', 'r'], cwd)
    // The results are there from the start: who can't write them learns of it at once.
    for (let tries = 0; tries < 600 && !existsSync(join(cwd, 'r')); tries += 1) await sleep(10)
    await sleep(400)
    child.kill('SIGINT')
    const { code, err } = await endOf(child)
    expect(code).toBe(130)
    expect(err).toMatch(/^interrupted: \d+ of 360 runs; --resume goes on with the others\n/)
    expect(readdirSync(cwd).filter((file) => file.startsWith('.'))).toEqual([])
    const refused = xensim(['run', '--merge', 'r'], { cwd })
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/\d+ of 360 runs are missing: /)])
    const resumed = xensim(['run', 'c.json', '--results', 'r', '--resume'], { cwd })
    expect([resumed.code, resumed.out]).toEqual([0, whole.out])
    expect(bytes(cwd, 'r')).toBe(bytes(cwd, 'whole'))
  })

  it.each(['1', '2'])(
    'ends with the complaint of a run that can not be carried out, on %s threads',
    (threads) => {
      const cwd = place({ scenario: { ...campaign.scenario, memoryMiB: 1 } })
      const { code, out, err } = xensim(['run', 'c.json', '--threads', threads], { cwd })
      expect([code, out]).toEqual([2, ''])
      expect(err).toMatch(/^xensim run: run \d+, scheduler credit2, weight of a \d+, seed \d: .*memory/)
    }
  )
})

describe('xensim run refuses, with exit code 2 and nothing on stdout,', () => {
  it.each<[string, ReadonlyArray<string>, string]>([
    ['part 0', ['c.json', '--shard', '0/3', '--results', 'r'], '--shard: parts are numbered from 1/3 to 3/3'],
    [
      'a part too many',
      ['c.json', '--shard', '4/3', '--results', 'r'],
      '--shard: parts are numbered from 1/3'
    ],
    [
      'a part that is none',
      ['c.json', '--shard', 'x', '--results', 'r'],
      '--shard: "x" is not a part such as 1/4'
    ],
    ['a part without a file for it', ['c.json', '--shard', '1/3'], '--shard: the runs of a part have to go'],
    ['to resume nothing', ['c.json', '--resume'], '--resume: of what?'],
    ['to resume a file that is not there', ['c.json', '--resume', '--results', 'no'], 'no: No such file'],
    ['no threads', ['c.json', '--threads', '0'], '--threads: expected 1 to 1024, got 0'],
    ['a trace of a campaign', ['c.json', '--trace', 't'], '--trace is not for a campaign'],
    ['a seed for a campaign', ['c.json', '--seed', '1'], '--seed is not for a campaign'],
    ['two campaigns', ['c.json', 'c.json'], "unexpected argument 'c.json'"],
    ['shards of a scenario', ['s.json', '--shard', '1/2'], '--shard is not for a scenario'],
    ['two scenarios', ['s.json', 's.json'], "unexpected argument 's.json'"],
    ['to join while running', ['--merge', 'a', '--shard', '1/2'], '--shard is not for joining results'],
    ['to join a campaign', ['--merge', 'c.json'], 'results: c.json:1: the file is cut off'],
    ['to join what is not there', ['--merge', 'no'], 'no: No such file or directory'],
    ['a report that is none', ['c.json', '--report', 'xml'], "--report: 'xml' is neither table nor json"]
  ])('%s', (_name, argv, expected) => {
    const cwd = place()
    writeFileSync(join(cwd, 's.json'), JSON.stringify(campaign.scenario))
    const { code, out, err } = xensim(['run', ...argv], { cwd })
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(expected)
  })

  it('results of another campaign, or of another part', () => {
    const cwd = place()
    writeFileSync(join(cwd, 'd.json'), JSON.stringify({ ...campaign, seeds: { count: 5 } }))
    for (const [file, part] of [
      ['c', '1/2'],
      ['d', '2/2']
    ] as const)
      expect(xensim(['run', `${file}.json`, '--shard', part, '--results', file], { cwd }).code).toBe(0)
    const merged = xensim(['run', '--merge', 'c', 'd'], { cwd })
    expect([merged.code, merged.err]).toEqual([
      2,
      expect.stringContaining('d: is of another campaign than c')
    ])
    const twice = xensim(['run', '--merge', 'c', 'c'], { cwd })
    expect([twice.code, twice.err]).toEqual([2, expect.stringContaining('run 0 is in c and in c')])
    const resumed = xensim(['run', 'd.json', '--results', 'c', '--resume'], { cwd })
    expect([resumed.code, resumed.err]).toEqual([
      2,
      expect.stringContaining('c: is of another campaign than this')
    ])
    const part = xensim(['run', 'c.json', '--results', 'c', '--resume', '--shard', '2/2'], { cwd })
    expect([part.code, part.err]).toEqual([2, expect.stringContaining('run 0 is not one of this part')])
  })

  it('a campaign with its place and reason', () => {
    const cwd = place({ axes: [{ axis: 'colour', values: [] }] })
    const { code, err } = xensim(['run', 'c.json'], { cwd })
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^xensim run: c\.json:1:\d+: axes\[0\]\.axis: expected one of/)
    ])
  })

  it('a file that can not be written, before anything runs', () => {
    const { code, err } = xensim(['run', 'c.json', '--results', 'no/r'], { cwd: place() })
    expect([code, err]).toEqual([1, expect.stringContaining('--results: no/r: No such file or directory')])
  })
})
