import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'

import { parseScenario } from '../../../../src/replay/scenario/parseScenario.js'
import { scenarioToJson } from '../../../../src/replay/scenario/scenarioToJson.js'

test('a printed scenario leaves out defaults and gives durations their units', () => {
  const text = JSON.stringify({
    version: 1,
    topology: '2x2x1',
    nodes: 2,
    memoryMiB: 64,
    duration: 90_000_000_000,
    dom0: {},
    domains: [
      {
        name: 'a',
        vcpus: 3,
        cpus: '3,0-1',
        workload: { program: 'periodic', config: { periodNs: 10_000_000, execution: 1500 } }
      }
    ],
    events: [{ at: 250_000, op: 'kick', domain: 'a', vcpu: 2 }]
  })
  const found = parseScenario(text, 'x')
  if (E.isLeft(found)) throw new Error('refused')
  expect(JSON.parse(scenarioToJson(found.right))).toEqual({
    version: 1,
    topology: '2x2x1',
    nodes: 2,
    memoryMiB: 64,
    duration: '90s',
    domains: [
      {
        name: 'a',
        vcpus: 3,
        cpus: '0-1,3',
        workload: {
          program: 'periodic',
          version: 1,
          config: {
            periodNs: '10ms',
            phaseNs: '0ns',
            execution: { _tag: 'Constant', valueNs: '1500ns' },
            deadlineNs: '10ms',
            overrun: 'AtOnce'
          }
        }
      }
    ],
    events: [{ at: '250us', op: 'kick', domain: 'a', vcpu: 2 }]
  })
})
