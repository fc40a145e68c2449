/**
 * The toolstack: booting a host from Xen's command line, libxl as typed calls, and the `xl` program as a
 * pure function.
 *
 * @since 0.1.0
 */
export { bootHost } from './boot.js'
export type { BootError, BootRequest, BootedHost } from './boot.js'
export { resolveDom0Vcpus, xenBootOptionsDefault } from './bootline/XenBootOptions.js'
export type {
  Credit2Runqueue,
  IdleOption,
  SchedGranularity,
  SchedulerName,
  XenBootOptions
} from './bootline/XenBootOptions.js'
export { resolveDom0Memory } from './bootline/dom0Memory.js'
export type { Dom0Allocation, Dom0Memory, MemorySize } from './bootline/dom0Memory.js'
export { parseBootLine } from './bootline/parseBootLine.js'
export type { ParsedBootLine } from './bootline/parseBootLine.js'
export type {
  BuildInfo,
  DomainSchedParams,
  HvmInfo,
  PvInfo,
  PvhInfo,
  SdlInfo,
  SpiceInfo,
  TimerMode,
  VncInfo,
  VnodeInfo,
  XenstoreQuota
} from './cfg/BuildInfo.js'
export type { DeviceDisk, DiskBackend, DiskFormat, DiskSpecification } from './cfg/DeviceDisk.js'
export type { DeviceNic } from './cfg/DeviceNic.js'
export type { DevicePci, RdmPolicy } from './cfg/DevicePci.js'
export { emptyDomainConfig } from './cfg/DomainConfig.js'
export type {
  ActionOnShutdown,
  CreateInfo,
  DeviceVfb,
  DomainConfig,
  DomainType,
  PlainDevice,
  PlainField
} from './cfg/DomainConfig.js'
export type { DomainEnvironment } from './cfg/DomainParse.js'
export { parseCpuList } from './cfg/cpuList.js'
export type { CpuTopology } from './cfg/cpuList.js'
export { domainConfigToJson, domainListToJson } from './cfg/domainConfigJson.js'
export type { ConfigStage } from './cfg/domainConfigJson.js'
export { jsonArray, jsonCPretty, jsonObject } from './cfg/jsonC.js'
export type { JsonArray, JsonObject, JsonValue } from './cfg/jsonC.js'
export { parseDomainConfig } from './cfg/parseDomainConfig.js'
export type { DomainConfigError, ParsedDomainConfig } from './cfg/parseDomainConfig.js'
export { vdevNumber } from './cfg/vdev.js'
export { parseXlConf, xlSettingsDefault } from './cfg/xlConf.js'
export type { ParsedXlConf, XlSettings } from './cfg/xlConf.js'
export type { Change, Libxl } from './libxl/Change.js'
export { domainInfo, domainNodeAffinity, listDomain, listVcpu } from './libxl/DomInfo.js'
export type { DomInfo, VcpuInfo } from './libxl/DomInfo.js'
export { findDomain } from './libxl/DomainRecord.js'
export type { DomainRecord, FoundDomain, PoolName, Monitor } from './libxl/DomainRecord.js'
export { getCpuTopology, getNumainfo, getPhysinfo, getVersionInfo } from './libxl/HostInfo.js'
export type { CpuTopologyEntry, NumaInfo, PhysInfo, VersionInfo } from './libxl/HostInfo.js'
export { libxlErrorNumber, logText } from './libxl/LibxlError.js'
export type { LibxlError, LibxlErrorName, LogLine, LogPlace } from './libxl/LibxlError.js'
export { domainCreate } from './libxl/create.js'
export type { CreateRequest } from './libxl/create.js'
export type { CreateArguments } from './libxl/createFrom.js'
export type { Workloads } from './libxl/guestModes.js'
export { libxlOperations } from './libxl/libxlOperations.js'
export type { LibxlArguments, LibxlReply, LibxlValue } from './libxl/libxlOperations.js'
export { domainDestroy, domainPause, domainPreserve, domainRename, domainUnpause } from './libxl/life.js'
export { bootEpochSeconds } from './libxl/machineFacts.js'
export { domainQualifierToDomid, domidToName, nameToDomid } from './libxl/names.js'
export {
  cpupoolCpuadd,
  cpupoolCpuaddNode,
  cpupoolCpuremove,
  cpupoolCpuremoveNode,
  cpupoolCreate,
  cpupoolDestroy,
  cpupoolMovedomain,
  cpupoolRename
} from './libxl/poolChanges.js'
export type { NewCpupool } from './libxl/poolChanges.js'
export { cpupoolInfo, listCpupool } from './libxl/pools.js'
export type { CpupoolInfo } from './libxl/pools.js'
export {
  domainSchedParamsGet,
  domainSchedParamsSet,
  schedCredit2ParamsGet,
  schedCredit2ParamsSet,
  schedCreditParamsGet,
  schedCreditParamsSet
} from './libxl/sched.js'
export type {
  SchedCredit2Params,
  SchedCreditParams,
  SchedulerName as LibxlSchedulerName
} from './libxl/sched.js'
export { retrieveDomainConfiguration } from './libxl/storedConfig.js'
export {
  vcpuSchedParamsGet,
  vcpuSchedParamsGetAll,
  vcpuSchedParamsSet,
  vcpuSchedParamsSetAll
} from './libxl/vcpuSched.js'
export type { VcpuSchedParams } from './libxl/vcpuSched.js'
export { setVcpuaffinity, setVcpuaffinityAll, setVcpuonline } from './libxl/vcpus.js'
export type { Affinity } from './libxl/vcpus.js'
export { toolstackOperations, xlArguments } from './operations.js'
export type { ToolstackName, XlArguments } from './operations.js'
export type { XlResult, XlWorld } from './xl/XlRun.js'
export { filesNamed, pathsStated } from './xl/filesNeeded.js'
export { xl, xlConfPath } from './xl/xl.js'
