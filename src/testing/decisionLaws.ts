/**
 * Laws about decisions that hold under every scheduler.
 *
 * @since 0.1.0
 */
import { BitSet } from '../prelude/index.js'

import type { DecisionView, PoolState, TimerView, UnitState, WakeupView } from './HookView.js'
import type { Law } from './Law.js'
import type { Run } from './Run.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * An instant ends: pCPUs do not make each other, or themselves, decide again for ever.
 *
 * @category constants
 * @since 0.1.0
 */
export const instantsEnd: Law = {
  id: 'GEN-7',
  statement: 'an instant ends: no pCPU decides again and again while no time passes',
  appliesTo: () => true,
  violations: ({ endlessAtNs }) =>
    endlessAtNs === null ? [] : [{ atNs: endlessAtNs, text: 'pCPUs decide for ever and no time passes' }]
}

/**
 * C5: no unit is given a pCPU outside its hard affinity and its cpupool at the time of the decision; a pCPU
 * whose removal from its pool is unfinished goes on with what cannot leave it. arinc653 looks at the pool
 * only. (For credit2 this is its own P10.)
 *
 * @category constants
 * @since 0.1.0
 */
export const affinityHolds: Law = {
  id: 'GEN-8',
  statement: 'no unit is given a pCPU outside its hard affinity and its cpupool',
  appliesTo: (run) => decisionsOf(run).length > 0,
  violations: (run) =>
    decisionsOf(run).flatMap(({ atNs, pcpu, next, pool, isLeaving }) => {
      const unit = stateOf(pool, next)
      if (unit === null) return []
      const isAllowed = pool.scheduler === 'arinc653' || BitSet.has(unit.hard, pcpu)
      if (isAllowed && (isLeaving || BitSet.has(pool.cpus, pcpu))) return []
      return [{ atNs, text: `pCPU ${pcpu} takes ${nameOf(unit)}, which must not run there` }]
    })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

export const decisionsOf = (run: Run, scheduler: string | null = null): ReadonlyArray<DecisionView> =>
  run.instants.flatMap(({ hooks }) =>
    hooks
      .filter((view) => view._tag === 'Decision')
      .filter(({ pool }) => scheduler === null || pool.scheduler === scheduler)
  )

export const wakeupsOf = (run: Run, scheduler: string): ReadonlyArray<WakeupView> =>
  run.instants.flatMap(({ hooks }) =>
    hooks.filter((view) => view._tag === 'Wakeup').filter((view) => view.scheduler === scheduler)
  )

export const timersOf = (run: Run, kind: number): ReadonlyArray<TimerView> =>
  run.instants.flatMap(({ hooks }) =>
    hooks.filter((view) => view._tag === 'Timer').filter((view) => view.kind === kind)
  )

export const stateOf = (pool: PoolState, slot: number): UnitState | null =>
  pool.units.find(({ unit }) => unit === slot) ?? null

export const nameOf = ({ domid, unitId }: UnitState): string => `${domid}.${unitId}`
