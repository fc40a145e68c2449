/**
 * `xl sched-rtds` (xl-commands.md §7.3).
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'

import type { DomainId } from '../../abi/index.js'
import { parseLeadingInt } from '../cfg/cNumber.js'
import type { LibxlError } from '../libxl/LibxlError.js'
import { domidToName } from '../libxl/names.js'
import type { CpupoolInfo } from '../libxl/pools.js'
import {
  vcpuSchedParamsGet,
  vcpuSchedParamsGetAll,
  vcpuSchedParamsSet,
  vcpuSchedParamsSetAll
} from '../libxl/vcpuSched.js'
import type { VcpuSchedParams } from '../libxl/vcpuSched.js'

import type { CommandProgram } from './Command.js'
import { left, right } from './format.js'
import { hasOption, optionValue } from './getopt.js'
import type { FoundOption } from './getopt.js'
import { listPools, paramsWanted } from './schedShared.js'
import { complain, libxlOf, print, printLog, resolveDomain, settle } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const schedRtds: CommandProgram = (run, { options }) => {
  const problem = rtdsProblem(options)
  if (problem !== null) {
    complain(run, problem)
    return 1
  }
  const domainText = optionValue(options, 'd')
  const vcpuTexts = optionValues(options, 'v')
  if (domainText === undefined) {
    const shape =
      vcpuTexts.length > 0
        ? { head: vcpuHead, printDomain: printAllVcpus }
        : { head: domainHead, printDomain }
    return listPools(run, optionValue(options, 'C'), { sched: 'rtds', printPool, ...shape })
  }
  const domid = resolveDomain(run, domainText)
  if (domid === null) return 1
  if (vcpuTexts.length === 0) {
    print(run, domainHead)
    return printDomain(run, domid)
  }
  if (hasOption(options, 'p')) return setVcpus(run, domid, options)
  print(run, vcpuHead)
  if (vcpuTexts.includes('all')) return printAllVcpus(run, domid)
  const params = vcpuSchedParamsGet(run.env, run.host, domid, vcpuTexts.map(parseLeadingInt))
  return printVcpus(run, domid, params, 'get')
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const nameHead = `${left('Name', 33)} ${right('ID', 4)}`
const timesHead = `${right('Period', 9)} ${right('Budget', 9)} ${right('Extratime', 10)}`
const domainHead = `${nameHead} ${timesHead}`
const vcpuHead = `${nameHead} ${right('VCPU', 4)} ${timesHead}`

const printPool = (run: XlRun, { poolName }: CpupoolInfo): void => {
  print(run, `Cpupool ${poolName}: sched=RTDS`)
}

/** The flag for extra time is not among what is read of a domain, and its unset value counts as yes. */
const printDomain = (run: XlRun, domid: DomainId): number => {
  const params = paramsWanted(run, domid, 'rtds')
  if (params === null) return 1
  const { period = 0, budget = 0 } = params
  const name = left(domidToName(run.host, domid) ?? '', 33)
  print(run, `${name} ${right(domid, 4)} ${right(period, 9)} ${right(budget, 9)} ${right('yes', 10)}`)
  return 0
}

const printAllVcpus = (run: XlRun, domid: DomainId): number =>
  printVcpus(run, domid, vcpuSchedParamsGetAll(run.env, run.host, domid), 'get_all')

const printVcpus = (
  run: XlRun,
  domid: DomainId,
  params: Either<LibxlError, ReadonlyArray<VcpuSchedParams>>,
  suffix: 'get' | 'get_all'
): number => {
  if (params._tag === 'Left') {
    printLog(run, params.left.log)
    complain(run, `libxl_vcpu_sched_params_${suffix} failed.`)
    return 1
  }
  const name = left(domidToName(run.host, domid) ?? '', 33)
  for (const { vcpuid, period, budget, extratime } of params.right) {
    const times = `${right(period, 9)} ${right(budget, 9)} ${right(extratime ? 'yes' : 'no', 10)}`
    print(run, `${name} ${right(domid, 4)} ${right(vcpuid, 4)} ${times}`)
  }
  return 0
}

/** The vCPU named k-th gets the k-th period, budget and flag. */
const setVcpus = (run: XlRun, domid: DomainId, options: ReadonlyArray<FoundOption>): number => {
  const numbers = (letter: string): ReadonlyArray<number> =>
    optionValues(options, letter).map(parseLeadingInt)
  const [periods, budgets, extratimes] = [numbers('p'), numbers('b'), numbers('e')]
  const at = (k: number): Omit<VcpuSchedParams, 'vcpuid'> => ({
    period: periods[k] ?? 0,
    budget: budgets[k] ?? 0,
    extratime: (extratimes[k] ?? 0) !== 0
  })
  const isAll = optionValues(options, 'v').includes('all')
  const set = isAll
    ? vcpuSchedParamsSetAll(libxlOf(run), domid, at(0))
    : vcpuSchedParamsSet(
        libxlOf(run),
        domid,
        numbers('v').map((vcpuid, k) => ({ vcpuid, ...at(k) }))
      )
  if (settle(run, set)._tag === 'Right') return 0
  complain(run, `libxl_vcpu_sched_params_${isAll ? 'set_all' : 'set'} failed.`)
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
