/**
 * The hypervisor's parameters by name: how the text of each is read, and what it sets. Private to this
 * folder.
 *
 * @since 0.1.0
 */
import type { Draft } from '../cfg/ConfigReader.js'

import { parseDom0Memory } from './dom0Memory.js'
import { idleParameters } from './idleParameters.js'
import { leadingUnsigned, parseNamedBool } from './optionText.js'
import type { Credit2Runqueue, SchedGranularity, XenBootOptions } from './XenBootOptions.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Options being read. `schedText` is the text of `sched`, which is looked up when all is read.
 *
 * @category model
 * @since 0.1.0
 */
export interface OptionsDraft extends Draft<XenBootOptions> {
  schedText: string
}

/**
 * How a parameter is read: as the hypervisor's parser knows types. `custom` returns whether it took the text.
 *
 * @category model
 * @since 0.1.0
 */
export type Parameter =
  | { readonly kind: 'bool'; readonly set: (options: OptionsDraft, value: boolean) => void }
  | { readonly kind: 'uint' | 'int' | 'size'; readonly set: (options: OptionsDraft, value: number) => void }
  | {
      readonly kind: 'text'
      readonly set: (options: OptionsDraft, value: string) => void
      readonly max: number
    }
  | { readonly kind: 'custom'; readonly set: (options: OptionsDraft, value: string) => boolean }

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * @category queries
 * @since 0.1.0
 */
export const findParameter = (name: string): Parameter | undefined => {
  const known = Object.hasOwn(parameters, name) ? parameters[name] : undefined
  return known ?? idleParameter(name)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type KeysOf<V> = {
  [K in keyof XenBootOptions]-?: NonNullable<XenBootOptions[K]> extends V
    ? V extends NonNullable<XenBootOptions[K]>
      ? K
      : never
    : never
}[keyof XenBootOptions]

const bool = (key: KeysOf<boolean>): Parameter => ({
  kind: 'bool',
  set: (options, value) => {
    options[key] = value
  }
})

const numeric = (kind: 'uint' | 'int' | 'size', key: KeysOf<number>): Parameter => ({
  kind,
  set: (options, value) => {
    options[key] = value
  }
})

const text = (key: 'console' | 'com1' | 'com2' | 'schedText', max: number): Parameter => ({
  kind: 'text',
  max,
  set: (options, value) => {
    options[key] = value
  }
})

const custom = (set: (options: OptionsDraft, value: string) => boolean): Parameter => ({
  kind: 'custom',
  set
})

const word = <W extends string>(
  words: ReadonlyArray<W>,
  set: (options: OptionsDraft, value: W) => void
): Parameter =>
  custom((options, value) => {
    const found = words.find((candidate) => candidate === value)
    if (found !== undefined) set(options, found)
    return found !== undefined
  })

const granularities: ReadonlyArray<SchedGranularity> = ['cpu', 'core', 'socket']
const runqueues: ReadonlyArray<Credit2Runqueue> = ['cpu', 'core', 'socket', 'node', 'all']

const dom0Memory = custom((options, value) => {
  const { memory, isValid } = parseDom0Memory(options.dom0Memory, value)
  options.dom0Memory = memory
  return isValid
})

/** `N`, `N-`, `-M` or `N-M`; 0 as the least counts as 1. */
const dom0MaxVcpus = custom((options, value) => {
  if (value.startsWith('-')) {
    const most = leadingUnsigned(value.slice(1))
    options.dom0MaxVcpusMax = Number(BigInt.asUintN(32, most.value))
    return most.rest === ''
  }
  const least = leadingUnsigned(value)
  options.dom0MaxVcpusMin = Number(BigInt.asUintN(32, least.value)) || 1
  if (least.rest === '') {
    options.dom0MaxVcpusMax = options.dom0MaxVcpusMin
    return true
  }
  if (least.rest === '-') return true
  if (!least.rest.startsWith('-')) return least.rest.length === 1
  const most = leadingUnsigned(least.rest.slice(1))
  options.dom0MaxVcpusMax = Number(BigInt.asUintN(32, most.value))
  return most.rest === ''
})

const dom0NodesMax = 64

const dom0Nodes = custom((options, value) => {
  let isValid = true
  for (const item of value.split(',')) {
    const number = leadingUnsigned(item)
    if (/^[0-9]/.test(item)) {
      if (number.rest === '' && options.dom0Nodes.length < dom0NodesMax) {
        options.dom0Nodes = [...options.dom0Nodes, Number(BigInt.asUintN(32, number.value))]
      } else isValid = false
    } else if (item === 'relaxed' || item === 'strict') {
      options.dom0AffinityRelaxed = item === 'relaxed'
    } else isValid = false
  }
  return isValid
})

const dom0IdleFlags: ReadonlyArray<string> = ['verbose', 'cpuid-faulting', 'msr-relaxed', 'pf-fixup']

const dom0 = custom((options, value) => {
  let isValid = true
  for (const item of value.split(',')) {
    const shadow = parseNamedBool('shadow', item)
    if (item === 'pv' || item === 'pvh') options.dom0Type = item
    else if (shadow !== undefined) options.dom0Shadow = shadow
    else if (!dom0IdleFlags.some((flag) => parseNamedBool(flag, item) !== undefined)) isValid = false
  }
  return isValid
})

const gnttab = custom((options, value) => {
  let isValid = true
  for (const item of value.split(',')) {
    const transitive = parseNamedBool('transitive', item)
    const transfer = parseNamedBool('transfer', item)
    if (item === 'max-ver:1' || item === 'max-ver:2') options.gnttabMaxVersion = Number(item.slice(-1))
    else if (transitive !== undefined) options.gnttabTransitive = transitive
    else if (transfer !== undefined) options.gnttabTransfer = transfer
    else isValid = false
  }
  return isValid
})

const logLevels: ReadonlyArray<string> = ['none', 'error', 'warning', 'info', 'debug', 'all']

/** A level, or two of them: from which one messages are printed, and from which they are rate limited. */
const logLevel = (key: 'loglvl' | 'guestLoglvl'): Parameter =>
  custom((options, value) => {
    const levels = value.split('/')
    if (levels.length > 2 || !levels.every((level) => logLevels.includes(level))) return false
    options[key] = value
    return true
  })

const parameters: Readonly<Record<string, Parameter>> = {
  dom0_mem: dom0Memory,
  dom0_max_vcpus: dom0MaxVcpus,
  dom0_nodes: dom0Nodes,
  dom0_vcpus_pin: bool('dom0VcpusPin'),
  dom0,
  sched: text('schedText', 10),
  'sched-gran': word(granularities, (options, value) => {
    options.schedGranularity = value
  }),
  sched_ratelimit_us: numeric('uint', 'schedRatelimitUs'),
  sched_smt_power_savings: bool('schedSmtPowerSavings'),
  sched_credit2_migrate_resist: numeric('uint', 'schedCredit2MigrateResistUs'),
  sched_credit2_max_cpus_runqueue: numeric('uint', 'schedCredit2MaxCpusRunqueue'),
  credit2_runqueue: word(runqueues, (options, value) => {
    options.credit2Runqueue = value
  }),
  credit2_load_window_shift: numeric('uint', 'credit2LoadWindowShift'),
  credit2_load_precision_shift: numeric('uint', 'credit2LoadPrecisionShift'),
  credit2_balance_under: numeric('int', 'credit2BalanceUnder'),
  credit2_balance_over: numeric('int', 'credit2BalanceOver'),
  credit2_cap_period_ms: numeric('uint', 'credit2CapPeriodMs'),
  sched_credit_tslice_ms: numeric('int', 'schedCreditTsliceMs'),
  tickle_one_idle_cpu: bool('tickleOneIdleCpu'),
  vcpu_migration_delay: numeric('uint', 'vcpuMigrationDelayUs'),
  'load-balance-ratelimit': numeric('uint', 'loadBalanceRatelimitUs'),
  timer_slop: numeric('uint', 'timerSlopNs'),
  maxcpus: numeric('uint', 'maxcpus'),
  nosmp: bool('nosmp'),
  smt: bool('smt'),
  conring_size: numeric('size', 'conringSizeBytes'),
  low_mem_virq_limit: numeric('size', 'lowMemVirqLimitBytes'),
  gnttab_max_frames: numeric('uint', 'gnttabMaxFrames'),
  gnttab_max_maptrack_frames: numeric('uint', 'gnttabMaxMaptrackFrames'),
  gnttab,
  console: text('console', 30),
  com1: text('com1', 128),
  com2: text('com2', 128),
  noreboot: bool('noreboot'),
  loglvl: logLevel('loglvl'),
  guest_loglvl: logLevel('guestLoglvl')
}

const idleParameter = (name: string): Parameter | undefined => {
  const kind = idleParameters.get(name)
  const note = (options: OptionsDraft, value: string): void => {
    options.idle = [...options.idle, { name, value }]
  }
  switch (kind) {
    case undefined:
      return undefined
    case 'bool':
      return { kind, set: (options, value) => note(options, value ? '1' : '0') }
    case 'uint':
    case 'size':
      return { kind, set: (options, value) => note(options, String(value)) }
    case 'text':
      return custom((options, value) => {
        note(options, value)
        return true
      })
  }
}
