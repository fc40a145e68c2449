/**
 * The pure core: a whole Xen host as one value, and the functions that evolve it.
 *
 * @since 0.1.0
 */
export * as Abi from './abi/index.js'
export * as Devices from './devices/index.js'
export * as Domain from './domain/index.js'
export * as Guest from './guest/index.js'
export { Digester, HostEdit, digestHost, timeMaxNs, vcpuTotals } from './machine/index.js'
export { advance, bootHypervisor, control, makeEnvironment, plan, step, transition } from './machine/index.js'
export type {
  BootFacts,
  Burden,
  Dom0File,
  Environment,
  Guest as GuestRow,
  GuestsEdit,
  Host,
  Planned,
  SchedulerFailed,
  Stepped,
  ToolstackOperation,
  TraceOptions,
  TransitionError,
  Transitioned
} from './machine/index.js'
export type * as Memory from './memory/index.js'
export { BitSet, InvariantViolation, Random, Table } from './prelude/index.js'
export type * as Prelude from './prelude/index.js'
export * as Sched from './sched/index.js'
