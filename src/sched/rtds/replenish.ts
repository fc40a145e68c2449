/**
 * The replenishment timer of a pool.
 *
 * @since 0.1.0
 */
import type { PoolPlace } from '../../abi/index.js'
import type { SchedEdit } from '../SchedEdit.js'

import * as M from './model.js'
import { dequeue, enqueue, newPeriod, placeInReplq, setTimerToHead } from './queue.js'
import { tickle } from './tickle.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/** Replenishes the units whose deadline has come, then looks, in reverse order, whom that concerns. */
export const replenish = (x: SchedEdit, pool: PoolPlace): void => {
  const own = M.writeInstance(x, pool)
  own.timerAtNs = -1
  const replq = x.lists.write(own.replq)
  const due = replq.splice(0, dueTotal(x, replq))
  for (const unit of due) {
    newPeriod(x, unit)
    if (M.readUnit(x, unit).waits === M.waiting.no) continue
    dequeue(x, unit)
    enqueue(x, unit)
  }
  const runq = x.lists.read(own.runq)
  for (const unit of due.reverse()) {
    const head = runq[0]
    if (head !== undefined && x.isCurrent(unit)) {
      if (M.isBefore(M.readUnit(x, head), M.readUnit(x, unit))) tickle(x, head)
    } else if ((M.readUnit(x, unit).flags & M.flag.depleted) !== 0) {
      M.writeUnit(x, unit).flags &= ~M.flag.depleted
      if (M.readUnit(x, unit).waits !== M.waiting.no) tickle(x, unit)
    }
    placeInReplq(x, replq, unit)
  }
  setTimerToHead(x, pool)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** How many units from the head on are due: the first later deadline ends the count, whatever follows. */
const dueTotal = (x: SchedEdit, replq: ReadonlyArray<number>): number => {
  let total = 0
  while (total < replq.length && M.readUnit(x, replq[total] as number).deadlineNs <= x.nowNs) total++
  return total
}
