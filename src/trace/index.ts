/**
 * Traces: conformance with golden ones, reports, time lines, trace files for other tools.
 *
 * @since 0.1.0
 */
export { aggregate } from './campaign/aggregate.js'
export type { CampaignSummary, Figure, PointSummary } from './campaign/aggregate.js'
export { campaignJson, campaignTable } from './campaign/campaignTable.js'
export type { Confidence, Interval } from './campaign/interval.js'
export { measureRun } from './campaign/measureRun.js'
export type { MeasuredRun, RunFigures } from './campaign/measureRun.js'
export { measureKinds } from './campaign/measures.js'
export type { MeasureRequest, MeasureUnit } from './campaign/measures.js'
export { plotSvg } from './campaign/plotSvg.js'
export { decodeResults, differenceOf, encodeResults, mergeResults, missingRuns } from './campaign/Results.js'
export type {
  Results,
  ResultsAxis,
  ResultsGrid,
  ResultsMeasure,
  ResultsPlot,
  RunResult
} from './campaign/Results.js'
export { conform, traceLines } from './conform/conform.js'
export type { Conformance } from './conform/conform.js'
export type { GoldenControl, GoldenDomain, GoldenHeader, GoldenPhase, GoldenVcpu } from './conform/golden.js'
export type {
  DomainAccount,
  Jobs,
  Lag,
  PcpuAccount,
  PoolAccount,
  Report,
  VcpuAccount
} from './report/accounts.js'
export type { DomainFacts, PoolFacts } from './report/facts.js'
export type { Histogram } from './report/Histogram.js'
export { addToPerfetto, emptyPerfetto, perfettoDefaults, perfettoJson } from './report/Perfetto.js'
export type { Perfetto, PerfettoOptions } from './report/Perfetto.js'
export { compareRecorded, recordedTable } from './report/recorded.js'
export type { Recording } from './report/recorded.js'
export { addOutputs, emptyReport, gridDefaultNs, sliceEndNs } from './report/Report.js'
export type { ReportOptions } from './report/Report.js'
export { reportJson, reportTable } from './report/reportTable.js'
export { sceneOf } from './report/Scene.js'
export type { Scene, SceneDomain, SceneVcpu } from './report/Scene.js'
export { summarise } from './report/summarise.js'
export { summaryFormat, summaryVersion } from './report/Summary.js'
export type {
  DomainSummary,
  FairnessSummary,
  IdleWhileRunnable,
  JobsSummary,
  PcpuSummary,
  PoolSummary,
  RecordedSummary,
  RecordedVcpu,
  ReportSummary,
  ServiceSummary,
  VcpuSummary,
  WaitsSummary,
  WaitSummary
} from './report/Summary.js'
export { addToTimeline, emptyTimeline, forcedIdle } from './report/Timeline.js'
export type { BucketPart, RunInterval, Timeline, TimelineRow } from './report/Timeline.js'
export { svgWidthMin, timelineSvg, timelineSvgDefaults } from './report/timelineSvg.js'
export type { TimelineSvgOptions } from './report/timelineSvg.js'
export type { Watch, WatchedDomain, WatchedVcpu } from './report/Watch.js'
export { jainIndex, waterFill } from './report/waterFill.js'
export type { Claim } from './report/waterFill.js'
export {
  cyclesPerSecondMax,
  cyclesToNs,
  measureCyclesPerSecond,
  ownCyclesPerSecond
} from './xentrace/clock.js'
export { encodeXentrace } from './xentrace/encode.js'
export { recordsOf, traceClock } from './xentrace/recordsOf.js'
export type { TraceClock } from './xentrace/recordsOf.js'
export { storyOf } from './xentrace/Story.js'
export type { Story } from './xentrace/Story.js'
export { eventName, valuesOf } from './xentrace/TraceRecord.js'
export type { TraceRecord, TraceValues } from './xentrace/TraceRecord.js'
export { decodeXentrace } from './xentrace/Xentrace.js'
export type { LostRecords, TraceVolume, Xentrace, XentraceFault } from './xentrace/Xentrace.js'
