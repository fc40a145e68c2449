/**
 * The fairness kit: arbitrary laboratories, runs of them, laws, and what to print when a law is broken.
 * Needs fast-check.
 *
 * @since 0.1.0
 */
export { TaskSet } from '../guest/index.js'
export { budgetConserved, capPerPeriod, capPerPeriodAsWorded } from './capLaws.js'
export { assertLaws, checkLaws } from './checkLaws.js'
export type { CheckOptions, LawOutcome } from './checkLaws.js'
export { creditBounds, creditReset, rateLimit, sliceBounds } from './creditLaws.js'
export { runsAgain, survivesJson } from './determinismLaws.js'
export { domainArbitrary, pcpuListArbitrary, pcpusArbitrary, weightArbitrary } from './domainArbitrary.js'
export type { DomainScope } from './domainArbitrary.js'
export {
  calendarConsistent,
  oneRunsOne,
  runningIsRunnable,
  tablesConsistent,
  timeConserved,
  timeForward
} from './genericLaws.js'
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
export { labToScenario } from './labToScenario.js'
export { showViolation, violationsOf } from './Law.js'
export type { Law, Violation } from './Law.js'
export { credit2Laws, genericLaws } from './laws.js'
export { loadBounds } from './loadLaws.js'
export { operationArbitrary, poolOperationArbitrary } from './operationArbitrary.js'
export { affinityKept, idleMasks, queueContent, queueInsertion, workConservation } from './queueLaws.js'
export { reportFailure, timeLine } from './reportFailure.js'
export type { LawFailure } from './reportFailure.js'
export { observeLaboratory } from './Run.js'
export type { Instant, Run } from './Run.js'
export { deepFreeze, firstDifference } from './sameness.js'
export { settle } from './settle.js'
export { shareDerived, shareEqual, shareLongRun, shareWeighted, sharesOf, timesOf } from './shareLaws.js'
export { paramsArbitrary, topologyArbitrary } from './topologyArbitrary.js'
export type { Credit2View, QueueView, ReplenishView, ScheduleView, UnitView, WakeView } from './View.js'
export { wakePreempts, wakePreemptsAsWorded, wakeWaits } from './wakeLaws.js'
export { watchCredit2 } from './watchCredit2.js'
export { roundMinNs, workloadArbitrary } from './workloadArbitrary.js'
export type { WorkloadScope } from './workloadArbitrary.js'
