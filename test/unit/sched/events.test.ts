import { expect, test } from 'vitest'

import { advance } from '../../../src/machine/index.js'
import {
  labDomain,
  laboratoryMin,
  registryDefault,
  scriptVcpu,
  startLaboratory
} from '../../../src/testing/index.js'
import { eventName, recordsOf, traceClock } from '../../../src/trace/index.js'

/** Names and data of the records of a laboratory, those of credit2 apart. */
const coreRecords = (laboratory: typeof laboratoryMin): ReadonlyArray<readonly [string, ...number[]]> => {
  const started = startLaboratory(laboratory, registryDefault)
  if (started._tag === 'Left') throw new Error(started.left._tag)
  const [env, host] = started.right
  const ended = advance(env, host, laboratory.durationNs, { trace: true, events: true })
  if (ended._tag === 'Left') throw new Error(ended.left._tag)
  return recordsOf(ended.right[1], traceClock())
    .filter(({ event }) => event >>> 12 !== 0x22)
    .map(({ event, data }) => [eventName(event), ...data])
}

test('the life of a domain: made, weighed, woken, run, shut down by its guest, destroyed', () => {
  const dies = scriptVcpu([{ runNs: 100_000, then: { _tag: 'Shutdown', reason: 3 } }])
  const records = coreRecords({
    ...laboratoryMin,
    domains: [labDomain(7, [dies], { weight: 512 })],
    operations: [{ atNs: 500_000, operation: { _tag: 'DomainDestroy', domid: 7, inPlace: true } }]
  })
  const d7v0 = 7 * 0x1_0000
  const idle = 0x7fff
  const none = 0xffff_ffff
  expect(records).toEqual([
    ['domain_create', 7],
    ['dom_add', 7],
    ['adjdom', 7],
    ['wake', 7, 0],
    ['runstate_change', d7v0],
    ['switch_infprev', idle, 0, 0],
    ['switch_infnext', 7, 0, 0, 10_000_000],
    ['switch', idle, 0, 7, 0],
    ['runstate_change', idle * 0x1_0000],
    ['runstate_change', d7v0],
    ['shutdown', 7, 0, 3],
    ['sleep', 7, 0],
    ['switch_infprev', 7, 0, 100_000],
    ['switch_infnext', idle, 0, 100_000, none],
    ['switch', 7, 0, idle, 0],
    ['runstate_change', d7v0],
    ['runstate_change', idle * 0x1_0000],
    ['sleep', 7, 0],
    ['domain_destroy', 7],
    ['dom_rem', 7]
  ])
})
