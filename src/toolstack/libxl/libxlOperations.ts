/**
 * Calls of libxl as operations of the toolstack, so that what a handle does is in its journal: by name, with
 * plain arguments, and with the result as reply.
 *
 * @since 0.1.0
 */
import type { DomainId, NodeId, PlainData } from '../../abi/index.js'
import type { ToolstackOperation } from '../../machine/index.js'
import type { DomainSchedParams } from '../cfg/BuildInfo.js'

import type { Change, Libxl } from './Change.js'
import { createFrom } from './createFrom.js'
import type { CreateArguments } from './createFrom.js'
import type { LibxlError, LogLine } from './LibxlError.js'
import { domainDestroy, domainPause, domainRename, domainUnpause } from './life.js'
import {
  cpupoolCpuadd,
  cpupoolCpuaddNode,
  cpupoolCpuremove,
  cpupoolCpuremoveNode,
  cpupoolCreate,
  cpupoolDestroy,
  cpupoolMovedomain,
  cpupoolRename
} from './poolChanges.js'
import type { NewCpupool } from './poolChanges.js'
import { domainSchedParamsSet, schedCredit2ParamsSet, schedCreditParamsSet } from './sched.js'
import type { SchedCredit2Params, SchedCreditParams } from './sched.js'
import { vcpuSchedParamsSet, vcpuSchedParamsSetAll } from './vcpuSched.js'
import type { VcpuSchedParams } from './vcpuSched.js'
import { setVcpuaffinity, setVcpuaffinityAll, setVcpuonline } from './vcpus.js'
import type { Affinity } from './vcpus.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The arguments of each operation.
 *
 * @category model
 * @since 0.1.0
 */
export interface LibxlArguments {
  readonly 'libxl.domain_create': CreateArguments
  readonly 'libxl.domain_destroy': { readonly domid: DomainId }
  readonly 'libxl.domain_pause': { readonly domid: DomainId }
  readonly 'libxl.domain_unpause': { readonly domid: DomainId }
  readonly 'libxl.domain_rename': { readonly domid: DomainId; readonly name: string }
  readonly 'libxl.set_vcpuaffinity': {
    readonly domid: DomainId
    readonly vcpu: number
    readonly affinity: Affinity
  }
  readonly 'libxl.set_vcpuaffinity_all': {
    readonly domid: DomainId
    readonly vcpus: number
    readonly affinity: Affinity
  }
  readonly 'libxl.set_vcpuonline': { readonly domid: DomainId; readonly vcpus: number }
  readonly 'libxl.domain_sched_params_set': { readonly domid: DomainId; readonly params: DomainSchedParams }
  readonly 'libxl.vcpu_sched_params_set': {
    readonly domid: DomainId
    readonly params: ReadonlyArray<VcpuSchedParams>
  }
  readonly 'libxl.vcpu_sched_params_set_all': {
    readonly domid: DomainId
    readonly params: Omit<VcpuSchedParams, 'vcpuid'>
  }
  readonly 'libxl.sched_credit_params_set': { readonly poolid: number; readonly params: SchedCreditParams }
  readonly 'libxl.sched_credit2_params_set': { readonly poolid: number; readonly params: SchedCredit2Params }
  readonly 'libxl.cpupool_create': NewCpupool
  readonly 'libxl.cpupool_destroy': { readonly poolid: number }
  readonly 'libxl.cpupool_rename': { readonly poolid: number; readonly name: string }
  readonly 'libxl.cpupool_cpuadd': { readonly poolid: number; readonly cpu: number }
  readonly 'libxl.cpupool_cpuadd_node': { readonly poolid: number; readonly node: NodeId }
  readonly 'libxl.cpupool_cpuremove': { readonly poolid: number; readonly cpu: number }
  readonly 'libxl.cpupool_cpuremove_node': { readonly poolid: number; readonly node: NodeId }
  readonly 'libxl.cpupool_movedomain': { readonly poolid: number; readonly domid: DomainId }
}

/**
 * What each operation gives when it succeeds: the id of the new domain or cpupool, or nothing.
 *
 * @category model
 * @since 0.1.0
 */
export type LibxlValue<N extends keyof LibxlArguments> = N extends
  'libxl.domain_create' | 'libxl.cpupool_create'
  ? number
  : null

/**
 * The reply of an operation. `log` is what the library logged although it succeeded.
 *
 * @category model
 * @since 0.1.0
 */
export type LibxlReply<A> =
  | { readonly _tag: 'Left'; readonly left: LibxlError }
  | { readonly _tag: 'Right'; readonly right: A; readonly log: ReadonlyArray<LogLine> }

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The operations by name.
 *
 * @category constants
 * @since 0.1.0
 */
export const libxlOperations: { readonly [N in keyof LibxlArguments]: ToolstackOperation } = {
  'libxl.domain_create': operation('libxl.domain_create', createFrom),
  'libxl.domain_destroy': operation('libxl.domain_destroy', (x, { domid }) => domainDestroy(x, domid)),
  'libxl.domain_pause': operation('libxl.domain_pause', (x, { domid }) => domainPause(x, domid)),
  'libxl.domain_unpause': operation('libxl.domain_unpause', (x, { domid }) => domainUnpause(x, domid)),
  'libxl.domain_rename': operation('libxl.domain_rename', (x, { domid, name }) =>
    domainRename(x, domid, name)
  ),
  'libxl.set_vcpuaffinity': operation('libxl.set_vcpuaffinity', (x, { domid, vcpu, affinity }) =>
    setVcpuaffinity(x, domid, vcpu, affinity)
  ),
  'libxl.set_vcpuaffinity_all': operation('libxl.set_vcpuaffinity_all', (x, { domid, vcpus, affinity }) =>
    setVcpuaffinityAll(x, domid, vcpus, affinity)
  ),
  'libxl.set_vcpuonline': operation('libxl.set_vcpuonline', (x, { domid, vcpus }) =>
    setVcpuonline(x, domid, vcpus)
  ),
  'libxl.domain_sched_params_set': operation('libxl.domain_sched_params_set', (x, { domid, params }) =>
    domainSchedParamsSet(x, domid, params)
  ),
  'libxl.vcpu_sched_params_set': operation('libxl.vcpu_sched_params_set', (x, { domid, params }) =>
    vcpuSchedParamsSet(x, domid, params)
  ),
  'libxl.vcpu_sched_params_set_all': operation('libxl.vcpu_sched_params_set_all', (x, { domid, params }) =>
    vcpuSchedParamsSetAll(x, domid, params)
  ),
  'libxl.sched_credit_params_set': operation('libxl.sched_credit_params_set', (x, { poolid, params }) =>
    schedCreditParamsSet(x, poolid, params)
  ),
  'libxl.sched_credit2_params_set': operation('libxl.sched_credit2_params_set', (x, { poolid, params }) =>
    schedCredit2ParamsSet(x, poolid, params)
  ),
  'libxl.cpupool_create': operation('libxl.cpupool_create', cpupoolCreate),
  'libxl.cpupool_destroy': operation('libxl.cpupool_destroy', (x, { poolid }) => cpupoolDestroy(x, poolid)),
  'libxl.cpupool_rename': operation('libxl.cpupool_rename', (x, { poolid, name }) =>
    cpupoolRename(x, poolid, name)
  ),
  'libxl.cpupool_cpuadd': operation('libxl.cpupool_cpuadd', (x, { poolid, cpu }) =>
    cpupoolCpuadd(x, poolid, cpu)
  ),
  'libxl.cpupool_cpuadd_node': operation('libxl.cpupool_cpuadd_node', (x, { poolid, node }) =>
    cpupoolCpuaddNode(x, poolid, node)
  ),
  'libxl.cpupool_cpuremove': operation('libxl.cpupool_cpuremove', (x, { poolid, cpu }) =>
    cpupoolCpuremove(x, poolid, cpu)
  ),
  'libxl.cpupool_cpuremove_node': operation('libxl.cpupool_cpuremove_node', (x, { poolid, node }) =>
    cpupoolCpuremoveNode(x, poolid, node)
  ),
  'libxl.cpupool_movedomain': operation('libxl.cpupool_movedomain', (x, { poolid, domid }) =>
    cpupoolMovedomain(x, poolid, domid)
  )
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

function operation<N extends keyof LibxlArguments>(
  _name: N,
  call: (libxl: Libxl, args: LibxlArguments[N]) => Change<LibxlValue<N> | void>
): ToolstackOperation {
  return (env, host, args, options) => {
    const change = call({ env, host, options }, args as unknown as LibxlArguments[N])
    const { result, log } = change
    const reply: LibxlReply<number | null> =
      result._tag === 'Left' ? result : { _tag: 'Right', right: result.right ?? null, log }
    return [change.host, change.outputs, reply as unknown as PlainData]
  }
}
