/**
 * Every hypercall number of Xen 4.22 on x86-64, its name, who can call it and what becomes of it here.
 *
 * Two different things look alike and are kept apart: a hypercall that real Xen refuses with ENOSYS
 * (`Removed`, or a mode whose column says `unavailable`), and one that real Xen answers and this package does
 * not yet (`NotImplemented`).
 *
 * Invariants: numbers ascend and are unique; names are unique; a removed hypercall is available to no mode.
 *
 * @since 0.1.0
 */
import { notImplemented } from '../abi/index.js'
import type { NotImplemented } from '../abi/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Whether guests of one mode may call: `filtered` means that only some of the operations inside exist there,
 * and `unavailable` that Xen answers ENOSYS.
 *
 * @category model
 * @since 0.1.0
 */
export type Availability = 'available' | 'filtered' | 'unavailable'

/**
 * What happens to a call: real Xen no longer has it, or this package does not have it yet.
 *
 * @category model
 * @since 0.1.0
 */
export type HypercallState = NotImplemented | { readonly _tag: 'Removed' }

/**
 * `hvm` stands for HVM and PVH guests alike, as in Xen.
 *
 * @category model
 * @since 0.1.0
 */
export interface Hypercall {
  readonly number: number
  readonly name: string
  readonly pv: Availability
  readonly hvm: Availability
  readonly state: HypercallState
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * All of them, by ascending number.
 *
 * @category constants
 * @since 0.1.0
 */
export const hypercalls: readonly Hypercall[] = [
  pvOnly(0, 'set_trap_table'),
  pvOnly(1, 'mmu_update'),
  pvOnly(2, 'set_gdt'),
  pvOnly(3, 'stack_switch'),
  pvOnly(4, 'set_callbacks'),
  pvOnly(5, 'fpu_taskswitch'),
  pvOnly(6, 'sched_op_compat'),
  everyone(7, 'platform_op'),
  pvOnly(8, 'set_debugreg'),
  pvOnly(9, 'get_debugreg'),
  pvOnly(10, 'update_descriptor'),
  filtered(12, 'memory_op'),
  everyone(13, 'multicall'),
  pvOnly(14, 'update_va_mapping'),
  everyone(15, 'set_timer_op'),
  pvOnly(16, 'event_channel_op_compat'),
  everyone(17, 'xen_version'),
  everyone(18, 'console_io'),
  pvOnly(19, 'physdev_op_compat'),
  filtered(20, 'grant_table_op'),
  everyone(21, 'vm_assist'),
  pvOnly(22, 'update_va_mapping_otherdomain'),
  pvOnly(23, 'iret'),
  everyone(24, 'vcpu_op'),
  pvOnly(25, 'set_segment_base'),
  filtered(26, 'mmuext_op'),
  everyone(27, 'xsm_op'),
  pvOnly(28, 'nmi_op'),
  everyone(29, 'sched_op'),
  pvOnly(30, 'callback_op'),
  removed(31, 'xenoprof'),
  everyone(32, 'event_channel_op'),
  filtered(33, 'physdev_op'),
  everyone(34, 'hvm_op'),
  everyone(35, 'sysctl'),
  everyone(36, 'domctl'),
  pvOnly(37, 'kexec_op'),
  removed(38, 'tmem'),
  everyone(39, 'argo_op'),
  everyone(40, 'xenpmu_op'),
  everyone(41, 'dm_op'),
  everyone(42, 'hypfs_op'),
  pvOnly(48, 'mca'),
  everyone(49, 'paging_domctl_cont')
]

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The row with this number, or `undefined` for a number that Xen never gave to a hypercall: ENOSYS.
 *
 * @example
 * import * as assert from 'node:assert'
 * import { HypercallTable } from '@xensim/core/hypercalls'
 *
 * assert.strictEqual(HypercallTable.byNumber(12)?.name, 'memory_op')
 * assert.strictEqual(HypercallTable.byNumber(11), undefined)
 *
 * @category queries
 * @since 0.1.0
 */
export const byNumber = (hypercallNumber: number): Hypercall | undefined =>
  hypercalls.find((hypercall) => hypercall.number === hypercallNumber)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

function unbuilt(number: number, name: string, pv: Availability, hvm: Availability): Hypercall {
  return {
    number,
    name,
    pv,
    hvm,
    state: notImplemented(`hypercall ${name} (${String(number)})`)
  }
}

function everyone(number: number, name: string): Hypercall {
  return unbuilt(number, name, 'available', 'available')
}

function filtered(number: number, name: string): Hypercall {
  return unbuilt(number, name, 'available', 'filtered')
}

function pvOnly(number: number, name: string): Hypercall {
  return unbuilt(number, name, 'available', 'unavailable')
}

function removed(number: number, name: string): Hypercall {
  return { number, name, pv: 'unavailable', hvm: 'unavailable', state: { _tag: 'Removed' } }
}
