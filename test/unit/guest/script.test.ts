import { expect, test } from 'vitest'

import type { GuestAction, PlainData } from '../../../src/abi/index.js'

import { alone, domain, ms, runDomains, spec } from './lab.js'

const phases = (...given: ReadonlyArray<readonly [runNs: number, then: GuestAction]>): PlainData => ({
  phases: given.map(([runNs, then]) => ({ runNs, then }))
})

test('the phases of a script come round again', () => {
  const load = spec('script', phases([1, { _tag: 'Go' }], [2, { _tag: 'Block', ns: 3 }]))
  expect(alone(load, 5).map(({ startNs, phase }) => [startNs, phase.runNs])).toEqual([
    [0, 1],
    [1, 2],
    [6, 1],
    [7, 2],
    [12, 1]
  ])
})

test('a script without phases halts', () => {
  expect(alone(spec('script', phases()), 3).map(({ phase }) => phase.then._tag)).toEqual(['Halt'])
})

test('a halt never comes round', () => {
  const load = spec('script', phases([ms, { _tag: 'Halt' }]))
  const { totals } = runDomains([domain(1, [load])], { durationNs: 50 * ms })
  expect(totals['1.0']).toMatchObject({ runningNs: ms, blockedNs: 49 * ms })
})

test('a time to wait until that has passed is no wait', () => {
  const load = spec('script', phases([2 * ms, { _tag: 'Until', atNs: ms }], [ms, { _tag: 'Halt' }]))
  const { totals } = runDomains([domain(1, [load])], { durationNs: 50 * ms })
  expect(totals['1.0']).toMatchObject({ runningNs: 3 * ms, switchesIn: 1 })
})

test('a script may shut its domain down', () => {
  const load = spec('script', phases([ms, { _tag: 'Shutdown', reason: 3 }]))
  const { outputs } = runDomains([domain(1, [load])], { durationNs: 50 * ms })
  expect(outputs).toContainEqual({ _tag: 'DomainShutdown', atNs: ms, domid: 1, reason: 3 })
})
