/**
 * `xl sched-credit` and `xl sched-rtds` on hosts without these schedulers (xl-commands.md §7.1, §7.3): what
 * they list is nothing, and what they are told about a domain of another scheduler is refused in libxl's
 * words.
 *
 * @since 0.1.0
 */
import { parseLeadingInt } from '../cfg/cNumber.js'
import { errorLine } from '../libxl/LibxlError.js'
import { cpupoolInfo, cpupoolQualifierToInfo, listCpupool } from '../libxl/pools.js'
import { domainSchedParamsGet, domainSchedParamsSet } from '../libxl/sched.js'

import { notBuilt } from './Command.js'
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
export const schedCredit: CommandProgram = (run, { options }) => {
  if (listCpupool(run.host).some(({ sched }) => sched === 'credit')) return notBuilt(run, 'xl sched-credit')
  const has = (...letters: ReadonlyArray<string>): boolean =>
    letters.some((letter) => hasOption(options, letter))
  const domainText = optionValue(options, 'd')
  if (has('p', 's') && has('d', 'w', 'c')) {
    complain(run, 'Specifying a cpupool or schedparam is not allowed with domain options.')
    return 1
  }
  if (domainText === undefined && has('w', 'c')) {
    complain(run, 'Must specify a domain.')
    return 1
  }
  if (!has('s') && has('t', 'r', 'm')) {
    complain(run, 'Must specify schedparam to set schedule parameter values.')
    return 1
  }
  if (domainText !== undefined) return creditDomain(run, options, domainText)
  const poolText = optionValue(options, 'p')
  const pool = poolText === undefined ? cpupoolInfo(run.host, 0) : cpupoolQualifierToInfo(run.host, poolText)
  if (pool === null) {
    complain(run, `unknown cpupool '${poolText ?? ''}'`)
    return 1
  }
  return has('s') ? creditPool(run, pool.poolName, has('t', 'r', 'm')) : 0
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const schedRtds: CommandProgram = (run, { options }) => {
  if (listCpupool(run.host).some(({ sched }) => sched === 'rtds')) return notBuilt(run, 'xl sched-rtds')
  const problem = rtdsProblem(options)
  if (problem !== null) {
    complain(run, problem)
    return 1
  }
  const domainText = optionValue(options, 'd')
  if (domainText === undefined) return 0
  const domid = resolveDomain(run, domainText)
  if (domid === null) return 1
  const vcpuTexts = optionValues(options, 'v')
  if (vcpuTexts.length === 0) {
    print(run, `${left('Name', 33)} ${right('ID', 4)} ${right('Period', 9)} ${right('Budget', 9)}  Extratime`)
    return otherScheduler(run, domid, 'rtds')
  }
  const isSetting = hasOption(options, 'p')
  if (!isSetting) {
    const head = `${left('Name', 33)} ${right('ID', 4)} ${right('VCPU', 4)} ${right('Period', 9)}`
    print(run, `${head} ${right('Budget', 9)}  Extratime`)
  }
  const suffix = `${isSetting ? 'set' : 'get'}${vcpuTexts.includes('all') ? '_all' : ''}`
  const text = `per-VCPU parameter ${isSetting ? 'setting' : 'getting'} not supported for this scheduler`
  printLog(run, [errorLine(`libxl_sched.c:libxl_vcpu_sched_params_${suffix}`, domid, text)])
  complain(run, `libxl_vcpu_sched_params_${suffix} failed.`)
  return 1
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const creditDomain = (run: XlRun, options: ReadonlyArray<FoundOption>, domainText: string): number => {
  const domid = resolveDomain(run, domainText)
  if (domid === null) return 1
  if (!hasOption(options, 'w') && !hasOption(options, 'c')) {
    print(run, `${left('Name', 33)} ${right('ID', 4)} ${right('Weight', 6)} ${right('Cap', 4)}`)
    return otherScheduler(run, domid, 'credit')
  }
  settle(run, domainSchedParamsSet(libxlOf(run), domid, { sched: 'credit' }))
  complain(run, 'libxl_domain_sched_params_set failed.')
  return 1
}

const creditPool = (run: XlRun, poolName: string, isSetting: boolean): number => {
  const text = 'getting Credit scheduler parameters: Invalid argument'
  printLog(run, [errorLine('libxl_sched.c:libxl_sched_credit_params_get', null, text)])
  complain(run, 'libxl_sched_credit_params_get failed.')
  if (isSetting) return 1
  print(run, `Cpupool ${poolName}: [sched params unavailable]`)
  return 0
}

/** The domain has the parameters of another scheduler than the command's. */
const otherScheduler = (run: XlRun, domid: number, wanted: string): number => {
  const params = domainSchedParamsGet(run.env, run.host, domid)
  if (params._tag === 'Left') {
    printLog(run, params.left.log)
    complain(run, 'libxl_domain_sched_params_get failed.')
  } else complain(run, `libxl_domain_sched_params_get returned ${params.right.sched} not ${wanted}.`)
  return 1
}

const optionValues = (options: ReadonlyArray<FoundOption>, letter: string): ReadonlyArray<string> =>
  options.filter((option) => option.letter === letter).map(({ value }) => value)

const rtdsProblem = (options: ReadonlyArray<FoundOption>): string | null => {
  const count = (letter: string): number => optionValues(options, letter).length
  const isExtratimeBad = optionValues(options, 'e').some((text) => ![0, 1].includes(parseLeadingInt(text)))
  if (isExtratimeBad) return 'Invalid extratime.'
  const vcpus = optionValues(options, 'v')
  const hasAll = vcpus.includes('all')
  const numbered = vcpus.filter((text) => text !== 'all').length
  const [periods, budgets, extratimes] = [count('p'), count('b'), count('e')]
  const hasParams = periods + budgets + extratimes > 0
  const hasDomain = count('d') > 0
  if (count('C') > 0 && (hasDomain || hasParams || vcpus.length > 0)) {
    return 'Specifying a cpupool is not allowed with other options.'
  }
  if (!hasDomain && (hasParams || numbered > 0)) return 'Missing parameters.'
  if (hasDomain && vcpus.length === 0 && hasParams) return 'Must specify VCPU.'
  if (hasAll && numbered > 0) return 'Incorrect VCPU IDs.'
  const isShort = hasParams && numbered > Math.min(periods, budgets, extratimes)
  if (isShort || periods !== budgets || periods !== extratimes) {
    return 'Incorrect number of period, budget and extratime'
  }
  return null
}
