/**
 * The process that `xl create` leaves behind, which waits for its domain to shut down and then does what
 * `on_poweroff` and the like say (toolstack.md §9, xl-commands.md §10.1).
 *
 * It wakes up at the end of the instant at which the domain shut down. A restart makes the domain once more
 * two seconds later; nothing but that pause slows down a domain that crashes again and again. What real `xl`
 * logs comes as outputs. Core dumps and soft resets are not built, and the log says so: as after a dump that
 * failed, the domain is destroyed or made anew all the same; instead of a soft reset it stays as it is.
 *
 * @since 0.1.0
 */
import type { DomainId, Output, PlainData } from '../../abi/index.js'
import { plan } from '../../machine/index.js'
import type { ToolstackOperation } from '../../machine/index.js'
import { invariant } from '../../prelude/index.js'
import type { ActionOnShutdown, DomainConfig } from '../cfg/DomainConfig.js'
import type { Course, Libxl } from '../libxl/Change.js'
import { issue } from '../libxl/Change.js'
import { domainCreate } from '../libxl/create.js'
import { allDomains, toUserdata } from '../libxl/DomainRecord.js'
import type { FoundDomain, Monitor } from '../libxl/DomainRecord.js'
import { logText } from '../libxl/LibxlError.js'
import type { LogLine } from '../libxl/LibxlError.js'
import { domainDestroy, domainPreserve, domainUnpause } from '../libxl/life.js'
import { retrieveDomainConfiguration } from '../libxl/storedConfig.js'

import { compactTimestamp } from './clock.js'
import { actionFor, actionWord, suspensionReason } from './shutdownAction.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The operation that makes a domain once more.
 *
 * @category constants
 * @since 0.1.0
 */
export const restartOperation = 'xl.restart'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Has every process deal with its domain, if that has shut down; in the order of their ids.
 *
 * @category transitions
 * @since 0.1.0
 */
export const watchDomains: ToolstackOperation = (env, host, _args, options) => {
  const ended = allDomains(host).filter(({ domain, record }) => domain.isShutDown && record.monitor !== null)
  const course = ended.reduce<Course>((next, found) => wake({ env, host: next.host, options }, next, found), {
    host,
    outputs: []
  })
  return [course.host, course.outputs, null]
}

/**
 * Makes a domain once more, and lets it run.
 *
 * @category transitions
 * @since 0.1.0
 */
export const restartDomain: ToolstackOperation = (env, host, args, options) => {
  const libxl: Libxl = { env, host, options }
  const { config, monitor } = args as unknown as RestartArguments
  const { name = '' } = config.createInfo
  const fileBytes = (path: string): number | null =>
    host.boot.files.find((file) => file.path === path)?.bytes ?? monitor.sizes[path] ?? null
  const workloads = monitor.workload === undefined ? {} : { [name]: monitor.workload }
  const made = domainCreate(libxl, { config, workloads, fileBytes, isWatched: true })
  if (made.result._tag === 'Left') {
    const lines = libraryLines(libxl, invalidDomid, [...made.log, ...made.result.left.log])
    return [made.host, [...made.outputs, ...lines], null]
  }
  const domid = made.result.right
  const started = domainUnpause({ ...libxl, host: made.host }, domid)
  const waiting = waitingLine(libxl, name, domid)
  return [started.host, [...made.outputs, ...waiting, ...started.outputs], null]
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The first line of a log. Processes of domain 0 are not simulated: the number is always 1.
 *
 * @category queries
 * @since 0.1.0
 */
export const waitingLine = (libxl: Libxl, name: string | undefined, domid: DomainId): ReadonlyArray<Output> =>
  linesOf(libxl, domid, [`Waiting for domain ${name ?? ''} (domid ${domid}) to die [pid 1]`])

/**
 * The last line of a log whose domain somebody else destroyed.
 *
 * @category queries
 * @since 0.1.0
 */
export const destroyedLine = (libxl: Libxl, domid: DomainId): ReadonlyArray<Output> =>
  linesOf(libxl, domid, [`Domain ${domid} has been destroyed.`])

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface RestartArguments {
  readonly config: DomainConfig
  readonly monitor: Monitor
}

/** One domain that ended, and what is known of it at that moment. */
interface Ended {
  readonly domid: DomainId
  readonly name: string
  readonly config: DomainConfig
  readonly monitor: Monitor
  readonly found: FoundDomain
}

/** Stands where a log has no domain. */
const invalidDomid = -1

const restartDelayNs = 2_000_000_000

const dumpDirectory = '/var/lib/xen/dump'

const linesOf = (libxl: Libxl, domid: DomainId, lines: ReadonlyArray<string>): ReadonlyArray<Output> =>
  libxl.options.trace
    ? lines.map((line) => ({ _tag: 'MonitorLine', atNs: libxl.host.nowNs, domid, line }))
    : []

const libraryLines = (libxl: Libxl, domid: DomainId, log: ReadonlyArray<LogLine>): ReadonlyArray<Output> =>
  linesOf(libxl, domid, log.map(logText))

const say = (libxl: Libxl, course: Course, domid: DomainId, ...lines: ReadonlyArray<string>): Course => ({
  host: course.host,
  outputs: [...course.outputs, ...linesOf(libxl, domid, lines)]
})

const wake = (libxl: Libxl, course: Course, found: FoundDomain): Course => {
  const { domid, shutdownReason: reason } = found.domain
  const { monitor } = found.record
  const config = retrieveDomainConfiguration(libxl.env, libxl.host, domid)
  invariant(monitor !== null && config !== null, 'a domain that is watched is there')
  if (reason === suspensionReason && monitor.hasSeenSuspension) return course
  const shutDown = `Domain ${domid} has shut down, reason code ${reason} 0x${(reason >>> 0).toString(16)}`
  const told = say(libxl, course, domid, shutDown)
  if (reason === suspensionReason) {
    const noted = withMonitor(libxl, told, found, { ...monitor, hasSeenSuspension: true })
    return say(libxl, noted, domid, 'Domain has suspended.', `Continue waiting for domain ${domid}`)
  }
  const { action, isKnown } = actionFor(config, reason)
  const surprise = isKnown ? [] : [`Unknown shutdown reason code ${reason}. Destroying domain.`]
  const decision = `Action for shutdown reason code ${reason} is ${actionWord(action)}`
  const ended: Ended = { domid, name: found.domain.info.name, config, monitor, found }
  return act(libxl, say(libxl, told, domid, ...surprise, decision), ended, action)
}

const act = (libxl: Libxl, course: Course, ended: Ended, action: ActionOnShutdown): Course => {
  const { domid, name, found } = ended
  switch (action) {
    case 'destroy':
      return say(libxl, cleanUp(libxl, course, domid), domid, 'Done. Exiting now')
    case 'restart':
      return rebootNow(libxl, cleanUp(libxl, course, domid), ended)
    case 'restart_rename':
      return preserve(libxl, course, ended)
    case 'coredump_destroy':
    case 'coredump_restart': {
      const lines = [`dumping core to ${dumpDirectory}/${name}`, 'NotImplemented: core dumps']
      const told = say(libxl, course, domid, ...lines)
      return act(libxl, told, ended, action === 'coredump_destroy' ? 'destroy' : 'restart')
    }
    case 'soft_reset': {
      const told = say(libxl, course, domid, 'NotImplemented: soft reset')
      return withMonitor(libxl, told, found, null)
    }
    case 'preserve':
      return say(libxl, withMonitor(libxl, course, found, null), domid, 'Done. Exiting now')
  }
}

const cleanUp = (libxl: Libxl, course: Course, domid: DomainId): Course => {
  const told = say(libxl, course, domid, `Domain ${domid} needs to be cleaned up: destroying the domain`)
  const gone = domainDestroy({ ...libxl, host: told.host }, domid)
  return { host: gone.host, outputs: [...told.outputs, ...gone.outputs] }
}

const rebootNow = (libxl: Libxl, course: Course, { domid, config, monitor }: Ended): Course => {
  const args: RestartArguments = { config, monitor: { ...monitor, hasSeenSuspension: false } }
  const operation = {
    _tag: 'ToolstackCall',
    name: restartOperation,
    args: args as unknown as PlainData
  } as const
  const told = say(libxl, course, domid, 'Done. Rebooting now')
  const atNs = told.host.nowNs + restartDelayNs
  const planned = plan(libxl.env, told.host, [{ atNs, operation }])
  // A host at the end of time restarts nothing any more.
  return planned._tag === 'Left' ? told : { host: planned.right[0], outputs: told.outputs }
}

/** The domain stays under another name. When that name is taken, nobody cares for the domain any more. */
const preserve = (libxl: Libxl, course: Course, ended: Ended): Course => {
  const { domid, name, found } = ended
  const suffix = `-${compactTimestamp(libxl.host.nowNs)}`
  const told = say(libxl, course, domid, `Preserving domain ${domid} ${name} with suffix${suffix}`)
  const alone = withMonitor(libxl, told, found, null)
  const kept = domainPreserve({ ...libxl, host: alone.host }, domid, `${name}${suffix}`)
  const next: Course = { host: kept.host, outputs: [...alone.outputs, ...kept.outputs] }
  if (kept.result._tag === 'Right') return rebootNow(libxl, next, ended)
  return say(libxl, next, domid, ...kept.result.left.log.map(logText))
}

const withMonitor = (
  libxl: Libxl,
  course: Course,
  { domain, record }: FoundDomain,
  monitor: Monitor | null
): Course => {
  const userdata = toUserdata({ ...record, monitor })
  const stored = issue(libxl, course, { _tag: 'DomainUserdata', domid: domain.domid, userdata })
  invariant(stored._tag === 'Right', 'the domain is there')
  return stored.right
}
