/**
 * Arbitrary laboratories for rtds: anything within limits, and sets of always-runnable units near the
 * utilisation up to which nobody may miss a deadline.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'

import type { DomainPlan, RealTimeParams } from '../abi/index.js'

import { labArbitrary } from './labArbitrary.js'
import type { LabLimits } from './labArbitrary.js'
import { labDomain, laboratoryMin, scriptVcpu } from './Laboratory.js'
import type { Laboratory, TimedOperation } from './Laboratory.js'
import { settle } from './settle.js'
import { taskSetArbitrary, utilisationMin, utilisationOne } from './taskSetArbitrary.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Real-time parameters from Xen's least ones to beyond the duration of a laboratory; budget and period are
 * often equal. Shrinks towards the defaults of rtds.
 *
 * @category constructors
 * @since 0.1.0
 */
export const realTimeParamsArbitrary = (
  isExtra: fc.Arbitrary<boolean> = fc.boolean().map((isOn) => !isOn)
): fc.Arbitrary<RealTimeParams> =>
  fc
    .record({
      periodUs: fc.oneof(
        { withCrossShrink: true },
        fc.constantFrom(10_000, 100, 1000, 3000, 50_000),
        fc.integer({ min: 100, max: 12_000 })
      ),
      // Thousandths of the period.
      part: fc.oneof(
        { withCrossShrink: true },
        fc.constantFrom(400, 1000),
        fc.integer({ min: 1, max: 1000 })
      ),
      isExtra
    })
    .map(({ periodUs, part, isExtra: isOn }) => ({
      periodUs,
      budgetUs: Math.max(10, Math.floor((periodUs * part) / 1000)),
      isExtra: isOn
    }))

/**
 * Laboratories under rtds: those of {@link labArbitrary}, with parameters for some vCPUs and operations that
 * change them. With `withExtratime` false nobody ever has extra time.
 *
 * @category constructors
 * @since 0.1.0
 */
export const realTimeLabArbitrary = (
  given: Partial<LabLimits> & { readonly withExtratime?: boolean } = {}
): fc.Arbitrary<Laboratory> => {
  const { withExtratime = true, ...limits } = given
  const isExtra = withExtratime ? fc.boolean().map((isOn) => !isOn) : fc.constant(false)
  const params = realTimeParamsArbitrary(isExtra)
  const some = withExtratime ? fc.option(params, { freq: 2 }) : params
  return fc
    .record({
      lab: labArbitrary({ ...limits, scheduler: 'rtds' }),
      list: fc.array(some, { minLength: 16, maxLength: 16 }),
      changes: fc.array(
        fc.record({
          atNs: fc.nat({ max: 40_000_000 }),
          domid: fc.nat({ max: 7 }),
          vcpu: fc.nat({ max: 3 }),
          params
        }),
        { maxLength: 4 }
      )
    })
    .map(({ lab, list, changes }) => {
      const withParams = (plan: DomainPlan, from: number): DomainPlan => ({
        ...plan,
        vcpus: plan.vcpus.map((vcpu, i) => {
          const realTime = list[(from + i) % list.length] ?? null
          return realTime === null ? vcpu : { ...vcpu, realTime }
        })
      })
      const operations = lab.operations.map(({ atNs, operation }): TimedOperation => ({
        atNs,
        operation:
          operation._tag === 'DomainBuild' ? { ...operation, plan: withParams(operation.plan, 7) } : operation
      }))
      const changed = changes.map(({ atNs, domid, vcpu, params: to }): TimedOperation => ({
        atNs,
        operation: { _tag: 'SchedVcpuRealTime', domid: domid + 1, vcpu, params: to }
      }))
      return settle({
        ...lab,
        domains: lab.domains.map((plan, i) => withParams(plan, 4 * i)),
        operations: [...operations, ...changed]
      })
    })
}

/**
 * Sets of units that want to run at any time from 10 ms on, one a domain, on 1 to `pcpusMax` pCPUs, whose
 * utilisations come as near to the bound `m - (m - 1) x max U` as `slackMax` thousandths: near-overload.
 *
 * @category constructors
 * @since 0.1.0
 */
export const nearOverloadArbitrary = (
  given: { readonly pcpusMax?: number; readonly slackMax?: number; readonly isExtra?: boolean } = {}
): fc.Arbitrary<Laboratory> => {
  const { pcpusMax = 4, slackMax = 0, isExtra = false } = given
  return fc
    .record({
      pcpus: fc.integer({ min: 1, max: pcpusMax }),
      units: fc.integer({ min: 2, max: 8 }),
      partMax: fc.integer({ min: 200, max: utilisationOne }),
      slack: fc.nat({ max: slackMax })
    })
    .chain(({ pcpus, units, partMax, slack }) => {
      const bound = pcpus * utilisationOne - (pcpus - 1) * partMax
      const total = Math.max(units * utilisationMin, Math.min(bound, units * partMax) - slack)
      return taskSetArbitrary({ total, partsTotal: units, partMax }).map((tasks) =>
        overloaded(pcpus, tasks, isExtra)
      )
    })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Always wants to run once the first period, which has the default parameters, is over. */
const fromFirstPeriod: Parameters<typeof scriptVcpu>[0] = [
  { runNs: 0, then: { _tag: 'Until', atNs: 10_000_000 } },
  { runNs: 1_000_000_000, then: { _tag: 'Go' } }
]

const overloaded = (pcpus: number, tasks: ReadonlyArray<RealTimeParams>, isExtra: boolean): Laboratory => ({
  ...laboratoryMin,
  params: { ...laboratoryMin.params, scheduler: 'rtds' },
  topology: { ...laboratoryMin.topology, coresPerSocket: pcpus },
  domains: tasks.map((realTime, i) =>
    labDomain(i + 1, [{ ...scriptVcpu(fromFirstPeriod), realTime: { ...realTime, isExtra } }])
  ),
  durationNs: 100_000_000
})
