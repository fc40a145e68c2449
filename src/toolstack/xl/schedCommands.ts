/**
 * `xl sched-credit2`, and what `xl sched-credit` and `xl sched-rtds` say on hosts without these schedulers
 * (xl-commands.md §7).
 *
 * @since 0.1.0
 */
import { parseLeadingInt } from '../cfg/cNumber.js'
import { listDomain } from '../libxl/DomInfo.js'
import { domidToName } from '../libxl/names.js'
import { cpupoolInfo, cpupoolQualifierToInfo, listCpupool } from '../libxl/pools.js'
import type { CpupoolInfo } from '../libxl/pools.js'
import {
  domainSchedParamsGet,
  domainSchedParamsSet,
  schedCredit2ParamsGet,
  schedCredit2ParamsSet
} from '../libxl/sched.js'

import type { CommandProgram } from './Command.js'
import { left, right } from './format.js'
import { hasOption, optionValue } from './getopt.js'
import type { FoundOption } from './getopt.js'
import { complain, libxlOf, print, printLog, resolveDomain, settle } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const schedCredit2: CommandProgram = (run, { options }) => {
  const domainText = optionValue(options, 'd')
  const poolText = optionValue(options, 'p')
  const hasParams = hasOption(options, 'w') || hasOption(options, 'c')
  if (poolText !== undefined && (domainText !== undefined || hasParams)) {
    complain(run, 'Specifying a cpupool is not allowed with other options.')
    return 1
  }
  if (domainText === undefined && hasParams) {
    complain(run, 'Must specify a domain.')
    return 1
  }
  if (hasOption(options, 's')) return credit2Pool(run, options, poolText)
  if (domainText !== undefined) return credit2Domain(run, options, domainText)
  const pools = poolsToList(run, poolText, 'credit2')
  if (pools === null) return 1
  for (const pool of pools) {
    printCredit2Pool(run, pool)
    print(run, weightHead)
    for (const info of listDomain(run.host)) {
      if (info.cpupool === pool.poolid) printWeights(run, info.domid)
    }
  }
  return 0
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const weightHead = `${left('Name', 33)} ${right('ID', 4)} ${right('Weight', 6)} ${right('Cap', 4)}`

/** The pools of a scheduler; of one name if one is given. Null after a message. */
const poolsToList = (
  run: XlRun,
  poolText: string | undefined,
  scheduler: string
): ReadonlyArray<CpupoolInfo> | null => {
  const named = poolText === undefined ? undefined : poolNamed(run, poolText)
  if (named === null) return null
  const pools = named === undefined ? listCpupool(run.host) : [named]
  return pools.filter(({ sched }) => sched === scheduler)
}

const poolNamed = (run: XlRun, text: string): CpupoolInfo | null => {
  const pool = cpupoolQualifierToInfo(run.host, text)
  if (pool === null) complain(run, `unknown cpupool '${text}'`)
  return pool
}

/** `-s`: the pool's own parameters, shown or set. */
const credit2Pool = (
  run: XlRun,
  options: ReadonlyArray<FoundOption>,
  poolText: string | undefined
): number => {
  const pool = poolText === undefined ? cpupoolInfo(run.host, 0) : poolNamed(run, poolText)
  if (pool === null) return 1
  const ratelimit = optionValue(options, 'r')
  if (ratelimit === undefined) {
    printCredit2Pool(run, pool)
    return 0
  }
  const params = { ratelimitUs: parseLeadingInt(ratelimit) }
  const set = settle(run, schedCredit2ParamsSet(libxlOf(run), pool.poolid, params))
  if (set._tag === 'Right') return 0
  complain(run, 'libxl_sched_credit2_params_set failed.')
  return 1
}

const printCredit2Pool = (run: XlRun, pool: CpupoolInfo): void => {
  const params = schedCredit2ParamsGet(run.env, run.host, pool.poolid)
  if (params._tag === 'Right') {
    print(run, `Cpupool ${pool.poolName}: ratelimit=${params.right.ratelimitUs}us`)
    return
  }
  printLog(run, params.left.log)
  complain(run, 'libxl_sched_credit2_params_get failed.')
  print(run, `Cpupool ${pool.poolName}: [sched params unavailable]`)
}

const credit2Domain = (run: XlRun, options: ReadonlyArray<FoundOption>, domainText: string): number => {
  const domid = resolveDomain(run, domainText)
  if (domid === null) return 1
  const weightText = optionValue(options, 'w')
  const capText = optionValue(options, 'c')
  if (weightText === undefined && capText === undefined) {
    print(run, weightHead)
    return printWeights(run, domid)
  }
  const set = domainSchedParamsSet(libxlOf(run), domid, {
    sched: 'credit2',
    ...unlessUnset('weight', weightText),
    ...unlessUnset('cap', capText)
  })
  if (settle(run, set)._tag === 'Right') return 0
  complain(run, 'libxl_domain_sched_params_set failed.')
  return 1
}

/** -1 is libxl's "leave it as it is". */
const unlessUnset = <K extends string>(key: K, text: string | undefined): { readonly [P in K]?: number } => {
  if (text === undefined) return {}
  const value = parseLeadingInt(text)
  return value === -1 ? {} : ({ [key]: value } as { readonly [P in K]?: number })
}

const printWeights = (run: XlRun, domid: number): number => {
  const params = domainSchedParamsGet(run.env, run.host, domid)
  if (params._tag === 'Left') {
    printLog(run, params.left.log)
    complain(run, 'libxl_domain_sched_params_get failed.')
    return 1
  }
  const { sched, weight = 0, cap = 0 } = params.right
  if (sched !== 'credit2') {
    complain(run, `libxl_domain_sched_params_get returned ${sched} not credit2.`)
    return 1
  }
  const name = left(domidToName(run.host, domid) ?? '', 33)
  print(run, `${name} ${right(domid, 4)} ${right(weight, 6)} ${right(cap, 4)}`)
  return 0
}
