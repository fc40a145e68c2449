import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { formatScenarioError, parseScenario, scenarioToPlan } from '../../../src/replay/index.js'
import type { Scenario, ScenarioEvent } from '../../../src/replay/index.js'
import { bootScenario, makeShellEnvironment, paceDefault, playScenario } from '../../../src/shell/index.js'
import { startSession } from '../../../src/shell/index.js'
import { addOutputs, compareRecorded, emptyReport, summarise } from '../../../src/trace/index.js'
import type { RecordedSummary, RecordedVcpu } from '../../../src/trace/index.js'

const root = join(import.meta.dirname, '../../..')
const folder = join(root, 'examples/cpu-shares')
const files = readdirSync(folder).toSorted((a, b) => (a < b ? -1 : 1))

interface Capture {
  readonly note?: string
  readonly ms?: number
}

interface Golden {
  readonly captures: ReadonlyArray<Capture>
  readonly results: ReadonlyArray<{
    readonly label: string
    readonly pins: Readonly<Record<string, string>>
    readonly wall_s: number
    readonly delta: Readonly<Record<string, number>>
  }>
}

const goldenOf = (scheduler: string): Golden => {
  const path = join(root, `test/fixtures/cpu-shares/${scheduler}-shares.json.gz`)
  return JSON.parse(gunzipSync(readFileSync(path)).toString()) as Golden
}

const scenarioOf = (file: string): Scenario => {
  const parsed = parseScenario(readFileSync(join(folder, file), 'utf8'), file)
  if (parsed._tag === 'Left') throw new Error(formatScenarioError(parsed.left))
  return parsed.right
}

const compare = async (scenario: Scenario): Promise<RecordedSummary> => {
  const plan = scenarioToPlan(scenario)
  const env = makeShellEnvironment()
  const { host } = bootScenario(env, plan)
  const session = startSession(env, host)
  const report = emptyReport(host)
  const refusals: unknown[] = []
  session.subscribe((outputs, after) => {
    addOutputs(report, outputs, after)
    for (const output of outputs)
      if (output._tag === 'ControlDone' && output.errno !== null) refusals.push(output)
  })
  await playScenario(session, plan, new Map(), paceDefault)
  expect(refusals).toEqual([])
  if (scenario.recorded === null) throw new Error('nothing recorded')
  return compareRecorded(scenario.recorded, summarise(report, session.host()))
}

/** What of a comparison is outside the noise of the recording. */
const outside = ({ vcpus }: RecordedSummary): ReadonlyArray<string> =>
  vcpus.flatMap(({ domain, vcpu, share, part }) => [
    ...(share.isWithinNoise ? [] : [`share of ${domain}/${vcpu}`]),
    ...(part === null || part.isWithinNoise ? [] : [`part of ${domain}/${vcpu}`])
  ])

/** The reasons are in docs/against-the-machine.md, under these files. */
const exceptions: Readonly<Record<string, ReadonlyArray<string>>> = {
  'credit2-cap-150-two-vcpus.json': ['share of w3/0'],
  'credit2-weights-100-1000.json': ['share of w0/0'],
  'credit2-weights-128-256-512.json': ['share of w0/0'],
  'rtds-10-4-alone.json': ['share of w0/0'],
  'rtds-10-4-and-10-2.json': ['share of w0/0', 'share of w1/0'],
  'rtds-10-4-extra-alone.json': ['share of w0/0'],
  'rtds-10-4-extra-and-10-2.json': ['share of w1/0'],
  'rtds-overcommit-10-6-twice.json': ['share of w0/0', 'part of w0/0', 'share of w1/0', 'part of w1/0'],
  'rtds-two-vcpus-two-budgets.json': ['share of w3/1']
}

describe('the recordings of a running Xen', () => {
  it.each(['credit2', 'rtds'])(
    'of %s all have a scenario, with the figures of the recording',
    (scheduler) => {
      const golden = goldenOf(scheduler)
      const scenarios = files.filter((file) => file.startsWith(scheduler)).map(scenarioOf)
      expect(scenarios.map(({ name }) => name).toSorted()).toEqual(
        golden.results.map(({ label }) => `${scheduler}: ${label}`).toSorted()
      )
      for (const { label, pins, wall_s: wall, delta } of golden.results) {
        const scenario = scenarios.find(({ name }) => name === `${scheduler}: ${label}`)
        const from = golden.captures.findIndex(({ note }) => note === `scenario: ${label}`)
        const readings = ['before', 'after'].map(
          (note) => golden.captures.slice(from).find((capture) => capture.note === note)?.ms ?? 0
        )
        expect(scenario?.domains.map(({ name }) => name)).toEqual(Object.keys(pins).toSorted())
        expect(scenario?.durationNs).toBe(Math.round(wall * 1000) * 1_000_000)
        expect(scenario?.recorded).toMatchObject({
          elapsedNs: Math.round(wall * 1000) * 1_000_000,
          resolutionNs: 100_000_000,
          readingsNs: ((readings[0] ?? 0) + (readings[1] ?? 0)) * 1_000_000,
          vcpus: Object.entries(delta)
            .filter(([name]) => !name.startsWith('Domain-0'))
            .map(([name, seconds]) => ({
              domain: name.split('/v')[0],
              vcpu: Number(name.split('/v')[1]),
              cpuNs: Math.round(seconds * 10) * 100_000_000
            }))
        })
      }
    }
  )

  it.each(files)('%s: ours is within the noise, but for what is documented', async (file) => {
    expect(outside(await compare(scenarioOf(file)))).toEqual(exceptions[file] ?? [])
  })

  it('every exception is documented', () => {
    const text = readFileSync(join(root, 'docs/against-the-machine.md'), 'utf8')
    for (const file of Object.keys(exceptions)) expect(text).toContain(file.replace('.json', ''))
  })

  it('rtds: two overcommitted servers share 60/40, and a disturbance may turn that round', async () => {
    const scenario = scenarioOf('rtds-overcommit-10-6-twice.json')
    const parts: number[] = []
    for (let ms = 0; ms < 10; ms += 1) {
      const events: ReadonlyArray<ScenarioEvent> = [
        ...scenario.events,
        { _tag: 'pause', atNs: 3_000_000, domain: 'w0' },
        { _tag: 'unpause', atNs: (3 + ms) * 1_000_000, domain: 'w0' }
      ]
      const { vcpus } = await compare({ ...scenario, events })
      parts.push(Math.round(((vcpus[0] as RecordedVcpu).part?.ours ?? 0) * 100))
    }
    // One pause of w0, of any length: it goes on in either way, and in no third.
    expect([...new Set(parts)].toSorted((a, b) => a - b)).toEqual([40, 60])
    const [first] = (await compare(scenario)).vcpus
    expect(Math.round((first?.part?.ours ?? 0) * 100)).toBe(60)
    expect(first?.part?.recorded).toBeGreaterThan(0.4)
    expect(first?.part?.recorded).toBeLessThan(0.6)
  })
})
