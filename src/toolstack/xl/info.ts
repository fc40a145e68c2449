/**
 * `xl info` (xl-commands.md §5).
 *
 * @since 0.1.0
 */
import { getCpuTopology, getNumainfo, getPhysinfo, getVersionInfo } from '../libxl/HostInfo.js'
import { uname } from '../libxl/machineFacts.js'

import { notBuilt } from './Command.js'
import type { CommandProgram } from './Command.js'
import { left, right } from './format.js'
import { hasOption } from './getopt.js'
import { print } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * With an argument, and without `-n`, only the values of the lines that begin with it.
 *
 * @category transitions
 * @since 0.1.0
 */
export const info: CommandProgram = (run, { options, rest }) => {
  const hasNuma = hasOption(options, 'n')
  if (hasOption(options, 'x')) return notBuilt(run, 'xl info -x (xenstore features)')
  const only = hasNuma ? undefined : rest[0]
  const lines = [
    ...physicalLines(run),
    ...(hasNuma ? [...topologyLines(run), ...numaLines(run)] : []),
    ...versionLines(run)
  ]
  for (const line of lines) {
    if (only === undefined) print(run, line)
    else if (line.startsWith(only)) {
      const colon = line.indexOf(':')
      if (line.charAt(colon + 1) === ' ') print(run, line.slice(colon + 2))
    }
  }
  return 0
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const labelWidth = 23
const pagesPerMib = 256
const mibBytes = 0x10_0000

const line = (label: string, value: string | number): string => `${left(label, labelWidth)}: ${value}`

const physicalLines = (run: XlRun): ReadonlyArray<string> => {
  const phys = getPhysinfo(run.host)
  const mib = (pages: number): number => Math.floor(pages / pagesPerMib)
  const khz = String(phys.cpuKhz % 1000).padStart(3, '0')
  return [
    line('host', uname.host),
    line('release', uname.release),
    line('version', uname.version),
    line('machine', uname.machine),
    line('nr_cpus', phys.nrCpus),
    line('max_cpu_id', phys.maxCpuId),
    line('nr_nodes', phys.nrNodes),
    line('cores_per_socket', phys.coresPerSocket),
    line('threads_per_core', phys.threadsPerCore),
    line('cpu_mhz', `${Math.floor(phys.cpuKhz / 1000)}.${khz}`),
    line('hw_caps', phys.hwCap.map((word) => word.toString(16).padStart(8, '0')).join(':')),
    `${left('virt_caps', labelWidth)}:${phys.capabilities.map((name) => ` ${name}`).join('')}`,
    line('total_memory', mib(phys.totalPages)),
    line('free_memory', mib(phys.freePages - phys.outstandingPages)),
    line('sharing_freed_memory', 0),
    line('sharing_used_memory', 0),
    line('outstanding_claims', mib(phys.outstandingPages)),
    line('free_cpus', phys.freeCpus)
  ]
}

const topologyLines = (run: XlRun): ReadonlyArray<string> => [
  `${left('cpu_topology', labelWidth)}:`,
  'cpu:    core    socket     node',
  ...getCpuTopology(run.host).map(
    ({ core, socket, node }, cpu) =>
      `${right(cpu, 3)}:    ${right(core, 4)}     ${right(socket, 4)}     ${right(node, 4)}`
  ),
  'device topology        :',
  'device           node',
  'No device topology data available'
]

const numaLines = (run: XlRun): ReadonlyArray<string> => [
  `${left('numa_info', labelWidth)}:`,
  'node:    memsize    memfree    distances',
  ...getNumainfo(run.host).map(({ size, free, dists }, node) => {
    const [total, unused] = [size, free].map((bytes) => right(Math.floor(bytes / mibBytes), 6))
    return `${right(node, 4)}:    ${total ?? ''}     ${unused ?? ''}      ${dists.join(',')}`
  })
]

const versionLines = (run: XlRun): ReadonlyArray<string> => {
  const version = getVersionInfo(run.host)
  const { xenVersionMajor: major, xenVersionMinor: minor, xenVersionExtra: extra } = version
  return [
    line('xen_major', major),
    line('xen_minor', minor),
    line('xen_extra', extra),
    line('xen_version', `${major}.${minor}${extra}`),
    line('xen_caps', version.capabilities),
    line('xen_scheduler', run.host.sched.params.scheduler),
    line('xen_pagesize', version.pagesize),
    line('platform_params', `virt_start=${version.virtStart}`),
    line('xen_changeset', version.changeset),
    line('xen_commandline', version.commandline),
    line('cc_compiler', version.compiler),
    line('cc_compile_by', version.compileBy),
    line('cc_compile_domain', version.compileDomain),
    line('cc_compile_date', version.compileDate),
    line('build_id', version.buildId),
    line('xend_config_format', 4)
  ]
}
