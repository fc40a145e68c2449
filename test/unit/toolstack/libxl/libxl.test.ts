import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import { memoryViolations } from '../../../../src/memory/index.js'
import { emptyDomainConfig } from '../../../../src/toolstack/cfg/DomainConfig.js'
import type { DomainConfig, DomainType } from '../../../../src/toolstack/cfg/DomainConfig.js'
import {
  domainDestroy,
  domainInfo,
  domainPause,
  domainQualifierToDomid,
  domainRename,
  domainSchedParamsGet,
  domainSchedParamsSet,
  domainUnpause,
  getNumainfo,
  listVcpu,
  logText,
  nameToDomid,
  retrieveDomainConfiguration,
  schedCredit2ParamsGet,
  schedCredit2ParamsSet,
  setVcpuaffinity
} from '../../../../src/toolstack/index.js'
import { neededMemkb, shadowMemkb } from '../../../../src/toolstack/libxl/memoryNeed.js'
import { booted, environment, withDomain } from '../hosts.js'

const env = environment()
const host = withDomain(env, booted(env), 'd1', 'vcpus = 2')
const libxl = { env, host, options: { trace: false } }

const configOf = (type: DomainType, maxVcpus: number, maxMemkb: number, hap?: boolean): DomainConfig => {
  const config = emptyDomainConfig(type)
  return {
    ...config,
    createInfo: { type, ...(hap === undefined ? {} : { hap }) },
    buildInfo: { ...config.buildInfo, maxVcpus, maxMemkb }
  }
}

describe('memory that a domain takes (toolstack.md, test cases 1 and 2)', () => {
  it.each([
    ['hvm', 2, 1048576, true, 6144],
    ['hvm', 2, 1048576, false, 10240],
    ['pv', 1, 524288, undefined, 3072],
    ['pvh', 4, 4194304, true, 20480]
  ] as const)('paging pool: %s, %d vCPUs, %d KiB, hap %s: %d KiB', (type, vcpus, max, hap, pool) => {
    expect(shadowMemkb(configOf(type, vcpus, max, hap))).toBe(pool)
  })

  it.each([
    ['pv', 1, 524288, 528384],
    ['hvm', 2, 1048576, 1056768],
    ['pvh', 1, 1000000, 1007616]
  ] as const)('need: %s, %d vCPUs, %d KiB: %d KiB', (type, vcpus, max, need) => {
    expect(neededMemkb(configOf(type, vcpus, max))).toBe(need)
  })
})

describe('placement (toolstack.md §14)', () => {
  const wide = booted(env, {
    topology: { sockets: 2, coresPerSocket: 4, threadsPerCore: 1, nodesTotal: 2 },
    memoryBytes: 16 * 2 ** 30
  })
  const softOf = (...lines: ReadonlyArray<string>): ReadonlyArray<number> | undefined => {
    const vcpus = listVcpu(withDomain(env, wide, 'x', ...lines), 1)
    return E.isRight(vcpus) ? vcpus.right[0]?.soft : undefined
  }

  it('a domain that fits on a node prefers the pCPUs of one', () => {
    const soft = softOf('vcpus = 2', 'memory = 1024')
    expect([
      [0, 1, 2, 3],
      [4, 5, 6, 7]
    ]).toContainEqual(soft)
  })

  it('a domain that does not fit on a node prefers all', () => {
    expect(softOf('vcpus = 2', 'memory = 8192')).toHaveLength(8)
    expect(softOf('vcpus = 5')).toHaveLength(8)
  })

  it('a soft affinity of its own is left alone', () => {
    expect(softOf('vcpus = 1', 'cpus_soft = "2"')).toEqual([2])
  })

  it('domains go where fewer vCPUs may run', () => {
    let next = wide
    const nodes = ['a', 'b', 'c', 'd'].map((name, i) => {
      next = withDomain(env, next, name)
      const vcpus = listVcpu(next, i + 1)
      return E.isRight(vcpus) ? (vcpus.right[0]?.soft[0] ?? -1) : -1
    })
    expect(nodes.filter((first) => first === 0)).toHaveLength(2)
    expect(nodes.filter((first) => first === 4)).toHaveLength(2)
  })
})

describe('libxl', () => {
  it('a domain gives back all it took', () => {
    const before = booted(env)
    const gone = domainDestroy(libxl, 1)
    expect(E.isRight(gone.result)).toBe(true)
    expect(getNumainfo(gone.host)).toEqual(getNumainfo(before))
    expect(memoryViolations(gone.host.memory)).toEqual([])
    expect(E.isLeft(domainInfo(gone.host, 1))).toBe(true)
  })

  it('pauses are counted and taken back one by one', () => {
    const twice = domainPause({ ...libxl, host: domainPause(libxl, 1).host }, 1)
    const once = domainUnpause({ ...libxl, host: twice.host }, 1)
    expect(E.isRight(once.result) && domainInfo(once.host, 1)).toMatchObject({ right: { isPaused: true } })
    const none = domainUnpause({ ...libxl, host: once.host }, 1)
    expect(domainInfo(none.host, 1)).toMatchObject({ right: { isPaused: false } })
    const more = domainUnpause({ ...libxl, host: none.host }, 1)
    expect(more.result).toMatchObject({ left: { _tag: 'FAIL' } })
    expect(more.host).toBe(none.host)
  })

  it('names: one each, but anybody may have none', () => {
    const two = withDomain(env, host, 'd2')
    expect(domainRename({ ...libxl, host: two }, 2, 'd1').result).toMatchObject({ left: { _tag: 'INVAL' } })
    const unnamed = domainRename({ ...libxl, host: two }, 2, '').host
    expect(E.isRight(domainRename({ ...libxl, host: unnamed }, 1, '').result)).toBe(true)
    expect(nameToDomid(unnamed, 'd1')).toEqual(E.right(1))
    expect(domainQualifierToDomid(unnamed, '77')).toEqual(E.right(77))
    expect(domainQualifierToDomid(unnamed, '0x1')).toMatchObject({ left: { _tag: 'INVAL' } })
  })

  it('weights and caps: what is absent stays as it is', () => {
    const set = domainSchedParamsSet(libxl, 1, { weight: 512 })
    const capped = domainSchedParamsSet({ ...libxl, host: set.host }, 1, { cap: 200 })
    expect(domainSchedParamsGet(env, capped.host, 1)).toEqual(
      E.right({ sched: 'credit2', weight: 512, cap: 200 })
    )
    const foreign = domainSchedParamsSet(libxl, 1, { sched: 'credit', weight: 1 })
    expect(foreign.result).toMatchObject({ left: { _tag: 'FAIL' } })
    expect(retrieveDomainConfiguration(env, capped.host, 1)?.buildInfo.schedParams).toMatchObject({
      cap: 200
    })
  })

  it('the rate limit of a pool', () => {
    const set = schedCredit2ParamsSet(libxl, 0, { ratelimitUs: 0 })
    expect(schedCredit2ParamsGet(env, set.host, 0)).toEqual(E.right({ ratelimitUs: 0 }))
    expect(schedCredit2ParamsSet(libxl, 0, { ratelimitUs: 99 }).result).toMatchObject({
      left: { _tag: 'INVAL' }
    })
    expect(schedCredit2ParamsGet(env, host, 7)).toMatchObject({ left: { _tag: 'FAIL' } })
  })

  it('a soft affinity out of reach is taken, with a warning', () => {
    const pinned = setVcpuaffinity(libxl, 1, 0, { hard: [0], soft: [3] })
    expect(E.isRight(pinned.result)).toBe(true)
    expect(pinned.log.map(logText)).toEqual([
      'libxl: warning: libxl_sched.c:0:libxl__set_vcpuaffinity: Domain 1:' +
        'All cpus in soft affinity of vcpu 0 ' +
        'are unreachable. Only hard affinity will be considered for scheduling'
    ])
    expect(listVcpu(pinned.host, 1)).toMatchObject({ right: [{ hard: [0], soft: [3] }, {}] })
  })
})
