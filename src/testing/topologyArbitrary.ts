/**
 * Arbitrary topologies and boot parameters.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'

import { schedParamsDefault } from '../abi/index.js'
import type { Granularity, SchedParams, Topology } from '../abi/index.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Topologies of at most `pcpusMax` pCPUs. Shrinks towards one pCPU; NUMA nodes towards one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const topologyArbitrary = (given: { readonly pcpusMax?: number } = {}): fc.Arbitrary<Topology> => {
  const { pcpusMax = 8 } = given
  const small = fc.nat({ max: pcpusMax - 1 })
  return fc.tuple(fc.nat({ max: 1 }), small, small, fc.boolean()).map(([t, c, s, hasNodes]) => {
    const threadsPerCore = Math.min(1 + t, pcpusMax)
    const coresPerSocket = 1 + (c % Math.floor(pcpusMax / threadsPerCore))
    const sockets = 1 + (s % Math.floor(pcpusMax / (threadsPerCore * coresPerSocket)))
    return { sockets, coresPerSocket, threadsPerCore, nodesTotal: hasNodes ? sockets : 1 }
  })
}

/**
 * Boot parameters: defaults first, then the values at which the rules change. With `withSwitchCost` a
 * context switch may take time; `granularities` are those drawn from.
 *
 * @category constructors
 * @since 0.1.0
 */
export const paramsArbitrary = (
  given: {
    readonly scheduler?: string
    readonly withSwitchCost?: boolean
    readonly granularities?: ReadonlyArray<Granularity>
  } = {}
): fc.Arbitrary<SchedParams> => {
  const { scheduler = schedParamsDefault.scheduler, withSwitchCost = false, granularities = ['cpu'] } = given
  return fc
    .record({
      granularity: fc.constantFrom(...granularities),
      ratelimitUs: fc.constantFrom(1000, 0, 100, 500, 2000, 5000, 20_000),
      smtPowerSavings: fc.boolean(),
      credit2Runqueue: fc.constantFrom('socket' as const, 'all', 'core', 'cpu', 'node'),
      credit2CpusPerRunqueueMax: fc.constantFrom(16, 2, 1),
      credit2MigrateResistUs: fc.constantFrom(500, 0, 2000),
      credit2LoadWindowShift: fc.constantFrom(30, 11, 18, 24),
      credit2LoadPrecisionShift: fc.constantFrom(18, 4, 10),
      credit2CapPeriodMs: fc.constantFrom(10, 1, 3),
      contextSwitchNs: withSwitchCost ? fc.constantFrom(0, 1000, 30_000) : fc.constant(0)
    })
    .map((changed) => ({ ...schedParamsDefault, scheduler, ...changed }))
}
