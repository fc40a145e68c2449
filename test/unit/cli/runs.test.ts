import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { decodeJournal, replay } from '../../../src/replay/index.js'
import { makeShellEnvironment } from '../../../src/shell/index.js'

import { endOf, scratch, startXensim, xensim } from './bundle.js'

const hog = { program: 'hog', config: { phaseNs: '1s' } }

const scenario = {
  version: 1,
  name: 'two on one',
  topology: '1x1x1',
  memoryMiB: 4096,
  cmdline: 'dom0_mem=512M',
  duration: '2s',
  files: [{ path: '/boot/guest', kind: 'kernel', bytes: 1000 }],
  domains: [
    { name: 'heavy', cfg: 'heavy.cfg', overrides: ['cpu_weight=512'], workload: hog },
    { name: 'light', workload: hog }
  ],
  events: [{ at: '1s', op: 'pause', domain: 'heavy' }]
}
const heavyCfg = 'name="heavy"\ntype="pvh"\nkernel="/boot/guest"\nmemory=128\n'

const place = (changed: object = {}): string => {
  const folder = scratch()
  writeFileSync(join(folder, 'heavy.cfg'), heavyCfg)
  writeFileSync(join(folder, 's.json'), JSON.stringify({ ...scenario, ...changed }))
  return folder
}

interface Summary {
  readonly toNs: number
  readonly mismatchesTotal: number
  readonly domains: ReadonlyArray<{
    readonly name: string
    readonly runningNs: number
    readonly weight: number
  }>
}

const summaryOf = (text: string): Summary => JSON.parse(text) as Summary

const allFiles = ['--trace', 't', '--timeline', 'l', '--perfetto', 'p', '--journal', 'j']

describe('xensim run', () => {
  it('boots, creates from files and inline, carries out what is planned, and reports', () => {
    const { code, out, err } = xensim(['run', 's.json', '--report', 'json'], { cwd: place() })
    expect([code, err]).toEqual([0, ''])
    const { toNs, mismatchesTotal, domains } = summaryOf(out)
    expect([toNs, mismatchesTotal]).toEqual([2_000_000_000, 0])
    const [dom0, heavy, light] = domains
    expect([dom0?.name, heavy?.name, light?.name]).toEqual(['Domain-0', 'heavy', 'light'])
    expect(heavy?.weight).toBe(512)
    // Two thirds of the first second, nothing of the second.
    expect((heavy?.runningNs ?? 0) / 1e9).toBeCloseTo(2 / 3, 2)
    expect((light?.runningNs ?? 0) / 1e9).toBeCloseTo(1 + 1 / 3, 2)
  })

  it('prints a table for people', () => {
    const { code, out } = xensim(['run', 's.json'], { cwd: place() })
    expect(code).toBe(0)
    expect(out).toMatch(/^2\.00 s of virtual time on 1 pCPUs\n/)
    expect(out).toContain('heavy')
  })

  it('without a domain 0 is a laboratory', () => {
    const { code, out } = xensim(['run', 's.json', '--report', 'json'], {
      cwd: place({ dom0: false, domains: scenario.domains.slice(1), events: [] })
    })
    expect(code).toBe(0)
    expect(summaryOf(out).domains.map(({ name, runningNs }) => [name, runningNs])).toEqual([['light', 2e9]])
  })

  it('writes trace, pictures and a journal that replays with every digest', () => {
    const folder = place()
    expect(xensim(['run', 's.json', ...allFiles], { cwd: folder }).code).toBe(0)
    expect(readdirSync(folder).sort()).toEqual(['heavy.cfg', 'j', 'l', 'p', 's.json', 't'])
    const [header, ...lines] = readFileSync(join(folder, 't'), 'utf8').trimEnd().split('\n')
    expect(JSON.parse(header ?? '')).toMatchObject({ format: 'xensim-trace', version: 1 })
    expect(lines.length).toBeGreaterThan(100)
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('_tag')
    expect(readFileSync(join(folder, 'l'), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
    expect(JSON.parse(readFileSync(join(folder, 'p'), 'utf8'))).toHaveProperty('traceEvents')
    const { code, out } = xensim(['replay', 'j'], { cwd: folder })
    expect(code).toBe(0)
    expect(out).toMatch(
      /^j: \d+ inputs replayed up to 2000000000 ns of virtual time, (\d+) of \1 digests matched/
    )
  })

  it('says the same each time, and something else with another seed', () => {
    const random = {
      program: 'random',
      config: { run: { _tag: 'Exponential', meanNs: '1ms' }, block: '1ms' }
    }
    const folder = place({ domains: [{ name: 'r', workload: random }], events: [] })
    const journalOf = (...argv: ReadonlyArray<string>): string => {
      xensim(['run', 's.json', '--journal', 'j', ...argv], { cwd: folder })
      return readFileSync(join(folder, 'j'), 'utf8')
    }
    const first = journalOf()
    expect(journalOf()).toBe(first)
    expect(journalOf('--seed', '0')).toBe(first)
    expect(journalOf('--seed', '1')).not.toBe(first)
  })

  it('shows no bar in a pipe', () => {
    expect(xensim(['run', 's.json'], { cwd: place({ duration: '100s' }) }).err).toBe('')
  })

  it('interrupted by Ctrl-C, ends in good order with a journal of what has run', async () => {
    const folder = place({ duration: '1000h' })
    const child = startXensim(['run', 's.json', '--report', 'json', ...allFiles], folder)
    const end = endOf(child)
    await sleep(1500)
    child.kill('SIGINT')
    const { code, out, err } = await end
    expect([code, err.startsWith('interrupted at ')]).toEqual([130, true])
    const { toNs } = summaryOf(out)
    expect(toNs).toBeGreaterThan(0)
    const env = makeShellEnvironment()
    const decoded = decodeJournal(env, readFileSync(join(folder, 'j'), 'utf8'), 'j')
    if (decoded._tag === 'Left') throw new Error(decoded.left.reason)
    expect(decoded.right.warning).toBeNull()
    const replayed = replay(env, decoded.right.journal)
    expect(replayed).toMatchObject({ _tag: 'Matched', host: { nowNs: toNs } })
    expect(readdirSync(folder).sort()).toEqual(['heavy.cfg', 'j', 'l', 'p', 's.json', 't'])
  })

  const bad: ReadonlyArray<readonly [string, object | string, number, RegExp]> = [
    ['is not JSON', '{"version":1,', 2, /s\.json:1:\d+: not JSON/],
    ['is of a newer version', { version: 2 }, 2, /s\.json:1:\d+: version 2 .*newer/],
    ['has an unknown key', { colour: 'red' }, 2, /s\.json:.*colour/],
    ['has a topology of zero', { topology: '0x1x1' }, 2, /s\.json:.*topology: sockets has to be at least 1/],
    [
      'has a number past 2^53',
      JSON.stringify(scenario).replace('{', '{"seed":9007199254740993,'),
      2,
      /s\.json:.*seed/
    ],
    ['has weight 0', { domains: [{ name: 'x', weight: 0 }], events: [] }, 2, /s\.json:.*weight/],
    [
      'names a domain that is not there',
      { events: [{ at: '1s', op: 'pause', domain: 'x' }] },
      2,
      /s\.json:.*"?x"?/
    ],
    ['has a name twice', { domains: [{ name: 'x' }, { name: 'x' }], events: [] }, 2, /s\.json:.*x/],
    [
      'names a missing cfg',
      { domains: [{ name: 'x', cfg: 'none.cfg' }], events: [] },
      2,
      /none\.cfg: No such file/
    ],
    ['asks for too little memory', { memoryMiB: 1 }, 2, /s\.json: memory: 1048576 bytes are too little/],
    ['asks for what is not built', { cmdline: 'dom0=pvh' }, 2, /NotImplemented: dom0=pvh/],
    ['has a cfg with a missing kernel', { files: [] }, 1, /domain heavy: xl create heavy\.cfg failed \(3\)/],
    [
      'has a cfg that is refused',
      { domains: [{ name: 'x', cfg: 's.json' }], events: [] },
      1,
      /xl create s\.json failed/
    ]
  ]
  it.each(bad)(
    'a scenario that %s is told file, place and reason, and leaves no file',
    (_name, given, code, reason) => {
      const folder = place(typeof given === 'string' ? {} : given)
      if (typeof given === 'string') writeFileSync(join(folder, 's.json'), given)
      writeFileSync(join(folder, 'j'), 'as it was')
      const ended = xensim(['run', 's.json', ...allFiles], { cwd: folder })
      expect([ended.code, ended.out]).toEqual([code, ''])
      expect(ended.err).toMatch(reason)
      expect(ended.err).not.toContain('    at ')
      expect(readdirSync(folder).sort()).toEqual(['heavy.cfg', 'j', 's.json'])
      expect(readFileSync(join(folder, 'j'), 'utf8')).toBe('as it was')
    }
  )

  it.each([
    [['none.json'], 2, 'xensim run: none.json: No such file or directory'],
    [['s.json', '--report', 'xml'], 2, "--report: 'xml' is neither table nor json"],
    [['s.json', '--seed', 'x'], 2, "--seed: 'x' is not a whole number"],
    [['s.json', '--journal', '/nowhere/j'], 1, '--journal: /nowhere/j: No such file or directory']
  ])('%j ends with %d and "%s"', (argv, code, reason) => {
    const ended = xensim(['run', ...argv], { cwd: place() })
    expect([ended.code, ended.out]).toEqual([code, ''])
    expect(ended.err).toContain(reason)
  })
})

describe('xensim replay', () => {
  const recorded = (): string => {
    const folder = place()
    xensim(['run', 's.json', '--journal', 'j'], { cwd: folder })
    return folder
  }

  it('shows the host at a time', () => {
    const { code, out } = xensim(['replay', 'j', '--at', '1.5s'], { cwd: recorded() })
    expect(code).toBe(0)
    expect(out).toMatch(/\nat 1500000000 ns the digest is [0-9a-f]{16}\n/)
    expect(out).toMatch(/\nheavy +1 +12\d +1 +--p--- +0\.7\n/)
  })

  it('finds the first instant at which something holds', () => {
    const folder = recorded()
    const found = xensim(['replay', 'j', '--bisect', 'nowNs >= 1.2s'], { cwd: folder })
    expect([found.code, found.err]).toEqual([0, ''])
    expect(found.out).toMatch(
      /\nfirst at 12\d+ ns, in input \d+ \(Advance to 1[23]00000000 ns\): nowNs >= 1\.2s\n$/
    )
    expect(xensim(['replay', 'j', '--bisect', 'domainsTotal > 9'], { cwd: folder })).toMatchObject({
      code: 1
    })
    const wrong = xensim(['replay', 'j', '--bisect', 'domainsTotal >'], { cwd: folder })
    expect([wrong.code, wrong.err.startsWith('xensim replay: --bisect: column ')]).toEqual([2, true])
  })

  it('shrinks to a journal that still shows it', () => {
    const folder = recorded()
    const { code, out, err } = xensim(['replay', 'j', '--shrink', 'exists domains[1]'], { cwd: folder })
    expect(code).toBe(0)
    expect(err).toMatch(/\n1 of \d+ inputs are left after \d+ runs\n$/)
    writeFileSync(join(folder, 'small'), out)
    expect(xensim(['replay', 'small'], { cwd: folder }).out).toMatch(/^small: 1 inputs replayed/)
  })

  it('compares with another journal', () => {
    const folder = recorded()
    expect(xensim(['replay', 'j', '--diff', 'j'], { cwd: folder })).toMatchObject({ code: 0 })
    writeFileSync(join(folder, 's.json'), JSON.stringify({ ...scenario, duration: '1s' }))
    xensim(['run', 's.json', '--journal', 'k'], { cwd: folder })
    const { code, out } = xensim(['replay', 'j', '--diff', 'k'], { cwd: folder })
    expect(code).toBe(1)
    expect(out.trimEnd().split('\n').length).toBeGreaterThan(1)
  })

  it('a journal that was tampered with differs, and is told where', () => {
    const folder = recorded()
    const text = readFileSync(join(folder, 'j'), 'utf8')
    const lines = text.split('\n')
    const at = lines.findIndex((line) => line.includes('"toNs":100000000'))
    lines[at] = (lines[at] ?? '').replace(
      /"digest":"(.)/,
      (_all, digit) => `"digest":"${digit === '0' ? '1' : '0'}`
    )
    writeFileSync(join(folder, 'j'), lines.join('\n'))
    const { code, out } = xensim(['replay', 'j'], { cwd: folder })
    expect(code).toBe(1)
    expect(out).toMatch(
      /^entry \d+ \(Advance to 100000000 ns\) differs in state after 0 ns, up to 100000000 ns/
    )
  })

  it('a journal that was cut off is replayed as far as it goes, with a warning', () => {
    const folder = recorded()
    const text = readFileSync(join(folder, 'j'), 'utf8')
    writeFileSync(join(folder, 'j'), text.slice(0, text.length - 30))
    const { code, err, out } = xensim(['replay', 'j'], { cwd: folder })
    expect(code).toBe(0)
    expect(err).toMatch(/^xensim replay: warning: /)
    expect(out).toMatch(/digests matched/)
  })

  it.each([
    ['none', [], 2, 'none: No such file or directory'],
    ['s.json', [], 2, 'expected "xensim-journal"'],
    ['new', [], 2, 'version 2 of xensim-journal is newer'],
    ['j', ['--at', '9s'], 2, '--at: the journal goes from 0 ns to 2000000000 ns'],
    ['j', ['--at', 'noon'], 2, "--at: 'noon' is not a duration"],
    ['j', ['--at', '1s', '--diff', 'j'], 2, '--at and --diff at a time'],
    ['j', ['--diff', 'none'], 2, 'none: No such file or directory']
  ])('%s %j ends with %d and "%s"', (name, argv, code, reason) => {
    const folder = recorded()
    const text = readFileSync(join(folder, 'j'), 'utf8')
    const end = text.indexOf('\n')
    const header = JSON.parse(text.slice(0, end)) as object
    writeFileSync(join(folder, 'new'), JSON.stringify({ ...header, version: 2 }) + text.slice(end))
    const ended = xensim(['replay', name, ...argv], { cwd: folder })
    expect(ended.code).toBe(code)
    expect(ended.err).toContain(reason)
  })
})
