/**
 * Host files, journals, replay: a bug report is a file.
 *
 * @since 0.1.0
 */
export { bisect, firstInstant } from './bisect.js'
export type { Found, HostPredicate } from './bisect.js'
export { campaignFormat, campaignLimits } from './campaign/Campaign.js'
export type {
  Campaign,
  CampaignAxis,
  CampaignAxisKind,
  CampaignGrid,
  CampaignMeasure,
  CampaignPlot,
  CampaignTasks,
  CampaignValue,
  Shard
} from './campaign/Campaign.js'
export { parseCampaign } from './campaign/parseCampaign.js'
export type { MeasureKinds } from './campaign/parseCampaign.js'
export {
  campaignGrid,
  parseShard,
  runName,
  runsOfShard,
  runsTotal,
  scenarioOfRun
} from './campaign/planCampaign.js'
export { decodeJournal } from './decodeJournal.js'
export type { DecodedJournal } from './decodeJournal.js'
export { differenceOf, differenceText, firstDifference } from './difference.js'
export type { Difference } from './difference.js'
export { diffJournals, journalDiffText } from './diffJournals.js'
export type { JournalDiff } from './diffJournals.js'
export { fileErrorText } from './FileError.js'
export type { FileError } from './FileError.js'
export { decodeHost, encodeHost, hostFileVersion } from './HostFile.js'
export { encodeJournal, journalVersion, packageVersion } from './Journal.js'
export type { Checkpoint, Entry, EntryResult, Journal } from './Journal.js'
export { canonicalJson } from './json.js'
export { missingNeed, needsOfHost } from './Needs.js'
export type { Need, Needs } from './Needs.js'
export { parsePredicate } from './Predicate.js'
export type { PredicateError } from './Predicate.js'
export {
  appendBroken,
  appendInput,
  checkpointsMax,
  continueJournal,
  recordInput,
  recorderOptionsDefault,
  startJournal
} from './Recorder.js'
export type { Appended, Recorded, Recorder, RecorderOptions } from './Recorder.js'
export { divergenceText, inputName, missingForReplay, replay } from './replay.js'
export type { Divergence, Replayed, ReplayOptions, ReplayProgress } from './replay.js'
export { replayTo, rewindPoints } from './rewind.js'
export type { RewindError, RewindPoint } from './rewind.js'
export { formatDuration, parseDuration } from './scenario/Duration.js'
export { formatScenarioError, parseScenario } from './scenario/parseScenario.js'
export { dom0Name, domainMemoryDefaultMiB, scenarioCostsNone, scenarioLimits } from './scenario/Scenario.js'
export type {
  CfgDomain,
  InlineDomain,
  Scenario,
  ScenarioCosts,
  ScenarioDomain,
  ScenarioError,
  ScenarioEvent,
  ScenarioRecorded,
  ScenarioWorkloads
} from './scenario/Scenario.js'
export { guestsOf, planInput, scenarioToPlan, workloadOperations } from './scenario/scenarioPlan.js'
export type { ScenarioPlan, ScenarioStep } from './scenario/scenarioPlan.js'
export { scenarioToJson } from './scenario/scenarioToJson.js'
export { recordAll, shrinkBroken, shrinkJournal, shrinkRunsMax } from './shrink.js'
export type { ShrinkError, Shrunk, ShrinkOptions } from './shrink.js'
