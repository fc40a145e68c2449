/**
 * Schedulers with a window in them: the same hooks, and a copy of what they saw and left for whoever watches.
 *
 * @since 0.1.0
 */
import { schedulerTimerKind } from '../abi/index.js'
import type { PrivateRow, SchedEdit, Scheduler } from '../sched/index.js'

import type { HookView, PoolState, UnitState } from './HookView.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Far more decisions than an instant takes: the most that was seen in 1,300 laboratories of the kit was 11.
 * An instant with more than this does not end.
 *
 * @category constants
 * @since 0.1.0
 */
export const instantDecisionsMax = 1000

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The scheduler with its `schedule`, `wake` and `timer` hooks watched. It decides as the given one does.
 *
 * @category constructors
 * @since 0.1.0
 */
export const watchHooks = (scheduler: Scheduler, see: (view: HookView) => void): Scheduler => ({
  ...scheduler,
  schedule: (x, pcpu, curr) => {
    const { pool } = x.pcpus.read(pcpu)
    const before = x.isIdleUnit(curr) ? null : unitState(x, curr)
    const pcpuBefore = copyRow(x.pcpuPrivate.read(pcpu))
    scheduler.schedule(x, pcpu, curr)
    see({
      _tag: 'Decision',
      atNs: x.nowNs,
      pcpu,
      curr,
      next: x.nextUnit,
      sliceNs: x.nextSliceNs,
      isMigrated: x.nextMigrated,
      isLeaving: x.movingPcpu === pcpu,
      before,
      pcpuBefore,
      pool: poolState(x, pool)
    })
  },
  wake: (x, unit) => {
    const before = unitState(x, unit)
    scheduler.wake(x, unit)
    see({ _tag: 'Wakeup', atNs: x.nowNs, scheduler: scheduler.name, before, after: unitState(x, unit) })
  },
  timer: (x, kind, owner, payload) => {
    const pool = kind === schedulerTimerKind.creditTick ? x.pcpus.read(payload).pool : payload
    const before = poolState(x, pool)
    scheduler.timer(x, kind, owner, payload)
    see({ _tag: 'Timer', atNs: x.nowNs, kind, payload, before, after: poolState(x, pool) })
  }
})

/**
 * The scheduler, told to stop when one instant takes more than {@link instantDecisionsMax} decisions: `stop`
 * is called with the time, and then the run ends with an exception.
 *
 * @category constructors
 * @since 0.1.0
 */
export const boundInstants = (scheduler: Scheduler, stop: (atNs: number) => void): Scheduler => {
  let atNs = -1
  let decisionsTotal = 0
  return {
    ...scheduler,
    schedule: (x, pcpu, curr) => {
      if (x.nowNs !== atNs) decisionsTotal = 0
      atNs = x.nowNs
      decisionsTotal++
      if (decisionsTotal > instantDecisionsMax) {
        stop(atNs)
        throw new Error(`the instant at ${atNs} ns does not end`)
      }
      scheduler.schedule(x, pcpu, curr)
    }
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const poolState = (x: SchedEdit, pool: number): PoolState => {
  const { scheduler, cpus } = x.pools.read(pool)
  const pcpus = []
  for (let pcpu = 0; pcpu < x.pcpuCount; pcpu++) {
    const p = x.pcpus.read(pcpu)
    if (p.pool === pool) pcpus.push({ pcpu, curr: p.curr, row: copyRow(x.pcpuPrivate.read(pcpu)) })
  }
  const members = x.domainOrder.filter((domain) => x.domains.read(domain).pool === pool)
  const units = members.flatMap((domain) => x.domains.read(domain).units.map((unit) => unitState(x, unit)))
  const domains = members.map((domain) => ({
    domain,
    domid: x.domains.read(domain).domid,
    row: copyRow(x.domainPrivate.read(domain))
  }))
  const lists = []
  for (let queue = 0; queue < x.lists.length; queue++) lists.push(x.lists.read(queue).slice())
  return { scheduler, cpus, instance: copyRow(x.instances.read(pool)), pcpus, domains, units, lists }
}

/** @internal A unit as it is, with a copy of its row. */
export const unitState = (x: SchedEdit, unit: number): UnitState => {
  const { domain, unitId, master, isRunning, stateEntryNs, hard } = x.units.read(unit)
  return {
    unit,
    domid: x.domains.read(domain).domid,
    unitId,
    master,
    isRunning,
    isRunnable: x.isUnitRunnable(unit),
    stateEntryNs,
    hard,
    row: copyRow(x.unitPrivate.read(unit))
  }
}

/** A copy of a private row: its lists are copied too. */
const copyRow = (row: PrivateRow): PrivateRow => {
  if (row === null) return null
  const copy: Record<string, unknown> = { ...row }
  for (const [key, value] of Object.entries(copy)) if (Array.isArray(value)) copy[key] = value.slice()
  return copy
}
