import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { commands } from '../../../src/cli/commands.js'
import { dispatch } from '../../../src/cli/dispatch.js'

const call = async (...argv: ReadonlyArray<string>) => {
  const said = { out: '', err: '' }
  const code = await dispatch(argv, {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    environment: {}
  })
  return { code, ...said }
}

describe('the command xensim', () => {
  it.each(commands.map(({ name }) => name))('says what %s does and which options it has', async (name) => {
    const { code, out, err } = await call(name, '--help')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(new RegExp(`^Usage: xensim ${name} `))
    for (const option of commands.find((other) => other.name === name)?.spec.options ?? []) {
      expect(out).toContain(`--${option.name}`)
    }
    expect((await call('help', name)).out).toBe(out)
  })

  it('has the subcommands of the contract', () => {
    expect(commands.map(({ name }) => name).sort()).toEqual(
      ['advance', 'boot', 'conform', 'replay', 'run', 'xenstored', 'xentrace', 'xl'].sort()
    )
  })

  it('lists its subcommands', async () => {
    const { code, out } = await call('--help')
    expect(code).toBe(0)
    for (const { name, summary } of commands) {
      expect(out).toContain(`  ${name} `)
      expect(out).toContain(summary)
    }
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
  })

  it('tells the version of the package', async () => {
    const manifest = readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')
    const { version } = JSON.parse(manifest) as { version: string }
    expect((await call('--version')).out).toBe(`${version}\n`)
  })

  it.each([
    [[], 'no command'],
    [['bot'], "unknown command 'bot'"],
    [['--bot'], "unknown option '--bot'"],
    [['help', 'bot'], "unknown command 'bot'"],
    [['boot', '--colour', 'red'], 'xensim boot: unknown option --colour'],
    [['boot', 'extra'], "xensim boot: unexpected argument 'extra'"],
    [['advance', '-H', 'x'], 'xensim advance: DURATION is missing'],
    [['run'], 'xensim run: SCENARIO is missing'],
    [['replay'], 'xensim replay: JOURNAL is missing'],
    [['conform', 'sched'], "xensim conform: 'sched' FILE… is missing"],
    [['conform', 'memory', 'x'], "'memory' is not a kind of trace"]
  ])('%j is wrong usage: %s', async (argv, reason) => {
    const { code, out, err } = await call(...argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(reason)
  })

  it('says of xenstored that it is not implemented', async () => {
    const { code, err } = await call('xenstored', '-H', 'x', '--socket', 'y')
    expect(code).toBe(1)
    expect(err).toMatch(/NotImplemented: xenstore/)
  })
})
