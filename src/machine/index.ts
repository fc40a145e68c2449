/**
 * The host as one value, and the door through which it changes.
 *
 * @since 0.1.0
 */
export { bootHypervisor } from './boot.js'
export { hostCodec } from './codec.js'
export { deadlineOf, pendingEvents } from './deadlines.js'
export { Digester, digestHost } from './digest.js'
export { guestAt, guestsOf, lostUpTo, noGuest, phaseEndNs } from './Guest.js'
export type { Burden, Guest } from './Guest.js'
export type { GuestsEdit } from './guests.js'
export { timeMaxNs } from './Host.js'
export type { BootFacts, Dom0File, Host, Planned } from './Host.js'
export { HostEdit, domExcOperation } from './HostEdit.js'
export { vcpuTotals } from './totals.js'
export { advance, control, makeEnvironment, plan, step, transition } from './transition.js'
export type {
  Environment,
  SchedulerFailed,
  Stepped,
  ToolstackOperation,
  TraceOptions,
  TransitionError,
  Transitioned
} from './transition.js'
