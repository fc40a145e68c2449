/**
 * One record of a trace, apart from how it stands in a file.
 *
 * @since 0.1.0
 */
import type { PcpuId } from '../../abi/index.js'
import { layoutOf, wordsOf } from './layouts.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `cycles` is the cycle counter, counted from the base of its trace; null for a record without a time.
 * `data` are unsigned 32-bit words.
 *
 * @category model
 * @since 0.1.0
 */
export interface TraceRecord {
  readonly pcpu: PcpuId
  readonly cycles: number | null
  readonly event: number
  readonly data: ReadonlyArray<number>
}

/**
 * The data of a record by name. 64 bits that no number holds exactly are text: `0x` and hexadecimal digits.
 *
 * @category model
 * @since 0.1.0
 */
export type TraceValues = Readonly<Record<string, number | string>>

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Data words a record has at most.
 *
 * @category constants
 * @since 0.1.0
 */
export const dataWordsMax = 7

/**
 * Event numbers have 28 bits.
 *
 * @category constants
 * @since 0.1.0
 */
export const eventMax = 0xfff_ffff

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The name of an event; unknown ones are called by their number.
 *
 * @category queries
 * @since 0.1.0
 */
export const eventName = (event: number): string => layoutOf(event)?.name ?? `0x${event.toString(16)}`

/**
 * The data of a record by name. Null for an unknown event and for one with another number of words than its
 * layout has.
 *
 * @category queries
 * @since 0.1.0
 */
export const valuesOf = ({ event, data }: Pick<TraceRecord, 'event' | 'data'>): TraceValues | null => {
  const layout = layoutOf(event)
  if (layout === null || wordsOf(layout) !== data.length) return null
  const values: Record<string, number | string> = {}
  let at = 0
  for (const field of layout.fields) {
    const word = data[at++] as number
    if (field.kind === 'bits') {
      let from = 0
      for (const [name, width] of field.parts) {
        values[name] = (word >>> from) & (2 ** width - 1)
        from += width
      }
    } else if (field.kind === 'u64') {
      values[field.name] = wide(word, data[at++] as number)
    } else {
      values[field.name] = field.kind === 'i32' ? word | 0 : word
    }
  }
  return values
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const wide = (low: number, high: number): number | string =>
  high < 0x20_0000 ? high * 0x1_0000_0000 + low : `0x${high.toString(16)}${low.toString(16).padStart(8, '0')}`
