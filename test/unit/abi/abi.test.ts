import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import {
  coreInSocketOf,
  coreOf,
  nodeOf,
  normaliseSchedParams,
  schedParamsDefault,
  socketOf,
  topology
} from '../../../src/abi/index.js'

const two = { sockets: 2, coresPerSocket: 4, threadsPerCore: 2, nodesTotal: 2 }

describe('a topology', () => {
  it('numbers pCPUs by socket, core and thread', () => {
    expect([0, 1, 2, 7, 8, 15].map((pcpu) => socketOf(two, pcpu))).toEqual([0, 0, 0, 0, 1, 1])
    expect([0, 1, 2, 7, 8, 15].map((pcpu) => coreOf(two, pcpu))).toEqual([0, 0, 1, 3, 4, 7])
    expect([0, 8, 15].map((pcpu) => coreInSocketOf(two, pcpu))).toEqual([0, 0, 3])
    expect([0, 7, 8, 15].map((pcpu) => nodeOf(two, pcpu))).toEqual([0, 0, 1, 1])
  })
  it('of zero is refused', () => {
    expect(topology({ ...two, sockets: 0 })).toEqual(
      E.left({ _tag: 'NotAPositiveInteger', field: 'sockets', value: 0 })
    )
  })
  it.each([1.5, NaN, -1, Infinity])('with %d threads a core is refused', (threadsPerCore) => {
    expect(E.isLeft(topology({ ...two, threadsPerCore }))).toBe(true)
  })
  it('has at most 4,095 pCPUs', () => {
    expect(topology({ sockets: 64, coresPerSocket: 64, threadsPerCore: 1, nodesTotal: 1 })).toMatchObject({
      left: { _tag: 'TooManyPcpus' }
    })
    expect(E.isRight(topology({ sockets: 1, coresPerSocket: 4095, threadsPerCore: 1, nodesTotal: 1 }))).toBe(
      true
    )
  })
  it('spreads pCPUs evenly over nodes', () => {
    expect(topology({ ...two, nodesTotal: 3 })).toMatchObject({ left: { _tag: 'UnevenNodes' } })
  })
})

describe('boot parameters out of range', () => {
  it.each([
    ['ratelimitUs', 50, 1000],
    ['ratelimitUs', 500_001, 1000],
    ['ratelimitUs', 0, 0],
    ['credit2LoadWindowShift', 10, 30],
    ['credit2LoadPrecisionShift', 3, 4],
    ['credit2CapPeriodMs', 0, 10],
    ['creditTimesliceMs', 1001, 30],
    ['vcpuMigrationDelayUs', 100_001, 0],
    ['loadBalanceRatelimitUs', 2_000_000, 1_000_000]
  ] as const)('%s = %d becomes %d', (name, given, expected) => {
    expect(normaliseSchedParams({ ...schedParamsDefault, [name]: given })[name]).toBe(expected)
  })
})
