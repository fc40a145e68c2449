/**
 * `xl sched-credit2` (xl-commands.md §7.2).
 *
 * @since 0.1.0
 */
import { parseLeadingInt } from '../cfg/cNumber.js'
import { cpupoolInfo } from '../libxl/pools.js'
import type { CpupoolInfo } from '../libxl/pools.js'
import { schedCredit2ParamsGet, schedCredit2ParamsSet } from '../libxl/sched.js'

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
  if (hasOption(options, 's')) return onePool(run, options, poolText)
  if (domainText !== undefined) return weightsOfDomain(run, options, domainText, 'credit2')
  return listPools(run, poolText, {
    sched: 'credit2',
    printPool,
    head: weightHead,
    printDomain: (to, domid) => printWeights(to, domid, 'credit2')
  })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** `-s`: the pool's own parameters, shown or set. */
const onePool = (run: XlRun, options: ReadonlyArray<FoundOption>, poolText: string | undefined): number => {
  const pool = poolText === undefined ? cpupoolInfo(run.host, 0) : poolNamed(run, poolText)
  if (pool === null) return 1
  const ratelimit = optionValue(options, 'r')
  if (ratelimit === undefined) {
    printPool(run, pool)
    return 0
  }
  const params = { ratelimitUs: parseLeadingInt(ratelimit) }
  const set = settle(run, schedCredit2ParamsSet(libxlOf(run), pool.poolid, params))
  if (set._tag === 'Right') return 0
  complain(run, 'libxl_sched_credit2_params_set failed.')
  return 1
}

const printPool = (run: XlRun, pool: CpupoolInfo): void => {
  const params = schedCredit2ParamsGet(run.env, run.host, pool.poolid)
  if (params._tag === 'Right') {
    print(run, `Cpupool ${pool.poolName}: ratelimit=${params.right.ratelimitUs}us`)
    return
  }
  printLog(run, params.left.log)
  complain(run, 'libxl_sched_credit2_params_get failed.')
  printUnavailable(run, pool.poolName)
}
