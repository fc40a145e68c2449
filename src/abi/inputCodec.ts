/**
 * The codecs of inputs and of what they are made of, for journals and host files. They ask for the shape
 * only: whether an input is allowed is decided by the machine, in a replay as in the recording.
 *
 * @since 0.1.0
 */
import { closed, integer, listOf, oneOf, orNull, plainData, tagged, text, truth } from './Codec.js'
import type { Codec } from './Codec.js'
import type { GuestAction, GuestSpec } from './GuestProgram.js'
import type {
  ArincEntry,
  DomainInfo,
  DomainPlan,
  Input,
  Operation,
  RealTimeParams,
  VcpuPlan
} from './Operation.js'

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * @category instances
 * @since 0.1.0
 */
export const guestSpecCodec: Codec<GuestSpec> = closed<GuestSpec>('guest program', {
  program: text,
  version: integer,
  config: plainData
})

/**
 * @category instances
 * @since 0.1.0
 */
export const guestActionCodec: Codec<GuestAction> = tagged<GuestAction>('guest action', {
  Block: { ns: integer },
  Until: { atNs: integer },
  EndJob: { atNs: integer, releasedNs: integer, deadlineNs: integer },
  Wait: {},
  Signal: { domid: integer, vcpu: integer },
  Yield: {},
  Go: {},
  Halt: {},
  Shutdown: { reason: integer }
})

/**
 * @category instances
 * @since 0.1.0
 */
export const domainInfoCodec: Codec<DomainInfo> = closed<DomainInfo>('domain info', {
  name: text,
  uuid: text,
  type: oneOf('pv', 'pvh', 'hvm'),
  userdata: plainData
})

const pcpus = listOf(integer)

const realTimeCodec = closed<RealTimeParams>('real-time parameters', {
  periodUs: integer,
  budgetUs: integer,
  isExtra: orNull(truth)
})

const arincEntryCodec = closed<ArincEntry>('arinc653 entry', {
  domid: integer,
  vcpu: integer,
  runtimeNs: integer
})

const vcpuPlanCodec = closed<VcpuPlan>(
  'vCPU plan',
  { isOnline: truth, hard: orNull(pcpus), soft: orNull(pcpus), guest: orNull(guestSpecCodec) },
  { realTime: realTimeCodec }
)

const domainPlanCodec = closed<DomainPlan>(
  'domain plan',
  {
    domid: integer,
    poolId: integer,
    isControl: truth,
    weight: orNull(integer),
    cap: orNull(integer),
    vcpus: listOf(vcpuPlanCodec),
    pages: integer,
    pagesMax: integer,
    nodes: orNull(listOf(integer)),
    isPaused: truth,
    info: domainInfoCodec
  },
  { realTime: realTimeCodec }
)

const ofVcpu = { domid: integer, vcpu: integer }

/**
 * @category instances
 * @since 0.1.0
 */
export const operationCodec: Codec<Operation> = tagged<Operation>('operation', {
  DomainBuild: { plan: domainPlanCodec },
  DomainDestroy: { domid: integer, inPlace: truth },
  DomainPause: { domid: integer },
  DomainUnpause: { domid: integer },
  DomainRename: { domid: integer, name: text },
  DomainHandle: { domid: integer, uuid: text },
  DomainUserdata: { domid: integer, userdata: plainData },
  DomainShutdown: { domid: integer, reason: integer },
  DomainMaxPages: { domid: integer, pagesMax: integer },
  VcpuPause: ofVcpu,
  VcpuUnpause: ofVcpu,
  VcpuOffline: ofVcpu,
  VcpuOnline: ofVcpu,
  VcpuKick: ofVcpu,
  VcpuAffinity: { ...ofVcpu, kind: oneOf('hard', 'soft'), pcpus },
  VcpuProgram: { ...ofVcpu, guest: orNull(guestSpecCodec) },
  SchedDomainParams: {
    domid: integer,
    scheduler: orNull(text),
    weight: orNull(integer),
    cap: orNull(integer)
  },
  SchedPoolParams: {
    poolId: integer,
    ratelimitUs: integer,
    timesliceMs: orNull(integer),
    migrationDelayUs: orNull(integer)
  },
  SchedDomainRealTime: { domid: integer, params: realTimeCodec },
  SchedVcpuRealTime: { ...ofVcpu, params: realTimeCodec },
  SchedArinc: { poolId: integer, majorFrameNs: integer, entries: listOf(arincEntryCodec) },
  PoolCreate: { poolId: integer, scheduler: text },
  PoolDestroy: { poolId: integer },
  PoolGranularity: { poolId: integer, granularity: oneOf('cpu', 'core', 'socket') },
  PoolAddPcpu: { poolId: integer, pcpu: integer },
  PoolRemovePcpu: { poolId: integer, pcpu: integer },
  PoolMoveDomain: { poolId: integer, domid: integer },
  ToolstackCall: { name: text, args: plainData }
})

/**
 * @category instances
 * @since 0.1.0
 */
export const inputCodec: Codec<Input> = tagged<Input>('input', {
  Advance: { toNs: integer },
  Operate: { operation: operationCodec },
  Plan: { operations: listOf(closed('planned operation', { atNs: integer, operation: operationCodec })) },
  Toolstack: { name: text, args: plainData }
})
