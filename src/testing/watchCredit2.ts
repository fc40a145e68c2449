/**
 * credit2 with a window in it: the same hooks, and a copy of what they saw and left for whoever watches.
 *
 * @since 0.1.0
 */
import type {
  Credit2Domain,
  Credit2Instance,
  Credit2Pcpu,
  Credit2Queue,
  Credit2Unit,
  SchedEdit,
  Scheduler
} from '../sched/index.js'

import type { Credit2View, QueueView, UnitView } from './View.js'
import { unitState } from './watchHooks.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The scheduler with its `schedule`, `wake` and `timer` hooks watched. It decides as the given one does.
 *
 * @category constructors
 * @since 0.1.0
 */
export const watchCredit2 = (credit2: Scheduler, see: (view: Credit2View) => void): Scheduler => ({
  ...credit2,
  schedule: (x, pcpu, curr) => {
    const pool = x.pcpus.read(pcpu).pool
    const { runqueue } = x.pcpuPrivate.read(pcpu) as Credit2Pcpu
    const before = queueView(x, runqueue)
    credit2.schedule(x, pcpu, curr)
    see({
      _tag: 'Schedule',
      atNs: x.nowNs,
      pcpu,
      poolCpus: x.mastersOf(pool),
      isLeaving: x.movingPcpu === pcpu,
      ratelimitNs: (x.instances.read(pool) as Credit2Instance).ratelimitNs,
      curr,
      next: x.nextUnit,
      sliceNs: x.nextSliceNs,
      isMigrated: x.nextMigrated,
      before,
      after: queueView(x, runqueue)
    })
  },
  wake: (x, unit) => {
    const { master } = x.units.read(unit)
    const { runqueue } = x.pcpuPrivate.read(master) as Credit2Pcpu
    const before = queueView(x, runqueue)
    const { curr } = x.pcpus.read(master)
    credit2.wake(x, unit)
    const { ratelimitNs } = x.instances.read(x.poolOfUnit(unit)) as Credit2Instance
    see({ _tag: 'Wake', atNs: x.nowNs, unit, curr, ratelimitNs, before, after: queueView(x, runqueue) })
  },
  timer: (x, kind, owner, payload) => {
    const before = { ...(x.domainPrivate.read(payload) as Credit2Domain) }
    const { domid } = x.domains.read(payload)
    credit2.timer(x, kind, owner, payload)
    const after = { ...(x.domainPrivate.read(payload) as Credit2Domain) }
    see({ _tag: 'Replenish', atNs: x.nowNs, domid, before, after })
  }
})

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const queueView = (x: SchedEdit, queue: number): QueueView => {
  const q = x.queues.read(queue) as Credit2Queue
  return {
    row: { ...q, idle: q.idle.slice(), tickled: q.tickled.slice(), smtIdle: q.smtIdle.slice() },
    list: x.lists.read(queue).slice(),
    units: q.svc.map((unit) => unitView(x, unit))
  }
}

const unitView = (x: SchedEdit, unit: number): UnitView => ({
  ...unitState(x, unit),
  row: { ...(x.unitPrivate.read(unit) as Credit2Unit) }
})
