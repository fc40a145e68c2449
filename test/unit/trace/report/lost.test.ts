import { expect, it } from 'vitest'

import { transition } from '../../../../src/machine/index.js'
import { parseScenario, planInput, scenarioToPlan } from '../../../../src/replay/index.js'
import { bootScenario, makeShellEnvironment } from '../../../../src/shell/index.js'
import { addOutputs, emptyReport, reportTable, summarise } from '../../../../src/trace/index.js'

const scenario = (costs: object): string =>
  JSON.stringify({
    version: 1,
    topology: '2x1x2',
    memoryMiB: 256,
    duration: '100ms',
    dom0: false,
    costs,
    domains: ['0', '1', '2'].map((cpus, i) => ({
      name: `d${i + 1}`,
      memoryMiB: 16,
      cpus,
      workload: { program: 'hog' }
    })),
    events: [{ at: '50ms', op: 'pin', domain: 'd3', cpus: '3' }]
  })

const lostMs = (costs: object): readonly [ReadonlyArray<number>, string] => {
  const parsed = parseScenario(scenario(costs), 'lost.json')
  if (parsed._tag === 'Left') throw new Error(JSON.stringify(parsed.left))
  const plan = scenarioToPlan(parsed.right)
  const env = makeShellEnvironment()
  let { host } = bootScenario(env, plan)
  const report = emptyReport(host)
  for (const input of [planInput(plan)!, { _tag: 'Advance' as const, toNs: plan.durationNs }]) {
    const moved = transition(env, host, input, { trace: true })
    if (moved._tag === 'Left') throw new Error(moved.left._tag)
    host = moved.right[0]
    addOutputs(report, moved.right[1], host)
  }
  const summary = summarise(report, host)
  return [summary.domains.map(({ lostNs }) => lostNs / 1e6), reportTable(summary)]
}

it('tells what the costs of a scenario took: two busy threads of a core, and a move', () => {
  const [lost, text] = lostMs({ smtPercent: 100, migration: '2ms' })
  expect(lost).toEqual([50, 50, 2])
  expect(text).toContain('Lost to costs of the machine')
})

it('says nothing of it in the idealised machine', () => {
  const [lost, text] = lostMs({})
  expect(lost).toEqual([0, 0, 0])
  expect(text).not.toContain('Lost')
})
