/**
 * Reading what schedulers keep to themselves: through their own hooks, on an edit that is thrown away.
 *
 * @since 0.1.0
 */
import type { RealTimeParams } from '../../abi/index.js'
import type { Environment, Host } from '../../machine/index.js'
import type { DomainParams, PoolParams } from '../../sched/index.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The scheduling parameters of the domain in a slot of the scheduling tables.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainParamsOf = (env: Environment, host: Host, slot: number): DomainParams => {
  env.edit.open(host, null)
  try {
    const { x } = env.edit
    return x.schedulerOfPool(x.domains.read(slot).pool).getDomainParams(x, slot)
  } finally {
    env.edit.abandon()
  }
}

/**
 * The scheduling parameters of the pool in a slot; null when its scheduler has none.
 *
 * @category queries
 * @since 0.1.0
 */
export const poolParamsOf = (env: Environment, host: Host, slot: number): PoolParams | null => {
  env.edit.open(host, null)
  try {
    return env.edit.x.schedulerOfPool(slot).getPoolParams(env.edit.x, slot)
  } finally {
    env.edit.abandon()
  }
}

/**
 * The real-time parameters of the unit in a slot; null when its scheduler has none.
 *
 * @category queries
 * @since 0.1.0
 */
export const unitRealTimeOf = (env: Environment, host: Host, slot: number): RealTimeParams | null => {
  env.edit.open(host, null)
  try {
    const { x } = env.edit
    return x.schedulerOfUnit(slot).getRealTime?.(x, slot) ?? null
  } finally {
    env.edit.abandon()
  }
}
