/**
 * A whole Xen host as one value.
 *
 * Plain data throughout: it survives JSON and structured clone, and two equal hosts given the same inputs
 * stay equal for ever. What it needs from outside (schedulers, guest programs, by name and version) is the
 * environment.
 *
 * @since 0.1.0
 */
import type { ChoicePolicy, Operation, TimerId } from '../abi/index.js'
import type { Domains } from '../domain/index.js'
import type { Memory } from '../memory/index.js'
import type { Random, Timers } from '../prelude/index.js'
import type { Sched } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Facts about the machine and its boot that never change afterwards.
 *
 * @category model
 * @since 0.1.0
 */
export interface BootFacts {
  readonly commandLine: string
  readonly memoryBytes: number
  readonly seed: number
  /** Files that dom0 has in the simulation. */
  readonly files: ReadonlyArray<Dom0File>
}

/**
 * A file of dom0: what it is and how big.
 *
 * @category model
 * @since 0.1.0
 */
export interface Dom0File {
  readonly path: string
  readonly kind: 'kernel' | 'ramdisk' | 'disk' | 'file'
  readonly bytes: number
}

/**
 * An operation waiting for its time.
 *
 * @category model
 * @since 0.1.0
 */
export interface Planned {
  readonly index: number
  readonly atNs: number
  readonly timer: TimerId
  readonly operation: Operation
}

/**
 * @category model
 * @since 0.1.0
 */
export interface Host {
  readonly nowNs: number
  readonly boot: BootFacts
  readonly timers: Timers
  readonly sched: Sched
  readonly domains: Domains.Domains
  readonly memory: Memory.Memory
  readonly planned: ReadonlyArray<Planned>
  readonly plannedTotal: number
  readonly random: Random.Random
  readonly choice: ChoicePolicy
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Virtual time stays below 2^53 ns (104 days), where integers are exact.
 *
 * @category constants
 * @since 0.1.0
 */
export const timeMaxNs = Number.MAX_SAFE_INTEGER
