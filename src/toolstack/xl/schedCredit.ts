/**
 * `xl sched-credit` (xl-commands.md §7.1).
 *
 * @since 0.1.0
 */
import { parseLeadingInt } from '../cfg/cNumber.js'
import { cpupoolInfo } from '../libxl/pools.js'
import type { CpupoolInfo } from '../libxl/pools.js'
import { schedCreditParamsGet, schedCreditParamsSet } from '../libxl/sched.js'
import type { SchedCreditParams } from '../libxl/sched.js'

import type { CommandProgram } from './Command.js'
import { hasOption, optionValue } from './getopt.js'
import type { FoundOption } from './getopt.js'
import {
  listPools,
  poolNamed,
  printUnavailable,
  printWeights,
  weightHead,
  weightsOfDomain
} from './schedShared.js'
import { complain, libxlOf, print, printLog, settle } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const schedCredit: CommandProgram = (run, { options }) => {
  const has = (...letters: ReadonlyArray<string>): boolean =>
    letters.some((letter) => hasOption(options, letter))
  const domainText = optionValue(options, 'd')
  const poolText = optionValue(options, 'p')
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
  if (has('s')) return onePool(run, options, poolText)
  if (domainText !== undefined) return weightsOfDomain(run, options, domainText, 'credit')
  return listPools(run, poolText, {
    sched: 'credit',
    printPool,
    head: weightHead,
    printDomain: (to, domid) => printWeights(to, domid, 'credit')
  })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** `-s`: the pool's own parameters, shown or set; what is not given stays as it is. */
const onePool = (run: XlRun, options: ReadonlyArray<FoundOption>, poolText: string | undefined): number => {
  const pool = poolText === undefined ? cpupoolInfo(run.host, 0) : poolNamed(run, poolText)
  if (pool === null) return 1
  if (!['t', 'r', 'm'].some((letter) => hasOption(options, letter))) {
    printPool(run, pool)
    return 0
  }
  const old = readPool(run, pool)
  if (old === null) return 1
  const given = (letter: string, unset: number): number => {
    const text = optionValue(options, letter)
    return text === undefined ? unset : parseLeadingInt(text)
  }
  const params: SchedCreditParams = {
    tsliceMs: given('t', old.tsliceMs),
    ratelimitUs: given('r', old.ratelimitUs),
    vcpuMigrDelayUs: given('m', old.vcpuMigrDelayUs)
  }
  if (settle(run, schedCreditParamsSet(libxlOf(run), pool.poolid, params))._tag === 'Right') return 0
  complain(run, 'libxl_sched_credit_params_set failed.')
  return 1
}

const printPool = (run: XlRun, pool: CpupoolInfo): void => {
  const params = readPool(run, pool)
  if (params === null) {
    printUnavailable(run, pool.poolName)
    return
  }
  const { tsliceMs, ratelimitUs, vcpuMigrDelayUs } = params
  const text = `tslice=${tsliceMs}ms ratelimit=${ratelimitUs}us migration-delay=${vcpuMigrDelayUs}us`
  print(run, `Cpupool ${pool.poolName}: ${text}`)
}

/** Null after a message. */
const readPool = (run: XlRun, pool: CpupoolInfo): SchedCreditParams | null => {
  const params = schedCreditParamsGet(run.env, run.host, pool.poolid)
  if (params._tag === 'Right') return params.right
  printLog(run, params.left.log)
  complain(run, 'libxl_sched_credit_params_get failed.')
  return null
}
