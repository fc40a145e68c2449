/**
 * How the scheduling slice tells the machine that guests start and stop to consume time.
 *
 * @since 0.1.0
 */
import type { VcpuPlace } from '../abi/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What the machine does when a vCPU gets or loses a pCPU: its guest starts or stops to consume time.
 *
 * @category model
 * @since 0.1.0
 */
export interface GuestClock {
  readonly start: (vcpu: VcpuPlace) => void
  readonly stop: (vcpu: VcpuPlace) => void
}
