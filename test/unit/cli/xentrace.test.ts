import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { decodeXentrace } from '../../../src/trace/index.js'
import type { Xentrace } from '../../../src/trace/index.js'
import { fixturePath } from '../trace/xentrace/fixtures.js'
import { dumpLines, stampOf } from '../trace/xentrace/reading.js'
import { sayingOf } from '../trace/xentrace/saying.js'

import { scratch, xensim } from './bundle.js'

/** Four pCPUs in two sockets, domains that come and go, blocked, preempted and paused vCPUs. */
const scenario = (scheduler: string): object => {
  const hasWeights = scheduler.startsWith('credit')
  const random = { run: { _tag: 'Exponential', meanNs: '1ms' }, block: '1ms' }
  const hog = { program: 'hog', config: { phaseNs: '5ms' } }
  return {
    version: 1,
    name: 'for xenalyze',
    topology: '2x2x1',
    memoryMiB: 4096,
    cmdline: `dom0_mem=512M sched=${scheduler}`,
    duration: '200ms',
    domains: [
      { name: 'a', vcpus: 2, workload: hog },
      { name: 'b', ...(hasWeights ? { weight: 512 } : {}), workload: { program: 'random', config: random } },
      { name: 'c', vcpus: 3, autostart: false, workload: hog }
    ],
    events: [
      { at: '20ms', op: 'create', domain: 'c' },
      { at: '50ms', op: 'pause', domain: 'a' },
      { at: '80ms', op: 'unpause', domain: 'a' },
      { at: '150ms', op: 'destroy', domain: 'c' }
    ]
  }
}

const recorded = (scheduler: string) => {
  const folder = scratch()
  writeFileSync(join(folder, 's.json'), JSON.stringify(scenario(scheduler)))
  const ran = xensim(['run', 's.json', '--xentrace', 'x', '--report', 'json'], { cwd: folder })
  expect([ran.code, ran.err]).toEqual([0, ''])
  const decoded = decodeXentrace(readFileSync(join(folder, 'x')))
  if (decoded._tag === 'Left') throw new Error(decoded.left.reason)
  const trace: Xentrace = decoded.right
  return { folder, path: join(folder, 'x'), trace, report: JSON.parse(ran.out) as Report }
}

interface Report {
  readonly toNs: number
  readonly mismatchesTotal: number
  readonly domains: ReadonlyArray<{
    readonly domid: number
    readonly vcpus: ReadonlyArray<{
      readonly vcpu: number
      readonly runningNs: number
      readonly switchesIn: number
    }>
  }>
}

/** `.ci/run` unpacks it into the cache; a system may have it installed. */
const xenalyze = [
  ...(process.env.XENALYZE === undefined ? [] : [process.env.XENALYZE]),
  join(import.meta.dirname, '../../../node_modules/.cache/xensim/xenalyze/usr/bin/xenalyze'),
  ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'xenalyze'))
].find((path) => existsSync(path))

/** No xenalyze, no test: said in its name, where the reporter shows it. */
const when =
  xenalyze === undefined ? " (skipped: no xenalyze; it is in Debian's package xen-utils-common)" : ''

const analyze = (...argv: ReadonlyArray<string>) => {
  const options = { encoding: 'utf8', maxBuffer: 1 << 28 } as const
  const { status, stdout, stderr } = spawnSync(xenalyze ?? '', ['--cpu-hz', '1G', ...argv], options)
  return { status, stdout, stderr }
}

describe('xensim run --xentrace', () => {
  it.skipIf(xenalyze === undefined).each(['credit2', 'credit', 'rtds', 'null'])(
    `writes what xenalyze reads, under %s${when}`,
    (scheduler) => {
      const { path, trace } = recorded(scheduler)
      const { status, stdout, stderr } = analyze('--dump-all', path)
      expect([status, stderr]).toEqual([0, 'Using VMX hardware-assisted virtualization.\n'])
      expect(stdout).not.toMatch(/skew|[Uu]nexpected|[Uu]nknown|Strange|[Ww]arn|[Ee]rror/)
      const lines = dumpLines(stdout)
      expect(lines.length).toBe(trace.records.length)
      const said = trace.records.map((record, i) => ({
        time: lines[i]?.time === '' ? '' : stampOf(record, 1_000_000_000),
        pcpu: record.pcpu,
        what: sayingOf(record)
      }))
      expect(lines).toEqual(said)
    }
  )

  it.skipIf(xenalyze === undefined)(`xenalyze sums up what the report says${when}`, () => {
    const { path, report } = recorded('credit2')
    const { status, stdout } = analyze('--summary', path)
    expect(status).toBe(0)
    const told = [...stdout.matchAll(/^\|-- Domain (\d+) --\|\n([^]*?)(?=^\|-- |(?![^]))/gm)].flatMap(
      ([, domid = '', text = '']) =>
        [...text.matchAll(/^-- v(\d+) --\n Runstates:\n +running: +\d+ +([\d.]+)s/gm)].map((vcpu) => ({
          name: `d${domid}v${vcpu[1] ?? ''}`,
          seconds: Number(vcpu[2])
        }))
    )
    const mine = report.domains.flatMap(({ domid, vcpus }) =>
      vcpus.map(({ vcpu, runningNs }) => ({ name: `d${domid}v${vcpu}`, runningNs }))
    )
    expect(told.filter(({ name }) => !name.startsWith('d32767')).length).toBe(6)
    for (const { name, seconds } of told) {
      if (name.startsWith('d32767')) continue
      const own = mine.find((other) => other.name === name)
      expect(Math.abs((own?.runningNs ?? -1) / 1e9 - seconds), name).toBeLessThanOrEqual(0.0101)
    }
  })

  it('a report made from the file gives every vCPU the time that the run gave it', () => {
    const { folder, report } = recorded('credit2')
    const read = xensim(['xentrace', 'x', '--report', 'json'], { cwd: folder })
    expect([read.code, read.err]).toEqual([0, ''])
    const told = JSON.parse(read.out) as Report
    expect(told.mismatchesTotal).toBe(0)
    const own = report.domains
    expect(told.domains.map(({ domid }) => domid)).toEqual(own.map(({ domid }) => domid))
    told.domains.forEach(({ vcpus }, i) =>
      vcpus.forEach(({ vcpu, runningNs, switchesIn }, j) => {
        const mine = own[i]?.vcpus[j]
        expect([vcpu, switchesIn]).toEqual([mine?.vcpu, mine?.switchesIn])
        // What one pCPU does after another at one instant is a nanosecond apart in the file; what runs on at
        // the end runs up to the last record.
        const lastNs = report.toNs - told.toNs
        expect(Math.abs(runningNs - (mine?.runningNs ?? 0))).toBeLessThanOrEqual(lastNs + 2 * switchesIn)
      })
    )
  })

  it('is not there unless it was asked for, and changes nothing', () => {
    const { folder } = recorded('credit2')
    const plain = xensim(['run', 's.json', '--trace', 't', '--report', 'json'], { cwd: folder })
    const both = xensim(['run', 's.json', '--trace', 'u', '--xentrace', 'x', '--report', 'json'], {
      cwd: folder
    })
    expect(both).toEqual(plain)
    expect(readFileSync(join(folder, 'u'), 'utf8')).toBe(readFileSync(join(folder, 't'), 'utf8'))
  })
})

describe('xensim xentrace', () => {
  const golden = fixturePath('rtds-sched.bin.gz')

  it('reports on a trace of a real host, and draws it', () => {
    const folder = scratch()
    const files = ['--timeline', 'l', '--perfetto', 'p']
    const { code, out, err } = xensim(['xentrace', golden, ...files], { cwd: folder })
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(': 17063 records, rtds, cycle counter at 2.300 GHz (measured by its switches)\n')
    expect(out).toMatch(/\n7\.98 s of recorded time on 4 pCPUs\n/)
    expect(out).toContain('1,737 in 1,842 decisions')
    expect(out).toContain('Of a trace: it tells no names')
    const svg = readFileSync(join(folder, 'l'), 'utf8')
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
    expect(svg).toContain('7.98 s of recorded time, one row per physical CPU')
    const perfetto = JSON.parse(readFileSync(join(folder, 'p'), 'utf8')) as { traceEvents: unknown[] }
    expect(perfetto.traceEvents.length).toBeGreaterThan(5_000)
  })

  it('dumps every record', () => {
    const { code, out } = xensim(['xentrace', golden, '--dump', '--cpu-hz', '2.3GHz'], { cwd: scratch() })
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines.length).toBe(17_063)
    expect(lines[0]).toBe(
      '     0.000000000 cpu3 rtds:budget_burn unit=0 dom=6 budget=0 delta=2947866 priority=0 extratime=0'
    )
    expect(lines).toContain('     0.000147868 cpu3 runstate_change running->runnable vcpu=0 dom=6')
  })

  it('a trace without switches needs to be told the speed of its counter', () => {
    const path = fixturePath('credit2-sched-min.bin.gz')
    const untold = xensim(['xentrace', path], { cwd: scratch() })
    expect(untold.code).toBe(2)
    expect(untold.err).toContain('say so with --cpu-hz')
    const { code, out } = xensim(['xentrace', path, '--cpu-hz', '2.3G'], { cwd: scratch() })
    expect(code).toBe(0)
    expect(out).toContain('decisions and context switches are not known')
  })

  it('reads a file that was cut off as far as it goes, and says so', () => {
    const { folder, path } = recorded('credit')
    const whole = readFileSync(path)
    writeFileSync(join(folder, 'cut'), whole.subarray(0, whole.length - 3))
    const { code, err } = xensim(['xentrace', 'cut'], { cwd: folder })
    expect(code).toBe(0)
    expect(err).toMatch(/^xensim xentrace: warning: cut: byte \d+: the file is cut off in a record\n$/)
  })

  it.each([
    [['none'], /none: No such file or directory/],
    [['s.json'], /s\.json: byte 0: not a trace/],
    [['damaged'], /damaged: byte 12: .*names domain 65535, which is no domid/],
    [['x', '--cpu-hz', 'fast'], /--cpu-hz: 'fast' is not a frequency such as 2\.3G/],
    [['x', '--cpu-hz', '0'], /--cpu-hz: '0' is out of range/],
    [['x', '--report', 'xml'], /--report: 'xml' is neither table nor json/]
  ])('%j is refused with place and reason', (argv, reason) => {
    const { folder, path } = recorded('null')
    const damaged = new Uint8Array(32)
    const words = [0x2001_f003, 0, 16, 0x9002_1011, 1, 0, 0xffff_0000]
    words.forEach((word, i) => {
      new DataView(damaged.buffer).setUint32(i * 4, word, true)
    })
    writeFileSync(join(folder, 'damaged'), damaged.subarray(0, 28))
    expect(existsSync(path)).toBe(true)
    const ended = xensim(['xentrace', ...argv], { cwd: folder })
    expect([ended.code, ended.out]).toEqual([2, ''])
    expect(ended.err).toMatch(reason)
  })
})
