import { once } from 'node:events'
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { beforeAll, describe, expect, it } from 'vitest'

import { endOf, scratch, startXensim, xensim } from './bundle.js'
import type { Ended } from './bundle.js'

const cfg = (name: string, more = ''): string =>
  `name="${name}"\ntype="pvh"\nkernel="/boot/guest"\nmemory=128\nextra="mode=busy"\n${more}\n`

const bootArguments = [
  ...['--topology', '2x2x1', '--numa', '2', '--memory', '6G', '--dom0-file', '/boot/guest=kernel,size=1M'],
  ...['--cmdline', 'dom0_mem=1G,max:1G dom0_max_vcpus=2']
]

/** A folder with a booted host and a configuration; `run` calls the command in it. */
interface Place {
  readonly folder: string
  readonly run: (...argv: ReadonlyArray<string>) => Ended
  readonly xl: (...argv: ReadonlyArray<string>) => Ended
}

let template = ''

beforeAll(() => {
  template = join(scratch(), 'host.json')
  const { code, err } = xensim(['boot', '-o', template, ...bootArguments])
  if (code !== 0) throw new Error(err)
})

const place = (): Place => {
  const folder = scratch()
  copyFileSync(template, join(folder, 'host.json'))
  writeFileSync(join(folder, 'a.cfg'), cfg('a'))
  const run = (...argv: ReadonlyArray<string>): Ended => xensim(argv, { cwd: folder })
  return { folder, run, xl: (...argv) => run('xl', '-H', 'host.json', ...argv) }
}

describe('xensim boot', () => {
  it('writes a host with what the command line says, and reports options as Xen does', () => {
    const folder = scratch()
    const argv = [
      'boot',
      '-o',
      'h.json',
      '--cmdline',
      'dom0_mem=512M,max:512M colour=red',
      '--topology',
      '1x2x2'
    ]
    const booted = xensim(argv, { cwd: folder })
    expect(booted).toEqual({ code: 0, out: '', err: '(XEN) parameter "colour" unknown!\n' })
    const listed = xensim(['xl', 'list'], { cwd: folder, env: { XENSIM_HOST: 'h.json' } })
    expect(listed.out).toMatch(/\nDomain-0 +0 +512 +4 /)
    const { out } = xensim(['xl', '-H', 'h.json', 'info'], { cwd: folder })
    expect(out).toMatch(/\nxen_commandline +: dom0_mem=512M,max:512M colour=red\n/)
    expect(out).toMatch(/\nthreads_per_core +: 2\n/)
    expect(readdirSync(folder)).toEqual(['h.json'])
  })

  it('writes the same file each time', () => {
    const folder = scratch()
    for (const name of ['1', '2']) xensim(['boot', '-o', name, ...bootArguments], { cwd: folder })
    expect(readFileSync(join(folder, '1'), 'utf8')).toBe(readFileSync(join(folder, '2'), 'utf8'))
  })

  it.each([
    [['--topology', '0x4x1'], 2, 'topology: sockets must be at least 1, not 0'],
    [['--topology', '1x0x1'], 2, 'topology: cores per socket must be at least 1, not 0'],
    [['--topology', '4x4'], 2, "--topology: '4x4' is not SOCKETSxCORESxTHREADS"],
    [['--topology', '64x64x2'], 2, "topology: 8192 pCPUs are more than Xen's 4095"],
    [['--numa', '3'], 2, 'topology: 4 pCPUs do not spread evenly over 3 NUMA nodes'],
    [['--numa', '0'], 2, 'topology: NUMA nodes must be at least 1, not 0'],
    [['--memory', '9007199254740993'], 2, "--memory: '9007199254740993' is too large: the limit is 2^53 - 1"],
    [['--memory', '16X'], 2, "--memory: '16X' is not a size such as 16G or 512M"],
    [['--memory', '4096'], 2, 'memory: 4096 bytes are too little for Xen and domain 0'],
    [['--seed', '-1'], 2, "--seed: '-1' is not a whole number"],
    [['--dom0-file', '/x'], 2, "--dom0-file: '/x' is not PATH=KIND[,size=N]"],
    [['--dom0-file', '/x=kernel,size=big'], 2, "--dom0-file /x: 'big' is not a size"],
    [['--dom0-file', '/x=cake'], 2, "--dom0-file: '/x=cake' is not PATH=KIND[,size=N]"],
    [['--cmdline', 'dom0=shadow'], 1, 'NotImplemented: dom0=shadow'],
    [['--cmdline', 'sched=credit2 dom0=pvh'], 1, 'NotImplemented: dom0=pvh'],
    [['--memory'], 2, 'option --memory needs a value']
  ])('%j ends with %d and "%s", and writes nothing', (argv, code, reason) => {
    const folder = scratch()
    const ended = xensim(['boot', '-o', 'h.json', ...argv], { cwd: folder })
    expect([ended.code, ended.out]).toEqual([code, ''])
    expect(ended.err).toContain(`xensim boot: ${reason}`)
    expect(readdirSync(folder)).toEqual([])
  })

  it('needs a file to write, in a folder that is there', () => {
    expect(xensim(['boot'])).toMatchObject({ code: 2, err: 'xensim boot: -o HOST is missing\n' })
    const { code, err } = xensim(['boot', '-o', '/nowhere/h.json'])
    expect([code, err]).toEqual([1, 'xensim boot: /nowhere/h.json: No such file or directory\n'])
  })
})

describe('xensim xl and advance', () => {
  it('create, let time pass, list, pause, destroy: a life in a file', () => {
    const { xl, run } = place()
    expect(xl('create', 'a.cfg')).toEqual({ code: 0, out: '', err: 'Parsing config from a.cfg\n' })
    expect(run('advance', '-H', 'host.json', '2.5s')).toEqual({ code: 0, out: '', err: '' })
    expect(xl('list', 'a').out).toMatch(/\na +1 +12[78] +1 +r----- +2.5\n$/)
    xl('pause', 'a')
    run('advance', '-H', 'host.json', '1s')
    expect(xl('list', 'a').out).toMatch(/ +--p--- +2.5\n$/)
    expect(xl('sched-credit2', '-d', 'a', '-w', '512').code).toBe(0)
    expect(xl('sched-credit2', '-d', 'a').out).toMatch(/\na +1 +512 +0\n$/)
    expect(xl('destroy', 'a').code).toBe(0)
    expect(xl('list').out).not.toContain('\na ')
  })

  it('stdout is byte for byte that of xl', () => {
    const { xl } = place()
    expect(xl('sched-credit2').out).toBe(
      'Cpupool Pool-0: ratelimit=1000us\n' +
        'Name                                ID Weight  Cap\n' +
        'Domain-0                             0    256    0\n'
    )
  })

  it('a command that changes nothing does not touch the file', () => {
    const { folder, xl } = place()
    const before = readFileSync(join(folder, 'host.json'))
    xl('list')
    xl('info')
    xl('pause', 'nobody')
    expect(readFileSync(join(folder, 'host.json')).equals(before)).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['a.cfg', 'host.json'])
  })

  const huge = '99999999999999999999'
  it.each([
    ['an unknown domain', ['pause', 'nobody'], 1, 'nobody is an invalid domain identifier (rc=-6)'],
    [
      'weight 0',
      ['sched-credit2', '-d', '0', '-w', '0'],
      1,
      'weight out of range, valid values are within range from 1 to 65535'
    ],
    ['weight 65536', ['sched-credit2', '-d', '0', '-w', '65536'], 1, 'weight out of range'],
    ['a cap above 100 x vCPUs', ['sched-credit2', '-d', '0', '-c', '201'], 1, 'cap out of range'],
    ['an unknown option', ['list', '--colour'], 2, 'not supported'],
    ['an unknown command', ['frobnicate'], 1, 'command not implemented'],
    ['a configuration that is not there', ['create', 'none.cfg'], 3, 'none.cfg: No such file or directory'],
    ['a malformed configuration', ['create', 'bad.cfg'], 1, 'bad.cfg'],
    ['a number past 2^53', ['sched-credit2', '-d', '0', '-w', huge], 1, 'weight out of range']
  ])(
    '%s has the message and the exit code of xl, and leaves the file as it was',
    (_name, argv, code, reason) => {
      const { folder, xl } = place()
      writeFileSync(join(folder, 'bad.cfg'), 'name = = "x"\nmemory = [')
      const before = readFileSync(join(folder, 'host.json'))
      const ended = xl(...argv)
      expect([ended.code, ended.err.includes(reason) ? reason : ended.err]).toEqual([code, reason])
      expect(readFileSync(join(folder, 'host.json')).equals(before)).toBe(true)
    }
  )

  it('a duplicate name is refused, and nothing but the domain id is used up', () => {
    const { xl } = place()
    xl('create', 'a.cfg')
    const again = xl('create', 'a.cfg')
    expect(again.code).toBe(3)
    expect(again.err).toContain('Domain with name "a" already exists.')
    expect(xl('list').out.trimEnd().split('\n').length).toBe(3)
  })

  it('a kernel that is not there fails as in real life; one on the real disk is found', () => {
    const { folder, xl } = place()
    writeFileSync(join(folder, 'b.cfg'), cfg('b').replace('/boot/guest', join(folder, 'vmlinuz')))
    expect(xl('create', 'b.cfg').code).not.toBe(0)
    writeFileSync(join(folder, 'vmlinuz'), 'kernel')
    expect(xl('create', 'b.cfg').code).toBe(0)
  })

  it.each([
    ['-5s', 2, "'-5s' goes back in time"],
    ['10', 2, "'10' is not a duration"],
    ['200000h', 2, '104 days'],
    [`${huge}ns`, 2, '104 days'],
    ['105d', 2, 'not a duration']
  ])('advance %s ends with %d and says %s', (duration, code, reason) => {
    const { folder, run } = place()
    const before = readFileSync(join(folder, 'host.json'))
    const ended = run('advance', '-H', 'host.json', duration)
    expect(ended.code).toBe(code)
    expect(ended.err).toContain(`xensim advance: DURATION: `)
    expect(ended.err).toContain(reason)
    expect(readFileSync(join(folder, 'host.json')).equals(before)).toBe(true)
  })

  it('virtual time ends after 104 days, also in small steps', () => {
    const { run } = place()
    expect(run('advance', '-H', 'host.json', '9007199254740991ns').code).toBe(0)
    expect(run('advance', '-H', 'host.json', '1ns')).toMatchObject({ code: 2 })
  })

  it('which host it is about has to be said', () => {
    expect(xensim(['xl', 'list'])).toMatchObject({ code: 2, out: '' })
    expect(xensim(['advance', '1s']).err).toContain('Give -H HOST or set XENSIM_HOST')
  })
})

describe('a host file that cannot be used', () => {
  const text = (): string => readFileSync(template, 'utf8')
  const cases: ReadonlyArray<readonly [string, () => string | null, RegExp]> = [
    ['is not there', () => null, /host\.json: No such file or directory/],
    ['is cut in half', () => text().slice(0, text().length / 2), /host\.json: byte \d+: /],
    ['is empty', () => '', /host\.json: /],
    ['is something else', () => '{"hello":1}', /host\.json: format: expected "xensim-host"/],
    [
      'is of a newer version',
      () => JSON.stringify({ ...(JSON.parse(text()) as object), version: 2 }),
      /version 2 of xensim-host is newer/
    ],
    ['was changed by hand', () => text().replace('Domain-0', 'Domain-X'), /host\.json: .*damaged/],
    ['has a number past 2^53', () => text().replace('"nowNs":0', '"nowNs":9007199254740993'), /host\.json: /]
  ]
  it.each(cases)('because it %s is named with place and reason, and left as it is', (_name, make, reason) => {
    const folder = scratch()
    const content = make()
    if (content !== null) writeFileSync(join(folder, 'host.json'), content)
    for (const argv of [
      ['xl', '-H', 'host.json', 'list'],
      ['advance', '-H', 'host.json', '1s']
    ]) {
      const ended = xensim(argv, { cwd: folder })
      expect([ended.code, ended.out]).toEqual([2, ''])
      expect(ended.err).toMatch(reason)
      expect(ended.err).not.toContain('    at ')
    }
    const path = join(folder, 'host.json')
    expect(existsSync(path) ? readFileSync(path, 'utf8') : null).toBe(content)
    expect(readdirSync(folder)).toEqual(content === null ? [] : ['host.json'])
  })
})

describe('several at once', () => {
  it('two writers of one host both have their say', async () => {
    const { folder, xl } = place()
    for (const name of ['b', 'c', 'd']) writeFileSync(join(folder, `${name}.cfg`), cfg(name))
    const names = ['a', 'b', 'c', 'd']
    const children = names.map((name) =>
      startXensim(['xl', '-H', 'host.json', 'create', `${name}.cfg`], folder)
    )
    const ended = await Promise.all(children.map(endOf))
    expect(ended.map(({ code, err }) => [code, err])).toEqual(
      names.map((n) => [0, `Parsing config from ${n}.cfg\n`])
    )
    const { out } = xl('list')
    for (const name of names) expect(out).toMatch(new RegExp(`\\n${name} `))
    expect(readdirSync(folder).filter((name) => name.startsWith('.') || name.includes('lock'))).toEqual([])
  })

  it('a reader that goes away early does not keep the host file from being written', async () => {
    const { folder, xl } = place()
    const child = startXensim(['xl', '-H', 'host.json', 'create', 'a.cfg'], folder)
    child.stdout?.destroy()
    child.stderr?.destroy()
    const [code] = (await once(child, 'exit')) as [number]
    expect(code).toBe(0)
    expect(xl('list', 'a').code).toBe(0)
  })

  it('a writer killed at any moment leaves the old host or the new one, and no lock', async () => {
    const { folder, xl } = place()
    xl('create', 'a.cfg')
    let weight = 256
    for (let round = 0; round < 30; round++) {
      const child = startXensim(
        ['xl', '-H', 'host.json', 'sched-credit2', '-d', 'a', '-w', String(300 + round)],
        folder
      )
      const end = endOf(child)
      await Promise.race([sleep(90 + ((round * 13) % 120)), once(child, 'exit')])
      child.kill('SIGKILL')
      await end
      const { code, out } = xl('sched-credit2', '-d', 'a')
      expect(code).toBe(0)
      const now = Number(/\na +1 +(\d+)/.exec(out)?.[1])
      expect([weight, 300 + round]).toContain(now)
      weight = now
    }
  })
})
