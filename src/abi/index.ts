/**
 * Xen's vocabulary: ids, numbers, names, records shared by subsystems. No behaviour.
 *
 * @since 0.1.0
 */
export { documentedChoice } from './ChoicePolicy.js'
export type { ChoicePolicy } from './ChoicePolicy.js'
export * as Codec from './Codec.js'
export { cpusOfTerms } from './CpuTerm.js'
export type { CpuTerm } from './CpuTerm.js'
export { errnoNumber } from './Errno.js'
export type { Errno } from './Errno.js'
export { eventClass, schedulerTimerKind } from './eventClass.js'
export type { GuestAction, GuestPhase, GuestProgram, GuestSpec, PlainData } from './GuestProgram.js'
export type {
  DomainId,
  DomainPlace,
  Id,
  NodeId,
  PcpuId,
  PoolId,
  PoolPlace,
  QueuePlace,
  TimerId,
  UnitPlace,
  VcpuId,
  VcpuPlace
} from './ids.js'
export {
  domainInfoCodec,
  guestActionCodec,
  guestSpecCodec,
  inputCodec,
  operationCodec
} from './inputCodec.js'
export { notImplemented } from './NotImplemented.js'
export type { NotImplemented } from './NotImplemented.js'
export type {
  ArincEntry,
  DomainInfo,
  DomainPlan,
  Input,
  Operation,
  RealTimeParams,
  ToolstackCall,
  VcpuPlan
} from './Operation.js'
export type {
  ControlOutput,
  DecisionOutput,
  DomainEndOutput,
  DomainOutput,
  EventOutput,
  JobOutput,
  MonitorOutput,
  Output,
  RunstateOutput,
  ShutdownOutput,
  VcpuTotals
} from './Output.js'
export { pauseFlag, runstate, runstateNames, shutdownReason } from './Runstate.js'
export { costsNone, normaliseSchedParams, schedParamsDefault } from './SchedParams.js'
export type { Credit2Runqueue, Granularity, MachineCosts, SchedParams } from './SchedParams.js'
export { coreInSocketOf, coreOf, nodeOf, pcpusMax, pcpusTotal, socketOf, topology } from './Topology.js'
export type { Topology, TopologyError } from './Topology.js'
export { credit2Event, creditEvent, nullEvent, rtdsEvent, traceEvent, traceIdleDomid } from './traceEvent.js'
