/**
 * Bugs that the schedulers of real Xen once had, each as the smallest change of one module of ours that
 * brings it back. `find` stands exactly once in the module. They are applied when a test imports a scheduler
 * as a mutant (`mutantPlugin.ts`), and nowhere else: nothing in `src` knows of them.
 */
export interface Mutation {
  /** Short, for file names. */
  readonly name: string
  /** The commit that fixed it in Xen. */
  readonly fixedBy: string
  readonly statement: string
  /** The folder and module of `src/sched`. */
  readonly folder: string
  readonly module: string
  /** The module and the export that is the scheduler. */
  readonly scheduler: string
  readonly exported: string
  readonly find: string
  readonly replace: string
}

const credit = { folder: 'credit', scheduler: 'credit', exported: 'credit' }
const credit2 = { folder: 'credit2', scheduler: 'credit2', exported: 'credit2' }
const rtds = { folder: 'rtds', scheduler: 'rtds', exported: 'rtds' }

export const mutations: ReadonlyArray<Mutation> = [
  {
    name: 'credit-yield-not-charged',
    fixedBy: '78c9b2a64b',
    statement: 'a guest that gives its pCPU up before the tick is never charged',
    ...credit,
    module: 'select',
    find: 'burn(x, curr)\n    s.startNs -= x.nowNs',
    replace: 's.startNs = 0'
  },
  {
    name: 'credit-unpark-boosts',
    fixedBy: '5c8c0ae7c4',
    statement: 'a unit that its cap stopped is boosted when it may go on',
    ...credit,
    module: 'accounting',
    find: 'unpark(x, unit)\n    s.flags &= ~M.flag.parked',
    replace: 's.flags &= ~M.flag.parked\n    unpark(x, unit)'
  },
  {
    name: 'credit-pick-outside-affinity',
    fixedBy: '58a83b75d1',
    statement: 'a unit is placed on a pCPU outside its affinity',
    ...credit,
    module: 'place',
    find: 'const mask = BitSet.copy(BitSet.and(stepMask(x, unit, isSoft), online))',
    replace: 'const mask = BitSet.copy(online)'
  },
  {
    name: 'credit2-below-idle-credit',
    fixedBy: '36f3662f27',
    statement: 'a unit with less credit than the idle unit is never picked',
    ...credit2,
    module: 'queue',
    find: 'Math.max(s.credit - burnt, M.creditMin)',
    replace: 's.credit - burnt'
  },
  {
    name: 'credit2-scan-stops',
    fixedBy: '07b0eb5d0e, 0f742839ae',
    statement: 'the scan of the run queue stops at a unit that it may not run',
    ...credit2,
    module: 'select',
    find: 'M.readUnit(x, unit)\n    if (!isYielding && e.credit <= startCredit) break',
    replace:
      'M.readUnit(x, unit)\n    if (!isYielding && e.credit <= startCredit) break\n' +
      '    if (!mayRun(x, pcpu, queue, unit, e, startCredit + resist)) break'
  },
  {
    name: 'credit2-load-of-continuing',
    fixedBy: '89052b9fa2',
    statement: 'load is not updated for a unit that goes on running',
    ...credit2,
    module: 'select',
    find: 'updateLoad(x, queue, next, 0)',
    replace: '// the load is left as it was'
  },
  {
    name: 'credit2-reset-too-rare',
    fixedBy: 'dae7b62e97',
    statement: 'credits are not reset when the scan passed over somebody',
    ...credit2,
    module: 'select',
    find: 'if (top > 0) return',
    replace:
      'if (top > 0 || (head !== undefined && M.readUnit(x, head).credit > M.readUnit(x, next).credit)) return'
  },
  {
    name: 'rtds-old-period-new-budget',
    fixedBy: '514e5eb015',
    statement: 'what a unit ran in the old period is charged to the new budget',
    ...rtds,
    module: 'queue',
    find: '  s.startNs = x.nowNs\n  s.currentBudgetNs = s.budgetNs',
    replace: '  s.currentBudgetNs = s.budgetNs'
  },
  {
    name: 'rtds-paused-in-replq',
    fixedBy: '73c62927f6',
    statement: 'a paused unit is left in the replenishment queue',
    ...rtds,
    module: 'rtds',
    find: 'dequeue(x, unit)\n    replRemove(x, unit)\n  } else {',
    replace: 'dequeue(x, unit)\n  } else {'
  },
  {
    name: 'arinc653-frame-drifts',
    fixedBy: 'f2927d8343',
    statement: 'a major frame begins when somebody looks, not when it is due',
    folder: 'arinc653',
    scheduler: 'arinc653',
    exported: 'arinc653',
    module: 'arinc653',
    find: 'const beganNs = nowNs - ((nowNs - own.nextMajorNs) % majorFrameNs)',
    replace: 'const beganNs = nowNs'
  },
  {
    name: 'null-endless-wake',
    fixedBy: 'd13dfb02aa',
    statement: 'a pCPU reschedules for ever for a unit that it cannot take',
    folder: 'nullsched',
    scheduler: 'nullsched',
    exported: 'nullScheduler',
    module: 'select',
    find: 'if (!isAwaited) return take(x, locked, pcpu)\n',
    replace: ''
  }
]
