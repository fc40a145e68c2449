/**
 * The effects around the pure core: files, time that passes, promises; and the libxl-style handle.
 *
 * @since 0.1.0
 */
export { advanceInSlices, paceDefault } from './advanceInSlices.js'
export type { Pace } from './advanceInSlices.js'
export { makeShellEnvironment } from './environment.js'
export { bootErrorText, transitionErrorText } from './errorText.js'
export { lockFile, lockWaitMaxMs } from './fileLock.js'
export type { FileLock } from './fileLock.js'
export { openDraft, readText, reasonOf, writeFileAtomically } from './files.js'
export type { FileDraft } from './files.js'
export type {
  Calls,
  CpupoolCalls,
  CreateOptions,
  DomainCalls,
  Handle,
  HostCalls,
  SchedCalls,
  VcpuCalls
} from './Handle.js'
export { HostFileError, readHostFile, updateHostFile, writeHostFile } from './hostFile.js'
export { listenForInterrupt } from './interrupt.js'
export type { Interrupt } from './interrupt.js'
export { measureTask } from './measureTask.js'
export type { MeasureTask, TaskResult } from './measureTask.js'
export { memoryDefaultBytes, openHost } from './openHost.js'
export type { NewHost, OpenError, OpenOptions, StoredHost } from './openHost.js'
export { progressLine, startProgress } from './Progress.js'
export type { Progress, ProgressStream } from './Progress.js'
export { LibxlFailure, promised } from './promised.js'
export type { Promised } from './promised.js'
export { runCampaign } from './runCampaign.js'
export type { CampaignOptions, CampaignRun } from './runCampaign.js'
export { ScenarioFailure, bootScenario, playScenario, readConfigs } from './runScenario.js'
export type { ScenarioConfigs } from './runScenario.js'
export { applyOnce, journalOfError, startSession } from './Session.js'
export type { Listener, ListenerWishes, Session, Unsubscribe } from './Session.js'
export { configBytesMax, sizesOf, xlFilesOf } from './xlFiles.js'
export type { XlFiles, XlReply } from './xlFiles.js'
