/**
 * Creating a domain as the operation of the library's users: from the text of a configuration, which `xl`
 * reads, or from a finished one.
 *
 * @since 0.1.0
 */
import type { Host } from '../../machine/index.js'
import type { DomainConfig } from '../cfg/DomainConfig.js'
import { xl } from '../xl/xl.js'
import type { XlWorld } from '../xl/XlRun.js'

import type { Change, Libxl } from './Change.js'
import { domainCreate } from './create.js'
import type { Workloads } from './guestModes.js'
import { libxlErrorNumber } from './LibxlError.js'
import type { LibxlErrorName, LogLine } from './LibxlError.js'
import { domainUnpause } from './life.js'

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

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Creates a domain, and lets it run unless it is to be paused.
 *
 * @category transitions
 * @since 0.1.0
 */
export const createFrom = (libxl: Libxl, args: CreateArguments): Change<number> => {
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

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

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
