/**
 * A host in libxl's words: what a toolstack, an agent or a driver under test calls. Grouped as libxl's header
 * groups its functions; every call is a `TaskEither` of libxl's error, and has a twin that is a promise
 * (`handle.promises`).
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

import type { DomainId, GuestSpec } from '../abi/index.js'
import type { Host } from '../machine/index.js'
import type {
  Affinity,
  CpupoolInfo,
  CpuTopologyEntry,
  DomainConfig,
  DomainSchedParams,
  DomInfo,
  LibxlError,
  NewCpupool,
  NumaInfo,
  PhysInfo,
  SchedCredit2Params,
  SchedCreditParams,
  VcpuInfo,
  VcpuSchedParams,
  VersionInfo,
  Workloads
} from '../toolstack/index.js'

import type { Promised } from './promised.js'
import type { Listener, Unsubscribe } from './Session.js'
import type { XlReply } from './xlFiles.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * How a domain is created. `workloads`: what the guest executes, by name of domain; otherwise the `mode=` of
 * its kernel's command line says it. Paused, it waits for `domain.unpause`.
 *
 * @category model
 * @since 0.1.0
 */
export interface CreateOptions {
  readonly workloads?: Workloads
  readonly isPaused?: boolean
}

/**
 * Domains. `create` takes the text of an `xl` configuration or a finished one, and gives the id.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainCalls {
  readonly create: (config: string | DomainConfig, options?: CreateOptions) => TaskEither<LibxlError, number>
  readonly destroy: (domid: DomainId) => TaskEither<LibxlError, void>
  readonly pause: (domid: DomainId) => TaskEither<LibxlError, void>
  readonly unpause: (domid: DomainId) => TaskEither<LibxlError, void>
  readonly rename: (domid: DomainId, name: string) => TaskEither<LibxlError, void>
  readonly list: () => TaskEither<LibxlError, ReadonlyArray<DomInfo>>
  readonly info: (domid: DomainId) => TaskEither<LibxlError, DomInfo>
  /** The id of a domain by name. */
  readonly find: (name: string) => TaskEither<LibxlError, number>
}

/**
 * vCPUs. `setProgram` says what a vCPU executes from now on; null: nothing.
 *
 * @category model
 * @since 0.1.0
 */
export interface VcpuCalls {
  readonly list: (domid: DomainId) => TaskEither<LibxlError, ReadonlyArray<VcpuInfo>>
  readonly pin: (domid: DomainId, vcpu: number, affinity: Affinity) => TaskEither<LibxlError, void>
  readonly pinAll: (domid: DomainId, affinity: Affinity) => TaskEither<LibxlError, void>
  readonly setOnline: (domid: DomainId, vcpus: number) => TaskEither<LibxlError, void>
  readonly setProgram: (
    domid: DomainId,
    vcpu: number,
    guest: GuestSpec | null
  ) => TaskEither<LibxlError, void>
}

/**
 * Scheduling parameters: of a domain, of its vCPUs under rtds, and of the credit or credit2 of a cpupool. A
 * field of a domain that is absent stays as it is.
 *
 * @category model
 * @since 0.1.0
 */
export interface SchedCalls {
  readonly get: (domid: DomainId) => TaskEither<LibxlError, DomainSchedParams>
  readonly set: (domid: DomainId, params: DomainSchedParams) => TaskEither<LibxlError, void>
  readonly getVcpus: (domid: DomainId) => TaskEither<LibxlError, ReadonlyArray<VcpuSchedParams>>
  readonly setVcpus: (domid: DomainId, params: ReadonlyArray<VcpuSchedParams>) => TaskEither<LibxlError, void>
  readonly setAllVcpus: (
    domid: DomainId,
    params: Omit<VcpuSchedParams, 'vcpuid'>
  ) => TaskEither<LibxlError, void>
  readonly getCredit: (poolid: number) => TaskEither<LibxlError, SchedCreditParams>
  readonly setCredit: (poolid: number, params: SchedCreditParams) => TaskEither<LibxlError, void>
  readonly getCredit2: (poolid: number) => TaskEither<LibxlError, SchedCredit2Params>
  readonly setCredit2: (poolid: number, params: SchedCredit2Params) => TaskEither<LibxlError, void>
}

/**
 * Cpupools. `create` gives the id; `addNode` and `removeNode` pass over pCPUs that can't be moved.
 *
 * @category model
 * @since 0.1.0
 */
export interface CpupoolCalls {
  readonly list: () => TaskEither<LibxlError, ReadonlyArray<CpupoolInfo>>
  readonly info: (poolid: number) => TaskEither<LibxlError, CpupoolInfo>
  readonly create: (pool: NewCpupool) => TaskEither<LibxlError, number>
  readonly destroy: (poolid: number) => TaskEither<LibxlError, void>
  readonly rename: (poolid: number, name: string) => TaskEither<LibxlError, void>
  readonly addCpu: (poolid: number, cpu: number) => TaskEither<LibxlError, void>
  readonly removeCpu: (poolid: number, cpu: number) => TaskEither<LibxlError, void>
  readonly addNode: (poolid: number, node: number) => TaskEither<LibxlError, void>
  readonly removeNode: (poolid: number, node: number) => TaskEither<LibxlError, void>
  readonly moveDomain: (poolid: number, domid: DomainId) => TaskEither<LibxlError, void>
}

/**
 * The host itself.
 *
 * @category model
 * @since 0.1.0
 */
export interface HostCalls {
  readonly physinfo: () => TaskEither<LibxlError, PhysInfo>
  readonly versionInfo: () => TaskEither<LibxlError, VersionInfo>
  readonly cpuTopology: () => TaskEither<LibxlError, ReadonlyArray<CpuTopologyEntry>>
  readonly numainfo: () => TaskEither<LibxlError, ReadonlyArray<NumaInfo>>
}

/**
 * All calls. `advance` lets `ns` of virtual time pass; `xl` carries out a command line, given without the
 * name of the program, and replies with exit status and text, whatever the status is.
 *
 * @category model
 * @since 0.1.0
 */
export interface Calls {
  readonly domain: DomainCalls
  readonly vcpu: VcpuCalls
  readonly sched: SchedCalls
  readonly cpupool: CpupoolCalls
  readonly host: HostCalls
  readonly advance: (ns: number) => TaskEither<LibxlError, void>
  readonly xl: (argv: ReadonlyArray<string>) => TaskEither<LibxlError, XlReply>
}

/**
 * A host that is open. `snapshot` is the value as it is now; `journal` the text of everything since it was
 * opened.
 *
 * With a host file, `save` writes it now and `close` writes it and gives the file free; without one they
 * write nothing. A handle that is closed refuses every call.
 *
 * @category model
 * @since 0.1.0
 */
export interface Handle extends Calls {
  readonly promises: Promised<Calls>
  readonly subscribe: (listener: Listener) => Unsubscribe
  readonly snapshot: () => Host
  readonly journal: () => string
  readonly save: () => void
  readonly close: () => void
}
