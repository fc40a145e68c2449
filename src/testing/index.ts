/**
 * The fairness kit: arbitrary laboratories, runs of them, laws, and what to print when a law is broken.
 * Needs fast-check.
 *
 * @since 0.1.0
 */
export { TaskSet } from '../guest/index.js'
export { arincFrames, arincNoDrift, arincNoMigration } from './arincLaws.js'
export { budgetConserved, capPerPeriod, capPerPeriodAsWorded } from './capLaws.js'
export { assertLaws, checkLaws } from './checkLaws.js'
export type { CheckOptions, LawOutcome } from './checkLaws.js'
export {
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
export {
  credit1Bounds,
  credit1Cap,
  credit1CapAsWorded,
  credit1Charged,
  credit1NoStarvation,
  credit1Share,
  credit1ShareAsWorded,
  credit1ShareOrder
} from './credit1ShareLaws.js'
export { credit1LabArbitrary, credit1ShareLabArbitrary } from './creditLabArbitrary.js'
export { creditBounds, creditReset, creditResetInTime, rateLimit, sliceBounds } from './creditLaws.js'
export { affinityHolds, instantsEnd } from './decisionLaws.js'
export { runsAgain, survivesJson } from './determinismLaws.js'
export { domainArbitrary, pcpuListArbitrary, pcpusArbitrary, weightArbitrary } from './domainArbitrary.js'
export type { DomainScope } from './domainArbitrary.js'
export { drawRun } from './drawRun.js'
export {
  calendarConsistent,
  oneRunsOne,
  runningIsRunnable,
  tablesConsistent,
  timeConserved,
  timeForward
} from './genericLaws.js'
export type {
  DecisionView,
  DomainState,
  HookView,
  PcpuState,
  PoolState,
  TimerView,
  UnitState,
  WakeupView
} from './HookView.js'
export { labArbitrary, labLimitsDefault, shareLabArbitrary } from './labArbitrary.js'
export type { LabLimits } from './labArbitrary.js'
export {
  labDomain,
  laboratoryMin,
  nextInstantNs,
  registryDefault,
  runLaboratory,
  scriptVcpu,
  startLaboratory
} from './Laboratory.js'
export type { Laboratory, Observer, Registry, TimedOperation } from './Laboratory.js'
export { labToJournal } from './labToJournal.js'
export { labToScenario } from './labToScenario.js'
export { showViolation, violationsOf } from './Law.js'
export type { Law, Violation } from './Law.js'
export { arincLaws, credit1Laws, credit2Laws, genericLaws, nullLaws, poolLaws, rtdsLaws } from './laws.js'
export { loadBounds, loadUpToDate } from './loadLaws.js'
export { nullAssignment, nullAtOnce, nullNoMigration, nullRoomForAll, nullWaiting } from './nullLaws.js'
export { operationArbitrary, poolOperationArbitrary } from './operationArbitrary.js'
export { poolDomains, poolMasks, poolScheduling, poolUnits } from './poolLaws.js'
export { affinityKept, idleMasks, queueContent, queueInsertion, workConservation } from './queueLaws.js'
export { nearOverloadArbitrary, realTimeLabArbitrary, realTimeParamsArbitrary } from './realTimeArbitrary.js'
export { reportFailure, timeLine } from './reportFailure.js'
export type { LawFailure } from './reportFailure.js'
export {
  rtdsBudgets,
  rtdsIdlesLast,
  rtdsQueueContent,
  rtdsQueueOrder,
  rtdsTickled,
  rtdsWorkConserving
} from './rtdsLaws.js'
export {
  rtdsBudgetExact,
  rtdsNoMiss,
  rtdsNoMissWithExtratime,
  rtdsNoOverrun,
  rtdsNoOverrunAsWorded,
  rtdsReplenishedInTime
} from './rtdsSupplyLaws.js'
export { observeLaboratory } from './Run.js'
export type { Instant, Run } from './Run.js'
export { deepFreeze, firstDifference } from './sameness.js'
export { settle } from './settle.js'
export { shareDerived, shareEqual, shareLongRun, shareWeighted, sharesOf, timesOf } from './shareLaws.js'
export {
  randFixedSumArbitrary,
  taskSetArbitrary,
  utilisationMin,
  utilisationOne,
  uUniFastArbitrary
} from './taskSetArbitrary.js'
export type { Division } from './taskSetArbitrary.js'
export { paramsArbitrary, topologyArbitrary } from './topologyArbitrary.js'
export {
  arincLabArbitrary,
  changingPoolsArbitrary,
  extremesArbitrary,
  nullLabArbitrary,
  pinnedHogsArbitrary,
  troubleScopeDefault,
  wakeStormArbitrary,
  yieldAbuserArbitrary
} from './troubleArbitrary.js'
export type { TroubleScope } from './troubleArbitrary.js'
export type { Credit2View, QueueView, ReplenishView, ScheduleView, UnitView, WakeView } from './View.js'
export { credit2NoStarvation } from './waitLaws.js'
export { wakePreempts, wakePreemptsAsWorded, wakeWaits } from './wakeLaws.js'
export { watchCredit2 } from './watchCredit2.js'
export { boundInstants, instantDecisionsMax, watchHooks } from './watchHooks.js'
export { roundMinNs, workloadArbitrary } from './workloadArbitrary.js'
export type { WorkloadScope } from './workloadArbitrary.js'
