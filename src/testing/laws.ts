/**
 * The laws, as lists.
 *
 * @since 0.1.0
 */
import { budgetConserved, capPerPeriod } from './capLaws.js'
import { creditBounds, creditReset, rateLimit, sliceBounds } from './creditLaws.js'
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
import { loadBounds } from './loadLaws.js'
import { affinityKept, idleMasks, queueContent, queueInsertion, workConservation } from './queueLaws.js'
import { shareDerived, shareEqual, shareLongRun, shareWeighted } from './shareLaws.js'
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
  wakePreempts,
  wakeWaits,
  creditReset
]
