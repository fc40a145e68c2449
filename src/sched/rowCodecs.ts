/**
 * What reading a host file needs to know of a scheduler: the codecs of its private rows and the rules that
 * tie them to the rest. Schedulers without codecs here have rows that are any plain data.
 *
 * @since 0.1.0
 */
import type { Codec, PoolPlace, TimerId } from '../abi/index.js'
import type { TimerKey } from '../prelude/index.js'

import type { PrivateRow, Sched } from './model.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/** The codecs of one scheduler; `fault` names what would make it stumble over one of its pools. */
export interface RowCodecs {
  readonly instance: Codec.Codec<PrivateRow>
  readonly queue: Codec.Codec<PrivateRow>
  readonly unit: Codec.Codec<PrivateRow>
  readonly domain: Codec.Codec<PrivateRow>
  readonly pcpu: Codec.Codec<PrivateRow>
  /** Places of the queue records of an instance. */
  readonly queuesOf: (instance: PrivateRow) => ReadonlyArray<number>
  readonly fault: (sched: Sched, pool: PoolPlace, context: HostContext) => Codec.Fault | null
}

/**
 * What the slice's rules look at outside the slice.
 *
 * @category model
 * @since 0.1.0
 */
export interface HostContext {
  readonly nowNs: number
  /** The key of a timer in use, null when there is no such timer. */
  readonly keyOf: (timer: TimerId) => TimerKey | null
}
