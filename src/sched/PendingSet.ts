/**
 * A set of pCPUs that something is pending on, taken out lowest first. Working space of an edit.
 *
 * @since 0.1.0
 */
import type { PcpuId } from '../abi/index.js'
import { BitSet } from '../prelude/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Adding what is in it already does nothing.
 *
 * @category model
 * @since 0.1.0
 */
export class PendingSet {
  private bits: number[] = [0]
  /** How many pCPUs are in it. */
  total = 0

  /** Empties the set and makes room for that many pCPUs. */
  reset(pcpuCount: number): void {
    this.bits = BitSet.copy(BitSet.make(pcpuCount))
    this.total = 0
  }

  add(pcpu: PcpuId): void {
    if (BitSet.has(this.bits, pcpu)) return
    BitSet.setIn(this.bits, pcpu)
    this.total++
  }

  /** Takes out the lowest pCPU; -1 when there is none. */
  take(): number {
    if (this.total === 0) return -1
    const pcpu = BitSet.first(this.bits)
    BitSet.clearIn(this.bits, pcpu)
    this.total--
    return pcpu
  }
}
