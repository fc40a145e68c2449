/**
 * Calls of libxl as operations of the toolstack, so that what a handle does is in its journal: by name, with
 * plain arguments, and with the result as reply.
 *
 * @since 0.1.0
 */
import type { PlainData } from '../../abi/index.js'
import type { Host, ToolstackOperation } from '../../machine/index.js'
import type { DomainSchedParams } from '../cfg/BuildInfo.js'
import type { DomainConfig } from '../cfg/DomainConfig.js'
import { xl } from '../xl/xl.js'
import type { XlWorld } from '../xl/XlRun.js'

import type { Change, Libxl } from './Change.js'
import { domainCreate } from './create.js'
import type { Workloads } from './guestModes.js'
import { libxlErrorNumber } from './LibxlError.js'
import type { LibxlError, LibxlErrorName, LogLine } from './LibxlError.js'
import { domainDestroy, domainPause, domainRename, domainUnpause } from './life.js'
import { domainSchedParamsSet, schedCredit2ParamsSet } from './sched.js'
import type { SchedCredit2Params } from './sched.js'
import { setVcpuaffinity, setVcpuonline } from './vcpus.js'
import type { Affinity } from './vcpus.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a domain is made from: the text of a configuration as `xl create` reads it, or a finished
 * configuration. `sizes` are those of files that the host's own list does not name, `workloads` what the
 * guest executes.
 *
 * @category model
 * @since 0.1.0
 */
export interface CreateArguments {
  readonly config: string | DomainConfig
  readonly sizes: XlWorld['sizes']
  readonly workloads: Workloads
  readonly isPaused: boolean
}

/**
 * The arguments of each operation.
 *
 * @category model
 * @since 0.1.0
 */
export interface LibxlArguments {
  readonly 'libxl.domain_create': CreateArguments
  readonly 'libxl.domain_destroy': { readonly domid: number }
  readonly 'libxl.domain_pause': { readonly domid: number }
  readonly 'libxl.domain_unpause': { readonly domid: number }
  readonly 'libxl.domain_rename': { readonly domid: number; readonly name: string }
  readonly 'libxl.set_vcpuaffinity': {
    readonly domid: number
    readonly vcpu: number
    readonly affinity: Affinity
  }
  readonly 'libxl.set_vcpuonline': { readonly domid: number; readonly vcpus: number }
  readonly 'libxl.domain_sched_params_set': { readonly domid: number; readonly params: DomainSchedParams }
  readonly 'libxl.sched_credit2_params_set': { readonly poolid: number; readonly params: SchedCredit2Params }
}

/**
 * What each operation gives when it succeeds: the id of the new domain, or nothing.
 *
 * @category model
 * @since 0.1.0
 */
export type LibxlValue<N extends keyof LibxlArguments> = N extends 'libxl.domain_create' ? number : null

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
  'libxl.domain_create': (env, host, args, options) =>
    replyOf(create({ env, host, options }, args as unknown as CreateArguments)),
  'libxl.domain_destroy': operation('libxl.domain_destroy', (x, { domid }) => domainDestroy(x, domid)),
  'libxl.domain_pause': operation('libxl.domain_pause', (x, { domid }) => domainPause(x, domid)),
  'libxl.domain_unpause': operation('libxl.domain_unpause', (x, { domid }) => domainUnpause(x, domid)),
  'libxl.domain_rename': operation('libxl.domain_rename', (x, { domid, name }) =>
    domainRename(x, domid, name)
  ),
  'libxl.set_vcpuaffinity': operation('libxl.set_vcpuaffinity', (x, { domid, vcpu, affinity }) =>
    setVcpuaffinity(x, domid, vcpu, affinity)
  ),
  'libxl.set_vcpuonline': operation('libxl.set_vcpuonline', (x, { domid, vcpus }) =>
    setVcpuonline(x, domid, vcpus)
  ),
  'libxl.domain_sched_params_set': operation('libxl.domain_sched_params_set', (x, { domid, params }) =>
    domainSchedParamsSet(x, domid, params)
  ),
  'libxl.sched_credit2_params_set': operation('libxl.sched_credit2_params_set', (x, { poolid, params }) =>
    schedCredit2ParamsSet(x, poolid, params)
  )
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

function operation<N extends keyof LibxlArguments>(
  _name: N,
  call: (libxl: Libxl, args: LibxlArguments[N]) => Change<void>
): ToolstackOperation {
  return (env, host, args, options) => {
    const change = call({ env, host, options }, args as unknown as LibxlArguments[N])
    const { result } = change
    return replyOf({ ...change, result: result._tag === 'Left' ? result : { _tag: 'Right', right: null } })
  }
}

const replyOf = ({ host, outputs, log, result }: Change<number | null>): ReturnType<ToolstackOperation> => {
  const reply: LibxlReply<number | null> = result._tag === 'Left' ? result : { ...result, log }
  return [host, outputs, reply as unknown as PlainData]
}

const create = (libxl: Libxl, args: CreateArguments): Change<number> => {
  const { config, sizes, workloads, isPaused } = args
  if (typeof config === 'string') return createFromText(libxl, config, args)
  const fileBytes = (path: string): number | null =>
    libxl.host.boot.files.find((file) => file.path === path)?.bytes ?? sizes[path] ?? null
  const made = domainCreate(libxl, { config, workloads, fileBytes, isWatched: false })
  if (made.result._tag === 'Left' || isPaused) return made
  const started = domainUnpause({ ...libxl, host: made.host }, made.result.right)
  return {
    host: started.host,
    outputs: [...made.outputs, ...started.outputs],
    log: [...made.log, ...started.log],
    result: started.result._tag === 'Left' ? started.result : made.result
  }
}

/** What a text that has no file of its own is called in messages. */
const sourceName = 'config'

const createFromText = (
  { env, host, options }: Libxl,
  text: string,
  args: CreateArguments
): Change<number> => {
  const { sizes, workloads, isPaused } = args
  // A caller of the library hears of the end of a domain itself: nobody watches it.
  const argv = ['create', '-q', '-e', ...(isPaused ? ['-p'] : []), sourceName]
  const done = xl(env, host, argv, { files: { [sourceName]: text }, sizes, workloads }, options)
  const log = done.stderr.split('\n').flatMap((line) => (line === '' ? [] : [logLineOf(line)]))
  const domid = newDomid(host, done.host)
  const { outputs } = done
  if (done.rc !== 0 || domid === null) {
    return {
      host: done.host,
      outputs,
      log: [],
      result: { _tag: 'Left', left: { _tag: nameOf(done.rc), log } }
    }
  }
  return { host: done.host, outputs, log, result: { _tag: 'Right', right: domid } }
}

const newDomid = (before: Host, after: Host): number | null =>
  after.domains.records.find(({ domid }) => !before.domains.records.some((old) => old.domid === domid))
    ?.domid ?? null

const nameOf = (rc: number): LibxlErrorName => {
  const names = Object.keys(libxlErrorNumber) as ReadonlyArray<LibxlErrorName>
  // 1 is what xl itself ends with, when it can't make sense of a configuration.
  return (rc === 1 ? undefined : names.find((name) => libxlErrorNumber[name] === -rc)) ?? 'INVAL'
}

const logLineOf = (line: string): LogLine => {
  const match = /^libxl: (info|warning|error): ([^:]+):\d+:([^:]+): (?:Domain (\d+):)?(.*)$/.exec(line)
  if (match === null)
    return { level: 'error', place: { file: 'xl', function: 'create' }, domid: null, text: line }
  const [, level = 'error', file = '', name = '', domid, text = ''] = match
  return {
    level: level as LogLine['level'],
    place: { file, function: name },
    domid: domid === undefined ? null : Number(domid),
    text
  }
}
