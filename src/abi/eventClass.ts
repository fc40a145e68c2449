/**
 * The classes of calendar events. Among events of one instant the lower class comes first, then the smaller
 * k1, then the smaller k2; `docs/architecture.md` has the whole table.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Class numbers, with what k1 and k2 mean.
 *
 * @category constants
 * @since 0.1.0
 */
export const eventClass = {
  /** A scheduled input: k1 = its index. */
  control: 0,
  /** The end of a vCPU's timed block: k1 = domid, k2 = vCPU id. */
  blockEnd: 1,
  /** A scheduler's own timer: k1 = kind (see {@link schedulerTimerKind}), k2 = its owner. */
  scheduler: 2,
  /** The slice timer of a pCPU: k1 = pCPU. */
  sliceEnd: 3,
  /** The end of a vCPU's run phase: k1 = domid, k2 = vCPU id. */
  phaseEnd: 4,
  /** The end of a context switch that costs time: k1 = pCPU. */
  switchEnd: 5
} as const

/**
 * Kinds of scheduler timers (k1 of their class).
 *
 * @category constants
 * @since 0.1.0
 */
export const schedulerTimerKind = {
  /** credit2: replenishment of a capped domain, k2 = domid. */
  credit2Replenish: 0,
  /** rtds: replenishment of a pool, k2 = first pCPU ever added to it. */
  rtdsReplenish: 1,
  /** credit: accounting of a pool, k2 = first pCPU added to it. */
  creditAccounting: 2,
  /** credit: tick of a pCPU, k2 = pCPU. */
  creditTick: 3
} as const
