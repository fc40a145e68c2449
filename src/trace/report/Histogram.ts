/**
 * A histogram of durations in log-linear buckets: fixed memory, known error, exact extremes.
 *
 * Durations below 32 ns have a bucket each. Above, every power of two is cut into 32 buckets of equal
 * width, so a bucket is at most 1/32 of its lower bound wide, and the middle of a bucket is at most 1/64
 * (1.6 %) away from any duration in it. The largest duration, 2^53 ns, is in bucket 1,567: a histogram
 * never has more.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Plain data, changed in place by whoever made it. `minNs` is -1 while it is empty; buckets past the last
 * used one are not there.
 *
 * @category model
 * @since 0.1.0
 */
export interface Histogram {
  count: number
  sumNs: number
  minNs: number
  maxNs: number
  readonly buckets: number[]
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * How far a percentile may be from the exact one, as the denominator of a fraction: 1/64.
 *
 * @category constants
 * @since 0.1.0
 */
export const errorDenominator = 64

/** Buckets in a power of two, and the power from which on there is more than one duration in a bucket. */
const linear = 32
const linearShift = 5

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const empty = (): Histogram => ({ count: 0, sumNs: 0, minNs: -1, maxNs: 0, buckets: [] })

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Counts one duration, in place.
 *
 * @category transitions
 * @since 0.1.0
 */
export const add = (histogram: Histogram, ns: number): void => {
  const { buckets } = histogram
  const at = bucketOf(ns)
  while (buckets.length <= at) buckets.push(0)
  buckets[at] = (buckets[at] as number) + 1
  if (histogram.count === 0 || ns < histogram.minNs) histogram.minNs = ns
  if (ns > histogram.maxNs) histogram.maxNs = ns
  histogram.count++
  histogram.sumNs += ns
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The sum of histograms, as a new one.
 *
 * @category queries
 * @since 0.1.0
 */
export const merge = (histograms: ReadonlyArray<Histogram>): Histogram => {
  const sum = empty()
  for (const h of histograms) {
    if (h.count === 0) continue
    h.buckets.forEach((count, at) => {
      while (sum.buckets.length <= at) sum.buckets.push(0)
      sum.buckets[at] = (sum.buckets[at] as number) + count
    })
    sum.minNs = sum.count === 0 ? h.minNs : Math.min(sum.minNs, h.minNs)
    sum.maxNs = Math.max(sum.maxNs, h.maxNs)
    sum.count += h.count
    sum.sumNs += h.sumNs
  }
  return sum
}

/**
 * The percentile by nearest rank: the duration that `percent` of 100 do not exceed, within 1/64 of the
 * exact one and never outside the extremes. 0 for an empty histogram.
 *
 * @category queries
 * @since 0.1.0
 */
export const percentile = (histogram: Histogram, percent: number): number => {
  const rank = Math.max(1, Math.ceil((histogram.count * percent) / 100))
  let seen = 0
  for (let at = 0; at < histogram.buckets.length; at++) {
    seen += histogram.buckets[at] as number
    if (seen >= rank) return Math.min(histogram.maxNs, Math.max(histogram.minNs, middleOf(at)))
  }
  return histogram.maxNs
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const exponentOf = (ns: number): number =>
  ns < 0x8000_0000 ? 31 - Math.clz32(ns) : 62 - Math.clz32(Math.floor(ns / 0x8000_0000))

const bucketOf = (ns: number): number => {
  if (ns < linear) return ns
  const exponent = exponentOf(ns)
  return linear * (exponent - linearShift) + Math.floor(ns / 2 ** (exponent - linearShift))
}

const middleOf = (bucket: number): number => {
  if (bucket < linear) return bucket
  const width = 2 ** (Math.floor(bucket / linear) - 1)
  return (linear + (bucket % linear)) * width + Math.floor((width - 1) / 2)
}
