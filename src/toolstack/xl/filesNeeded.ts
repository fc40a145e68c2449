/**
 * What a shell has to look up before it calls `xl`, which reads no file itself.
 *
 * @since 0.1.0
 */
import type { Host } from '../../machine/index.js'
import { appendOverrides } from '../cfg/parseConfigFile.js'
import { parseDomainConfig } from '../cfg/parseDomainConfig.js'
import { xlSettingsDefault } from '../cfg/xlConf.js'
import { pcpusByNode } from '../libxl/HostInfo.js'

import { cpupoolFile } from './cpupoolCreate.js'
import { createFile } from './create.js'
import { callOf, xlConfPath } from './xl.js'
import type { XlWorld } from './XlRun.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The files whose texts a command line may need: put them into `files`, or null for one that is not there.
 *
 * @category queries
 * @since 0.1.0
 */
export const filesNamed = (argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const call = callOf(argv)
  const file =
    call?.command.name === 'create'
      ? createFile(call)
      : call?.command.name === 'cpupool-create'
        ? cpupoolFile(call)
        : null
  return file === null || file === '/dev/null' ? [xlConfPath] : [xlConfPath, file]
}

/**
 * The files that a new domain is made of and the host's own list does not name: put their sizes into
 * `sizes`, or null for one that is not there.
 *
 * @category queries
 * @since 0.1.0
 */
export const pathsStated = (
  host: Host,
  argv: ReadonlyArray<string>,
  files: XlWorld['files']
): ReadonlyArray<string> => {
  const call = callOf(argv)
  const file = call?.command.name === 'create' ? createFile(call) : null
  if (call === null || file === null) return []
  const environment = {
    topology: { pcpusTotal: host.sched.pcpus.length, nodes: pcpusByNode(host) },
    uuid: '',
    settings: xlSettingsDefault
  }
  const text = appendOverrides(
    files[file] ?? '',
    call.rest.filter((word) => word.includes('='))
  )
  const parsed = parseDomainConfig(environment, file, text)
  if (parsed._tag === 'Left') return []
  const { buildInfo, disks } = parsed.right.config
  const paths = [buildInfo.kernel, buildInfo.ramdisk, ...disks.map(({ pdevPath }) => pdevPath)]
  const known = new Set(host.boot.files.map(({ path }) => path))
  return [...new Set(paths.flatMap((path) => (path === undefined || known.has(path) ? [] : [path])))]
}
