import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import {
  domainSchedParamsGet,
  domainSchedParamsSet,
  schedCreditParamsGet,
  schedCreditParamsSet,
  vcpuSchedParamsGet,
  vcpuSchedParamsGetAll,
  vcpuSchedParamsSet,
  vcpuSchedParamsSetAll
} from '../../../../src/toolstack/index.js'
import type { Libxl } from '../../../../src/toolstack/index.js'
import { booted, environment, withDomain } from '../hosts.js'

const env = environment()

const libxlUnder = (sched: string): Libxl => {
  const host = booted(env, { commandLine: `dom0_mem=1G dom0_max_vcpus=2 sched=${sched}` })
  return { env, host: withDomain(env, host, 'd1', 'vcpus = 2'), options: { trace: false } }
}

describe('scheduling parameters of domains (scheduling.md §5.4)', () => {
  const rtds = libxlUnder('rtds')

  it('rtds: period and budget become those of all vCPUs, an absent one the default', () => {
    const set = domainSchedParamsSet(rtds, 1, { period: 30_000, extratime: 0, weight: 9 })
    expect(set.result).toEqual(E.right(undefined))
    expect(vcpuSchedParamsGetAll(env, set.host, 1)).toEqual(
      E.right([0, 1].map((vcpuid) => ({ vcpuid, period: 30_000, budget: 4000, extratime: true })))
    )
    expect(domainSchedParamsGet(env, set.host, 1)).toEqual(
      E.right({ sched: 'rtds', period: 10_000, budget: 4000 })
    )
  })

  it('rtds: libxl refuses what is out of its range, the hypervisor what is below 10 us', () => {
    expect(domainSchedParamsSet(rtds, 1, { budget: 10_001 }).result).toMatchObject({
      left: { _tag: 'INVAL' }
    })
    expect(domainSchedParamsSet(rtds, 1, { period: 0, budget: 0 }).result).toMatchObject({
      left: { _tag: 'INVAL' }
    })
    const tiny = domainSchedParamsSet(rtds, 1, { period: 9, budget: 9 })
    expect(tiny.result).toMatchObject({
      left: { _tag: 'FAIL', log: [{ text: 'Setting domain sched rtds: Invalid argument' }] }
    })
    expect(tiny.host).toBe(rtds.host)
  })

  it.each(['null', 'arinc653'])('%s: everything is accepted and nothing changes', (sched) => {
    const libxl = libxlUnder(sched)
    const set = domainSchedParamsSet(libxl, 1, { weight: 0, cap: 999, period: 0 })
    expect([set.result, set.host]).toEqual([E.right(undefined), libxl.host])
    expect(domainSchedParamsGet(env, libxl.host, 1)).toEqual(E.right({ sched }))
  })

  it('sedf is gone', () => {
    expect(domainSchedParamsSet(rtds, 1, { sched: 'sedf' }).result).toMatchObject({
      left: { _tag: 'FEATURE_REMOVED' }
    })
  })
})

describe('scheduling parameters of vCPUs', () => {
  const params = { period: 100, budget: 50, extratime: false }

  it('are known to rtds only', () => {
    const { host, ...libxl } = libxlUnder('credit')
    const refused = { left: { _tag: 'INVAL' } }
    expect(vcpuSchedParamsGet(env, host, 1, [0])).toMatchObject(refused)
    expect(vcpuSchedParamsGetAll(env, host, 1)).toMatchObject(refused)
    expect(vcpuSchedParamsSetAll({ ...libxl, host }, 1, params).result).toMatchObject(refused)
    expect(vcpuSchedParamsSet({ ...libxl, host }, 1, [{ vcpuid: 0, ...params }]).result).toMatchObject(
      refused
    )
  })

  it('of a domain that is not there', () => {
    expect(vcpuSchedParamsGetAll(env, libxlUnder('rtds').host, 7)).toMatchObject({
      left: { _tag: 'INVAL', log: [{ text: 'get domaininfo failed: No such process' }, {}] }
    })
  })
})

describe('parameters of a pool under credit', () => {
  const libxl = libxlUnder('credit')

  it('are set together', () => {
    const wanted = { tsliceMs: 2, ratelimitUs: 2000, vcpuMigrDelayUs: 100_000 }
    const set = schedCreditParamsSet(libxl, 0, wanted)
    expect(schedCreditParamsGet(env, set.host, 0)).toEqual(E.right(wanted))
  })

  it('are refused for a pool that is not there, or is under another scheduler', () => {
    const wanted = { tsliceMs: 2, ratelimitUs: 2000, vcpuMigrDelayUs: 0 }
    expect(schedCreditParamsSet(libxl, 7, wanted).result).toMatchObject({ left: { _tag: 'FAIL' } })
    expect(schedCreditParamsSet(libxlUnder('null'), 0, wanted).result).toMatchObject({
      left: { _tag: 'FAIL', log: [{ text: 'Setting Credit scheduler parameters: Invalid argument' }] }
    })
    expect(schedCreditParamsGet(env, libxl.host, 7)).toMatchObject({ left: { _tag: 'FAIL' } })
  })
})
