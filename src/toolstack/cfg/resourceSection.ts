/**
 * What a domain may use: scheduler parameters, memory, vCPUs and their pCPUs, grants; and what to do when it
 * shuts down (xl-cfg.md §3.1, §4, §7, §8).
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'

import { parseUnsigned } from './cNumber.js'
import { leadingStrings } from './ConfigFile.js'
import { boundedNumber, fatal, takeFields, takeList, takeNumber, takeString } from './ConfigReader.js'
import type { Draft, Fatal } from './ConfigReader.js'
import { parseCpuList } from './cpuList.js'
import type { ActionOnShutdown } from './DomainConfig.js'
import type { DomainSchedParams } from './BuildInfo.js'
import type { DomainParse, Section } from './DomainParse.js'
import { takeVnuma } from './vnuma.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * More vCPUs than this are refused here: no host of the simulation, and no Xen, has so many, and each
 * of them is a record.
 *
 * @category constants
 * @since 0.1.0
 */
export const vcpusMax = 32768

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const resourceSection: Section = (parse) => {
  const { reader, build, environment } = parse
  takeSched(parse)
  takeFields(reader, build, [
    ['mib', 'memory', 'targetMemkb'],
    ['mib', 'maxmem', 'maxMemkb']
  ])
  build.claimMode = environment.settings.claimMode
  return (
    takeColors(parse) ??
    takeVcpus(parse) ??
    takeAffinity(parse, 'cpus') ??
    takeAffinity(parse, 'cpus_soft') ??
    takeGrants(parse) ??
    takeActions(parse)
  )
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const unchanged = -1

const takeSched = ({ reader, build }: DomainParse): void => {
  const sched: Draft<DomainSchedParams> = {}
  takeFields(reader, sched, [
    ['int', 'cpu_weight', 'weight', unchanged],
    ['int', 'cap', 'cap', unchanged],
    ['int', 'period', 'period', unchanged],
    ['int', 'slice', 'slice', unchanged],
    ['int', 'latency', 'latency', unchanged],
    ['int', 'extratime', 'extratime', unchanged]
  ])
  build.schedParams = sched
}

const colorsMax = 65536

const takeColors = ({ reader, build }: DomainParse): Fatal | undefined => {
  const items = takeList(reader, 'llc_colors')
  if (items === undefined) return undefined
  const colors: number[] = []
  for (const [index, item] of items.entries()) {
    if (item._tag === 'List') return fatal(reader, `xl: Can't get element ${index} in LLC color list`)
    const first = parseUnsigned(item.text, 10)
    if (first.length === 0) return fatal(reader, `xl: Invalid LLC color range: ${item.text}`)
    const rest = item.text.slice(first.length)
    const second = rest.startsWith('-') ? parseUnsigned(rest.slice(1), 10) : undefined
    const last = second === undefined || second.length === 0 ? first.value : second.value
    if (first.value > last) return fatal(reader, `xl: Start LLC color is greater than end: ${item.text}`)
    if (last - first.value >= colorsMax || !Number.isSafeInteger(last))
      return fatal(reader, `xl: Invalid LLC color range: ${item.text}`)
    for (let color = first.value; color <= last; color += 1) colors.push(color)
  }
  if (colors.length > 0) build.llcColors = colors
  return undefined
}

const takeVcpus = (parse: DomainParse): Fatal | undefined => {
  const { reader, build } = parse
  const vcpus = takeNumber(reader, 'vcpus')
  if (vcpus !== undefined) {
    if (vcpus < 0 || vcpus > vcpusMax) return fatal(reader, 'Unable to allocate cpumap')
    if (vcpus > 0) build.availVcpus = Array.from({ length: vcpus }, (_, vcpu) => vcpu)
  }
  const maxVcpus = takeNumber(reader, 'maxvcpus')
  if (maxVcpus !== undefined && maxVcpus > vcpusMax) return fatal(reader, 'Unable to allocate cpumap')
  if (maxVcpus !== undefined && maxVcpus !== 0) build.maxVcpus = maxVcpus
  const vuart = takeString(reader, 'vuart')
  if (vuart !== undefined && !['unknown', 'sbsa_uart'].includes(vuart.toLowerCase())) {
    return fatal(reader, `ERROR: invalid value "${vuart}" for "vuart"`)
  }
  const wrongVnuma = takeVnuma(parse)
  if (wrongVnuma !== undefined) return wrongVnuma
  if (build.maxMemkb === undefined && build.targetMemkb !== undefined) build.maxMemkb = build.targetMemkb
  if (build.maxVcpus === undefined && vcpus !== undefined && vcpus > 0) build.maxVcpus = vcpus
  if ((build.maxVcpus ?? 0) < (vcpus ?? 0)) return fatal(reader, 'xl: maxvcpus < vcpus')
  return undefined
}

/**
 * One set for all vCPUs (a string) or one for each (a list, whose surplus is ignored). Without `vcpus` and
 * `maxvcpus` there is no vCPU yet for which a set could be kept, so it is only checked.
 */
const takeAffinity = ({ reader, build, environment }: DomainParse, name: 'cpus' | 'cpus_soft') => {
  const isHard = name === 'cpus'
  const list = takeList(reader, name, true)
  const text = list === undefined ? takeString(reader, name) : undefined
  if (list === undefined && text === undefined) return undefined
  const vcpusTotal = Math.max(build.maxVcpus ?? 0, 0)
  const specs = list === undefined ? [text ?? ''] : leadingStrings(list.slice(0, vcpusTotal))
  const sets: Array<ReadonlyArray<number>> = []
  for (const spec of specs) {
    const cpus = parseCpuList(spec, environment.topology)
    if (E.isLeft(cpus)) return fatal(reader, cpus.left)
    sets.push(cpus.right)
  }
  const common = sets[0]
  const perVcpu =
    list === undefined && common !== undefined
      ? new Array<ReadonlyArray<number>>(vcpusTotal).fill(common)
      : sets
  if (perVcpu.length > 0) build[isHard ? 'vcpuHardAffinity' : 'vcpuSoftAffinity'] = perVcpu
  if (list !== undefined || !isHard) build.numaPlacement = false
  return undefined
}

const intMax = 2 ** 31 - 1

const grantKeys = [
  ['max_grant_frames', 'maxGrantFrames'],
  ['max_maptrack_frames', 'maxMaptrackFrames'],
  ['max_grant_version', 'maxGrantVersion']
] as const

/** A value out of range ends the program without a word. */
const takeGrants = ({ reader, build, environment }: DomainParse): Fatal | undefined => {
  for (const [name, field] of grantKeys) {
    const reading = boundedNumber(reader, name, { min: 0, max: intMax })
    if (reading._tag === 'Invalid') return { _tag: 'Fatal', exitCode: 1 }
    const value = reading._tag === 'Value' ? reading.value : environment.settings[field]
    if (value !== undefined) build[field] = value
  }
  return undefined
}

const actionWords: ReadonlyArray<readonly [string, ActionOnShutdown]> = [
  ['destroy', 'destroy'],
  ['restart', 'restart'],
  ['rename-restart', 'restart_rename'],
  ['preserve', 'preserve'],
  ['coredump-destroy', 'coredump_destroy'],
  ['coredump-restart', 'coredump_restart'],
  ['soft-reset', 'soft_reset']
]

const actionKeys = [
  ['on_poweroff', 'onPoweroff', 'destroy'],
  ['on_reboot', 'onReboot', 'restart'],
  ['on_watchdog', 'onWatchdog', 'destroy'],
  ['on_crash', 'onCrash', 'destroy'],
  ['on_soft_reset', 'onSoftReset', 'soft-reset']
] as const

const takeActions = ({ reader, domain }: DomainParse): Fatal | undefined => {
  for (const [name, field, standard] of actionKeys) {
    const text = takeString(reader, name) ?? standard
    const action = actionWords.find(([word]) => word === text)?.[1]
    if (action === undefined) return fatal(reader, `Unknown ${name} action "${text}" specified`)
    domain[field] = action
  }
  return undefined
}
