import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import type { Host } from '../../../src/machine/index.js'
import { knownDifferences } from './knownDifferences.js'
import type { FileName } from './knownDifferences.js'
import { bootRecorded, environment, monitorLog, replay } from './replay.js'
import type { CaptureFile, Compared } from './replay.js'

const read = (name: FileName): CaptureFile =>
  JSON.parse(readFileSync(new URL(`../../fixtures/xl/${name}.json`, import.meta.url), 'utf8')) as CaptureFile

const env = environment()

/** A machine on which so many domains have come and gone. */
const bootedAfter = (name: FileName, domainsBefore: number): Host => {
  const host = bootRecorded(env, read(name).meta.xen_commandline)
  return { ...host, domains: { ...host.domains, lastDomid: domainsBefore } }
}

/** The captures that differ are exactly the listed ones. */
const expectKnown = (name: FileName, compared: ReadonlyArray<Compared>): void => {
  const reasons = new Map(
    knownDifferences[name].flatMap(({ reason, numbers }) => numbers.map((n) => [n, reason]))
  )
  const surprises = compared.filter(({ number, isEqual }) => !isEqual && !reasons.has(number))
  expect(surprises, 'captures that differ and are not listed').toEqual([])
  const stale = compared.filter(({ number, isEqual }) => isEqual && reasons.has(number))
  expect(
    stale.map(({ number, cmd }) => `${number} ${cmd}`),
    'listed captures that are equal'
  ).toEqual([])
}

/** Numbers of processes and times of day differ. */
const withoutVariants = (line: string): string =>
  line.replace(/\[pid \d+\]/, '[pid 1]').replace(/suffix-\d{8}T\d{4}Z/, 'suffix-20260101T0000Z')

describe('xl answers as recorded', () => {
  const readset = replay(env, read('credit2-readset-0-to-4-domains'))

  it('reads hosts of 0 to 4 domains', () => {
    expectKnown('credit2-readset-0-to-4-domains', readset.compared)
    expect(readset.compared.filter(({ isEqual }) => isEqual)).toHaveLength(239)
  })

  it('changes domains, on the host that the reading left', () => {
    const { compared } = replay(env, read('credit2-mutations'), readset.host)
    expectKnown('credit2-mutations', compared)
  })

  it('refuses mistakes', () => {
    expectKnown('credit2-errors', replay(env, read('credit2-errors')).compared)
  })

  it('follows lives of domains', () => {
    const { compared } = replay(env, read('credit2-lifecycle'), bootedAfter('credit2-lifecycle', 2))
    expectKnown('credit2-lifecycle', compared)
  })

  it('logs the ends of domains that end by themselves', () => {
    const file = read('credit2-lifecycle')
    const logs = file.captures.flatMap(({ cmd, stdout = '' }) => {
      const name = /^cat \/var\/log\/xen\/xl-(a[4-8])\.log$/.exec(cmd ?? '')?.[1]
      return name === undefined ? [] : [{ name, lines: stdout.trimEnd().split('\n') }]
    })
    expect(logs).toHaveLength(5)
    for (const { name, lines } of logs) {
      const domid = Number(/\(domid (\d+)\)/.exec(lines[0] ?? '')?.[1])
      const got = monitorLog(env, bootedAfter('credit2-lifecycle', domid - 1), file, name)
      expect(got).toEqual(lines.map(withoutVariants))
    }
  })

  it('changes cpupools', () => {
    const { compared } = replay(
      env,
      read('credit2-mutations-cpupools'),
      bootedAfter('credit2-mutations-cpupools', 1)
    )
    expectKnown('credit2-mutations-cpupools', compared)
  })

  it('shows and sets what rtds guarantees, on a host under rtds', () => {
    const { compared } = replay(env, read('rtds-errors-rtds'), bootedAfter('rtds-errors-rtds', 8))
    expectKnown('rtds-errors-rtds', compared)
    expect(compared).toHaveLength(51)
  })

  it('compares every capture that is a plain xl command', () => {
    const numbers = readset.compared.map(({ number }) => number)
    expect(numbers).toHaveLength(258)
    expect(new Set(numbers).size).toBe(258)
  })

  it('tells a difference from none', () => {
    const file = read('credit2-readset-0-to-4-domains')
    const [first] = file.captures.filter(({ cmd }) => cmd === 'xl list')
    const bent = { ...first, stdout: first?.stdout?.replace('1024', '1025') ?? '' }
    const { compared } = replay(env, { ...file, captures: [{ ...first }, bent] })
    expect(compared.map(({ isEqual }) => isEqual)).toEqual([true, false])
  })
})
