/**
 * Run states, pause flags and shutdown reasons, with Xen's numbers.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * `RUNSTATE_*` of the public vcpu interface.
 *
 * @category constants
 * @since 0.1.0
 */
export const runstate = { running: 0, runnable: 1, blocked: 2, offline: 3 } as const

/**
 * The names of the run states, by number.
 *
 * @category constants
 * @since 0.1.0
 */
export const runstateNames = ['running', 'runnable', 'blocked', 'offline'] as const

/**
 * Why a vCPU can't run, as bits of one word (`_VPF_*`).
 *
 * @category constants
 * @since 0.1.0
 */
export const pauseFlag = {
  blocked: 1,
  down: 2,
  blockedInXen: 4,
  migrating: 8,
  memPaging: 16,
  memAccess: 32,
  memSharing: 64,
  inReset: 128,
  parked: 256
} as const

/**
 * `SHUTDOWN_*`: why a domain stopped.
 *
 * @category constants
 * @since 0.1.0
 */
export const shutdownReason = {
  poweroff: 0,
  reboot: 1,
  suspend: 2,
  crash: 3,
  watchdog: 4,
  softReset: 5
} as const
