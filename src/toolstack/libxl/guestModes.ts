/**
 * What a created domain executes.
 *
 * A caller may name programs by domain. Otherwise `mode=` on the guest's kernel command line selects a
 * script that does what the small Linux of the recordings does in that mode; everything else idles. Boot
 * itself is not modelled.
 *
 * | mode | each vCPU |
 * | --- | --- |
 * | `idle` | 100 µs of work every second |
 * | `busy` | an endless loop |
 * | `block` | 200 µs of work, then 2 ms of sleep |
 * | `mixed` | 5 ms of work, then 5 ms of sleep |
 * | `off`, `reboot`, `crash` | vCPU 0 works 1 s and then shuts the domain down with reason 0, 1 or 3 |
 *
 * The kernel's own part: its other vCPUs come up when the domain first runs. Taking vCPUs away and giving
 * them back (`xl vcpu-set`) works with any guest but one of these modes: the recorded guests have nobody
 * (udev) to bring a vCPU up again, so neither have these.
 *
 * @since 0.1.0
 */
import { shutdownReason } from '../../abi/index.js'
import type { GuestSpec, PlainData } from '../../abi/index.js'
import { script } from '../../guest/index.js'
import type { Script } from '../../guest/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Programs by name of domain: one for all its vCPUs, or one for each (those without one idle).
 *
 * @category model
 * @since 0.1.0
 */
export type Workloads = {
  readonly [domainName: string]: GuestSpec | null | ReadonlyArray<GuestSpec | null>
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The program of each vCPU of a new domain.
 *
 * @category queries
 * @since 0.1.0
 */
export const guestsOf = (given: {
  readonly name: string
  readonly commandLine: string
  readonly vcpus: number
  readonly workloads: Workloads
}): ReadonlyArray<GuestSpec | null> => {
  const { name, vcpus, workloads } = given
  const workload = Object.hasOwn(workloads, name) ? workloads[name] : undefined
  const mode = modeOf(given.commandLine)
  return Array.from({ length: vcpus }, (_, vcpu) => {
    if (workload === undefined) return mode === null ? null : specOf(mode, vcpu)
    return isList(workload) ? (workload[vcpu] ?? null) : workload
  })
}

/**
 * Whether the kernel of a domain brings a vCPU up when the toolstack gives it back.
 *
 * @category queries
 * @since 0.1.0
 */
export const heedsVcpuSet = (commandLine: string): boolean => modeOf(commandLine) === null

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Mode = (typeof modes)[number]

const modes = ['idle', 'busy', 'block', 'mixed', 'off', 'reboot', 'crash'] as const

const isList = (
  workload: GuestSpec | null | ReadonlyArray<GuestSpec | null>
): workload is ReadonlyArray<GuestSpec | null> => Array.isArray(workload)

/** The last `mode=` counts, as for any option of a kernel. */
const modeOf = (commandLine: string): Mode | null => {
  const word = commandLine.split(/\s+/).findLast((option) => option.startsWith('mode='))
  return modes.find((mode) => word === `mode=${mode}`) ?? null
}

const us = 1000
const ms = 1_000_000
const second = 1_000_000_000

const specOf = (mode: Mode, vcpu: number): GuestSpec | null => {
  switch (mode) {
    case 'idle':
      return spec({ phases: [{ runNs: 100 * us, then: { _tag: 'Block', ns: second } }] })
    case 'busy':
      return spec({ phases: [{ runNs: second, then: { _tag: 'Go' } }] })
    case 'block':
      return spec({ phases: [{ runNs: 200 * us, then: { _tag: 'Block', ns: 2 * ms } }] })
    case 'mixed':
      return spec({ phases: [{ runNs: 5 * ms, then: { _tag: 'Block', ns: 5 * ms } }] })
    case 'off':
      return ending(vcpu, shutdownReason.poweroff)
    case 'reboot':
      return ending(vcpu, shutdownReason.reboot)
    case 'crash':
      return ending(vcpu, shutdownReason.crash)
  }
}

const ending = (vcpu: number, reason: number): GuestSpec | null =>
  vcpu === 0 ? spec({ phases: [{ runNs: second, then: { _tag: 'Shutdown', reason } }] }) : null

const spec = (config: Script): GuestSpec => ({
  program: script.name,
  version: script.version,
  config: config as unknown as PlainData
})
