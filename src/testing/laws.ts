/**
 * The laws, as lists.
 *
 * @since 0.1.0
 */
import { arincFrames, arincNoDrift, arincNoMigration } from './arincLaws.js'
import { budgetConserved, capPerPeriod } from './capLaws.js'
import {
  credit1Active,
  credit1BoostEnds,
  credit1BoostGiven,
  credit1Idlers,
  credit1QueueContent,
  credit1QueueOrder,
  credit1RateLimit,
  credit1Slices,
  credit1WorkConserving
} from './credit1Laws.js'
import {
  credit1Bounds,
  credit1Cap,
  credit1Charged,
  credit1NoStarvation,
  credit1Share,
  credit1ShareOrder
} from './credit1ShareLaws.js'
import { creditBounds, creditReset, creditResetInTime, rateLimit, sliceBounds } from './creditLaws.js'
import { runsAgain, survivesJson } from './determinismLaws.js'
import {
  calendarConsistent,
  coreNotShared,
  oneRunsOne,
  runningIsRunnable,
  tablesConsistent,
  timeConserved,
  timeForward
} from './genericLaws.js'
import type { Law } from './Law.js'
import { affinityHolds, instantsEnd } from './decisionLaws.js'
import { loadBounds, loadUpToDate } from './loadLaws.js'
import { nullAssignment, nullAtOnce, nullNoMigration, nullRoomForAll, nullWaiting } from './nullLaws.js'
import { poolDomains, poolMasks, poolScheduling, poolUnits } from './poolLaws.js'
import { affinityKept, idleMasks, queueContent, queueInsertion, workConservation } from './queueLaws.js'
import {
  rtdsBudgets,
  rtdsIdlesLast,
  rtdsQueueContent,
  rtdsQueueOrder,
  rtdsTickled,
  rtdsWorkConserving
} from './rtdsLaws.js'
import { rtdsBudgetExact, rtdsNoMiss, rtdsNoOverrun, rtdsReplenishedInTime } from './rtdsSupplyLaws.js'
import { shareDerived, shareEqual, shareLongRun, shareWeighted } from './shareLaws.js'
import { credit2NoStarvation } from './waitLaws.js'
import { wakePreempts, wakeWaits } from './wakeLaws.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * What holds under every scheduler.
 *
 * @category constants
 * @since 0.1.0
 */
export const genericLaws: ReadonlyArray<Law> = [
  timeConserved,
  oneRunsOne,
  runningIsRunnable,
  coreNotShared,
  calendarConsistent,
  tablesConsistent,
  timeForward,
  instantsEnd,
  runsAgain,
  survivesJson
]

/**
 * What holds under credit2, besides {@link genericLaws}: section 12 of its specification.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit2Laws: ReadonlyArray<Law> = [
  creditBounds,
  queueContent,
  queueInsertion,
  idleMasks,
  workConservation,
  shareDerived,
  shareEqual,
  shareWeighted,
  shareLongRun,
  sliceBounds,
  rateLimit,
  capPerPeriod,
  budgetConserved,
  affinityKept,
  loadBounds,
  loadUpToDate,
  wakePreempts,
  wakeWaits,
  credit2NoStarvation,
  creditReset,
  creditResetInTime
]

/**
 * What holds under rtds, besides {@link genericLaws}: section 1.7 of its specification.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsLaws: ReadonlyArray<Law> = [
  rtdsQueueOrder,
  rtdsQueueContent,
  rtdsReplenishedInTime,
  rtdsBudgets,
  rtdsBudgetExact,
  rtdsNoOverrun,
  rtdsNoMiss,
  rtdsIdlesLast,
  rtdsWorkConserving,
  rtdsTickled,
  affinityHolds
]

/**
 * What holds under credit (credit1), besides {@link genericLaws}: section 9 of its specification.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit1Laws: ReadonlyArray<Law> = [
  credit1QueueOrder,
  credit1QueueContent,
  credit1Idlers,
  credit1Active,
  credit1WorkConserving,
  credit1Bounds,
  credit1Charged,
  credit1Share,
  credit1ShareOrder,
  credit1Cap,
  credit1NoStarvation,
  credit1BoostEnds,
  credit1BoostGiven,
  credit1RateLimit,
  credit1Slices,
  affinityHolds
]

/**
 * What holds under null, besides {@link genericLaws}: section 2.4 of its specification.
 *
 * @category constants
 * @since 0.1.0
 */
export const nullLaws: ReadonlyArray<Law> = [
  nullAssignment,
  nullNoMigration,
  nullRoomForAll,
  nullWaiting,
  nullAtOnce,
  affinityHolds
]

/**
 * What holds under arinc653, besides {@link genericLaws}: section 3.3 of its specification.
 *
 * @category constants
 * @since 0.1.0
 */
export const arincLaws: ReadonlyArray<Law> = [arincFrames, arincNoDrift, arincNoMigration, affinityHolds]

/**
 * What holds while pCPUs and domains move between cpupools, besides {@link genericLaws}.
 *
 * @category constants
 * @since 0.1.0
 */
export const poolLaws: ReadonlyArray<Law> = [poolMasks, poolDomains, poolScheduling, poolUnits]
