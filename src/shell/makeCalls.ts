/**
 * libxl's calls on a session.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

import type { Input, PlainData } from '../abi/index.js'
import type { TransitionError } from '../machine/index.js'
import {
  cpupoolInfo,
  domainInfo,
  domainSchedParamsGet,
  getCpuTopology,
  getNumainfo,
  getPhysinfo,
  getVersionInfo,
  listCpupool,
  listDomain,
  listVcpu,
  nameToDomid,
  pathsStated,
  schedCredit2ParamsGet,
  schedCreditParamsGet,
  vcpuSchedParamsGetAll,
  xlArguments
} from '../toolstack/index.js'
import type {
  CreateArguments,
  LibxlArguments,
  LibxlError,
  LibxlErrorName,
  LibxlReply,
  LibxlValue
} from '../toolstack/index.js'

import { advanceInSlices } from './advanceInSlices.js'
import { transitionErrorText } from './errorText.js'
import type { Calls, CpupoolCalls, CreateOptions, DomainCalls, SchedCalls, VcpuCalls } from './Handle.js'
import type { Session } from './Session.js'
import { sizesOf, xlFilesOf } from './xlFiles.js'
import type { XlReply } from './xlFiles.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The calls of a handle. `session` gives the session, or throws when the handle is closed.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeCalls = (session: () => Session): Calls => {
  const ask = <A>(question: (session: Session) => Either<LibxlError, A>): TaskEither<LibxlError, A> =>
    later(() => question(session()))
  return {
    domain: domainCalls(session),
    vcpu: vcpuCalls(session),
    sched: schedCalls(session),
    cpupool: cpupoolCalls(session),
    host: {
      physinfo: () => ask((s) => E.right(getPhysinfo(s.host()))),
      versionInfo: () => ask((s) => E.right(getVersionInfo(s.host()))),
      cpuTopology: () => ask((s) => E.right(getCpuTopology(s.host()))),
      numainfo: () => ask((s) => E.right(getNumainfo(s.host())))
    },
    advance: (ns) => async () => {
      const done = await advanceInSlices(session(), session().host().nowNs + ns)
      return done._tag === 'Left' ? E.left(refusal(done.left)) : E.right(undefined)
    },
    xl: (argv) =>
      ask((s) => {
        const args = xlArguments({ argv, ...xlFilesOf(s.host(), argv) })
        const reply = applied(s, { _tag: 'Toolstack', name: 'xl', args })
        return reply._tag === 'Left' ? reply : E.right(reply.right as unknown as XlReply)
      })
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** A task that does its work when it is run, and not before. */
const later =
  <A>(action: () => Either<LibxlError, A>): TaskEither<LibxlError, A> =>
  async () =>
    Promise.resolve(action())

const errorOf = (tag: LibxlErrorName, text: string): LibxlError => ({
  _tag: tag,
  log: [{ level: 'error', place: { file: 'xensim', function: 'handle' }, domid: null, text }]
})

const refusal = (error: TransitionError): LibxlError => errorOf('INVAL', transitionErrorText(error))

const applied = (session: Session, input: Input): Either<LibxlError, PlainData> => {
  const done = session.apply(input)
  return done._tag === 'Left' ? E.left(refusal(done.left)) : done
}

const performed = <N extends keyof LibxlArguments>(
  session: Session,
  name: N,
  args: LibxlArguments[N]
): Either<LibxlError, LibxlValue<N>> => {
  const done = applied(session, { _tag: 'Toolstack', name, args: args as unknown as PlainData })
  if (done._tag === 'Left') return done
  const reply = done.right as unknown as LibxlReply<LibxlValue<N>>
  return reply._tag === 'Left' ? reply : E.right(reply.right)
}

type Perform = <N extends keyof LibxlArguments>(
  name: N,
  args: LibxlArguments[N]
) => TaskEither<LibxlError, LibxlValue<N>>

const performer =
  (session: () => Session): Perform =>
  (name, args) =>
    later(() => performed(session(), name, args))

const withoutValue =
  (task: TaskEither<LibxlError, null>): TaskEither<LibxlError, void> =>
  async () =>
    E.map(() => undefined)(await task())

const domainCalls = (session: () => Session): DomainCalls => {
  const perform = performer(session)
  return {
    create: (config, options = {}) =>
      later(() => performed(session(), 'libxl.domain_create', createArguments(session(), config, options))),
    destroy: (domid) => withoutValue(perform('libxl.domain_destroy', { domid })),
    pause: (domid) => withoutValue(perform('libxl.domain_pause', { domid })),
    unpause: (domid) => withoutValue(perform('libxl.domain_unpause', { domid })),
    rename: (domid, name) => withoutValue(perform('libxl.domain_rename', { domid, name })),
    list: () => later(() => E.right(listDomain(session().host()))),
    info: (domid) => later(() => domainInfo(session().host(), domid)),
    find: (name) => later(() => nameToDomid(session().host(), name))
  }
}

const createArguments = (
  session: Session,
  config: CreateArguments['config'],
  { workloads = {}, isPaused = false }: CreateOptions
): CreateArguments => {
  const paths =
    typeof config === 'string'
      ? pathsStated(session.host(), ['create', 'config'], { config })
      : [config.buildInfo.kernel, config.buildInfo.ramdisk, ...config.disks.map(({ pdevPath }) => pdevPath)]
  return { config, sizes: sizesOf(paths.flatMap((path) => path ?? [])), workloads, isPaused }
}

const vcpuCalls = (session: () => Session): VcpuCalls => {
  const perform = performer(session)
  return {
    list: (domid) => later(() => listVcpu(session().host(), domid)),
    pin: (domid, vcpu, affinity) =>
      withoutValue(perform('libxl.set_vcpuaffinity', { domid, vcpu, affinity })),
    pinAll: (domid, affinity) =>
      later(() => {
        const listed = listVcpu(session().host(), domid)
        if (listed._tag === 'Left') return listed
        const vcpus = listed.right.length
        return E.map(() => undefined)(
          performed(session(), 'libxl.set_vcpuaffinity_all', { domid, vcpus, affinity })
        )
      }),
    setOnline: (domid, vcpus) => withoutValue(perform('libxl.set_vcpuonline', { domid, vcpus })),
    setProgram: (domid, vcpu, guest) =>
      later(() => {
        const operation = { _tag: 'VcpuProgram', domid, vcpu, guest } as const
        return E.map(() => undefined)(applied(session(), { _tag: 'Operate', operation }))
      })
  }
}

const cpupoolCalls = (session: () => Session): CpupoolCalls => {
  const perform = performer(session)
  return {
    list: () => later(() => E.right(listCpupool(session().host()))),
    info: (poolid) =>
      later(() =>
        E.fromNullable(errorOf('NOTFOUND', `no cpupool ${poolid}`))(cpupoolInfo(session().host(), poolid))
      ),
    create: (pool) => perform('libxl.cpupool_create', pool),
    destroy: (poolid) => withoutValue(perform('libxl.cpupool_destroy', { poolid })),
    rename: (poolid, name) => withoutValue(perform('libxl.cpupool_rename', { poolid, name })),
    addCpu: (poolid, cpu) => withoutValue(perform('libxl.cpupool_cpuadd', { poolid, cpu })),
    removeCpu: (poolid, cpu) => withoutValue(perform('libxl.cpupool_cpuremove', { poolid, cpu })),
    addNode: (poolid, node) => withoutValue(perform('libxl.cpupool_cpuadd_node', { poolid, node })),
    removeNode: (poolid, node) => withoutValue(perform('libxl.cpupool_cpuremove_node', { poolid, node })),
    moveDomain: (poolid, domid) => withoutValue(perform('libxl.cpupool_movedomain', { poolid, domid }))
  }
}

const schedCalls = (session: () => Session): SchedCalls => {
  const perform = performer(session)
  return {
    get: (domid) => later(() => domainSchedParamsGet(session().env, session().host(), domid)),
    set: (domid, params) => withoutValue(perform('libxl.domain_sched_params_set', { domid, params })),
    getVcpus: (domid) => later(() => vcpuSchedParamsGetAll(session().env, session().host(), domid)),
    setVcpus: (domid, params) => withoutValue(perform('libxl.vcpu_sched_params_set', { domid, params })),
    setAllVcpus: (domid, params) =>
      withoutValue(perform('libxl.vcpu_sched_params_set_all', { domid, params })),
    getCredit: (poolid) => later(() => schedCreditParamsGet(session().env, session().host(), poolid)),
    setCredit: (poolid, params) => withoutValue(perform('libxl.sched_credit_params_set', { poolid, params })),
    getCredit2: (poolid) => later(() => schedCredit2ParamsGet(session().env, session().host(), poolid)),
    setCredit2: (poolid, params) =>
      withoutValue(perform('libxl.sched_credit2_params_set', { poolid, params }))
  }
}
