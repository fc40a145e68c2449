/**
 * What a vCPU executes: a program that asks, phase by phase, for time and says what it does when it has had
 * it.
 *
 * A program is a pure function of its configuration, its state and the time. Its powers are a guest's powers:
 * to run, to wait, to signal, to yield, to shut down. State and configuration are plain data.
 *
 * @since 0.1.0
 */
import type { DomainId, VcpuId } from './ids.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Plain data, as JSON has it.
 *
 * @category model
 * @since 0.1.0
 */
export type PlainData =
  null | boolean | number | string | ReadonlyArray<PlainData> | { readonly [key: string]: PlainData }

/**
 * What a vCPU does at the end of a run phase.
 *
 * - `Block`: waits `ns`.
 * - `Until`: waits for a time; goes on at once when it has passed.
 * - `EndJob`: reports a finished job of a periodic task, then waits until `atNs`.
 * - `Wait`: waits for a kick; a kick that came earlier is used up instead.
 * - `Signal`: kicks a vCPU and goes on.
 * - `Yield`: gives way to others and goes on.
 * - `Go`: goes on with the next phase.
 * - `Halt`: waits for ever.
 * - `Shutdown`: the domain shuts down with a reason code.
 *
 * @category model
 * @since 0.1.0
 */
export type GuestAction =
  | { readonly _tag: 'Block'; readonly ns: number }
  | { readonly _tag: 'Until'; readonly atNs: number }
  | {
      readonly _tag: 'EndJob'
      readonly atNs: number
      readonly releasedNs: number
      readonly deadlineNs: number
    }
  | { readonly _tag: 'Wait' }
  | { readonly _tag: 'Signal'; readonly domid: DomainId; readonly vcpu: VcpuId }
  | { readonly _tag: 'Yield' }
  | { readonly _tag: 'Go' }
  | { readonly _tag: 'Halt' }
  | { readonly _tag: 'Shutdown'; readonly reason: number }

/**
 * One phase: run for `runNs` of pCPU time, then act. `state` is what the program wants to be given at the end
 * of it.
 *
 * @category model
 * @since 0.1.0
 */
export interface GuestPhase {
  readonly state: PlainData
  readonly runNs: number
  readonly then: GuestAction
}

/**
 * @category model
 * @since 0.1.0
 */
export interface GuestProgram {
  readonly name: string
  readonly version: number
  /** Whether the program understands a configuration; without it the caller vouches for it. */
  readonly accepts?: (config: PlainData) => boolean
  /** The first phase of a vCPU that starts at `nowNs`; `seed` is its own random stream. */
  readonly start: (
    config: PlainData,
    seed: ReadonlyArray<number>,
    vcpu: { readonly domid: DomainId; readonly vcpuId: VcpuId },
    nowNs: number
  ) => GuestPhase
  /** The phase after the one that ends at `nowNs`. */
  readonly next: (config: PlainData, state: PlainData, nowNs: number) => GuestPhase
}

/**
 * Which program a vCPU executes and with what configuration. A journal needs no more to run it again.
 *
 * @category model
 * @since 0.1.0
 */
export interface GuestSpec {
  readonly program: string
  readonly version: number
  readonly config: PlainData
}
