/**
 * What the scheduler commands have in common (xl-commands.md §7): pools, listings, tables of weights.
 *
 * @since 0.1.0
 */
import type { DomainId } from '../../abi/index.js'
import { parseLeadingInt } from '../cfg/cNumber.js'
import { listDomain } from '../libxl/DomInfo.js'
import { domidToName } from '../libxl/names.js'
import { cpupoolQualifierToInfo, listCpupool } from '../libxl/pools.js'
import type { CpupoolInfo } from '../libxl/pools.js'
import { domainSchedParamsGet, domainSchedParamsSet } from '../libxl/sched.js'

import { left, right } from './format.js'
import { optionValue } from './getopt.js'
import type { FoundOption } from './getopt.js'
import { complain, libxlOf, print, printLog, resolveDomain, settle } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * How a command lists what its scheduler serves.
 *
 * @category model
 * @since 0.1.0
 */
export interface Listing {
  readonly sched: 'credit' | 'credit2' | 'rtds'
  readonly printPool: (run: XlRun, pool: CpupoolInfo) => void
  readonly head: string
  /** Prints the rows of a domain; the exit status. */
  readonly printDomain: (run: XlRun, domid: DomainId) => number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The head of tables of weights.
 *
 * @category constants
 * @since 0.1.0
 */
export const weightHead = `${left('Name', 33)} ${right('ID', 4)} ${right('Weight', 6)} ${right('Cap', 4)}`

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The pool that the user named; null after the message that there is none.
 *
 * @category transitions
 * @since 0.1.0
 */
export const poolNamed = (run: XlRun, text: string): CpupoolInfo | null => {
  const pool = cpupoolQualifierToInfo(run.host, text)
  if (pool === null) complain(run, `unknown cpupool '${text}'`)
  return pool
}

/**
 * Lists the pools of a scheduler with their domains, or only the pool that the user named; the exit status.
 *
 * @category transitions
 * @since 0.1.0
 */
export const listPools = (run: XlRun, poolText: string | undefined, listing: Listing): number => {
  const named = poolText === undefined ? undefined : poolNamed(run, poolText)
  if (named === null) return 1
  const pools = named === undefined ? listCpupool(run.host) : [named]
  for (const pool of pools) {
    if (pool.sched !== listing.sched) continue
    listing.printPool(run, pool)
    print(run, listing.head)
    for (const { cpupool, domid } of listDomain(run.host)) {
      if (cpupool === pool.poolid && listing.printDomain(run, domid) !== 0) return 1
    }
  }
  return 0
}

/**
 * Says that a pool's parameters can't be had, after the library's own lines.
 *
 * @category transitions
 * @since 0.1.0
 */
export const printUnavailable = (run: XlRun, poolName: string): void => {
  print(run, `Cpupool ${poolName}: [sched params unavailable]`)
}

/**
 * The parameters of a domain of the command's scheduler; null after a message.
 *
 * @category transitions
 * @since 0.1.0
 */
export const paramsWanted = (
  run: XlRun,
  domid: DomainId,
  wanted: Listing['sched']
): {
  readonly weight?: number
  readonly cap?: number
  readonly period?: number
  readonly budget?: number
} | null => {
  const params = domainSchedParamsGet(run.env, run.host, domid)
  if (params._tag === 'Left') {
    printLog(run, params.left.log)
    complain(run, 'libxl_domain_sched_params_get failed.')
    return null
  }
  if (params.right.sched === wanted) return params.right
  complain(run, `libxl_domain_sched_params_get returned ${params.right.sched} not ${wanted}.`)
  return null
}

/**
 * Prints the row of a domain in a table of weights; the exit status.
 *
 * @category transitions
 * @since 0.1.0
 */
export const printWeights = (run: XlRun, domid: DomainId, wanted: 'credit' | 'credit2'): number => {
  const params = paramsWanted(run, domid, wanted)
  if (params === null) return 1
  const { weight = 0, cap = 0 } = params
  const name = left(domidToName(run.host, domid) ?? '', 33)
  print(run, `${name} ${right(domid, 4)} ${right(weight, 6)} ${right(cap, 4)}`)
  return 0
}

/**
 * `-d`: the weight and the cap of a domain, shown or set; the exit status.
 *
 * @category transitions
 * @since 0.1.0
 */
export const weightsOfDomain = (
  run: XlRun,
  options: ReadonlyArray<FoundOption>,
  domainText: string,
  sched: 'credit' | 'credit2'
): number => {
  const domid = resolveDomain(run, domainText)
  if (domid === null) return 1
  const weightText = optionValue(options, 'w')
  const capText = optionValue(options, 'c')
  if (weightText === undefined && capText === undefined) {
    print(run, weightHead)
    return printWeights(run, domid, sched)
  }
  const set = domainSchedParamsSet(libxlOf(run), domid, {
    sched,
    ...unlessUnset('weight', weightText),
    ...unlessUnset('cap', capText)
  })
  if (settle(run, set)._tag === 'Right') return 0
  complain(run, 'libxl_domain_sched_params_set failed.')
  return 1
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** -1 is libxl's "leave it as it is". */
const unlessUnset = <K extends string>(key: K, text: string | undefined): { readonly [P in K]?: number } => {
  if (text === undefined) return {}
  const value = parseLeadingInt(text)
  return value === -1 ? {} : ({ [key]: value } as { readonly [P in K]?: number })
}
