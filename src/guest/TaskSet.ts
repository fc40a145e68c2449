/**
 * Random sets of real-time tasks: how a total utilisation is spread over tasks, in integers.
 *
 * The experiments of the literature draw task sets evenly from all that have a given total. Three ways are
 * in use: UUniFast (Bini and Buttazzo, "Measuring the performance of schedulability tests", 2005), the same
 * with sets thrown away in which a task needs more than a processor (Davis and Burns, 2009), and
 * RandFixedSum (Emberson, Stafford and Davis, "Techniques for the synthesis of multiprocessor tasksets",
 * 2010), which bounds each task from both sides. They take roots of real numbers, whose last bit differs
 * from engine to engine. Here parts are integers, and each admissible list is exactly as likely as any other:
 *
 * - `uunifast` cuts the total at distinct places chosen at random. The gaps between sorted cuts are uniform
 *   on the simplex, which is what UUniFast draws one by one.
 * - `randFixedSum` counts how many lists begin with each first part (inclusion and exclusion, in BigInt),
 *   draws one by its number, and goes on with the rest.
 *
 * @since 0.1.0
 */
import { Random, invariant } from '../prelude/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface Bounds {
  readonly min: number
  readonly max: number
}

/**
 * A periodic task: so much execution in every period.
 *
 * @category model
 * @since 0.1.0
 */
export interface Task {
  readonly periodUs: number
  readonly executionUs: number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Counting the lists of more parts than this takes too long.
 *
 * @category constants
 * @since 0.1.0
 */
export const partsMax = 64

/**
 * The largest total of {@link randFixedSum}: a million parts of each of a thousand processors.
 *
 * @category constants
 * @since 0.1.0
 */
export const totalMax = 1_000_000_000

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * `count` integers of at least 1 whose sum is `total`, all such lists equally likely.
 *
 * @category transitions
 * @since 0.1.0
 */
export const uunifast = (
  total: number,
  count: number,
  random: Random.Random
): Random.Drawn<ReadonlyArray<number>> => {
  invariant(Number.isSafeInteger(total) && count >= 1 && total >= count, 'every part gets at least 1')
  const cuts = new Set<number>()
  let next = random
  while (cuts.size < count - 1) {
    const [cut, after] = drawOther(total - 1, cuts, next)
    cuts.add(cut + 1)
    next = after
  }
  const sorted = [0, ...Array.from(cuts).sort((a, b) => a - b), total]
  return [sorted.slice(1).map((cut, i) => cut - (sorted[i] as number)), next]
}

/**
 * `count` integers within `bounds` whose sum is `total`, all such lists equally likely.
 *
 * @category transitions
 * @since 0.1.0
 */
export const randFixedSum = (
  total: number,
  count: number,
  bounds: Bounds,
  random: Random.Random
): Random.Drawn<ReadonlyArray<number>> => {
  const { min, max } = bounds
  invariant(canSum(total, count, bounds), 'a total is between the sums of the smallest and the largest parts')
  invariant(count <= partsMax && total <= totalMax, 'parts and total are small enough to count lists')
  const parts: number[] = []
  const high = max - min
  let rest = total - count * min
  let next = random
  for (let left = count - 1; left > 0; left -= 1) {
    const all = listsUpTo(Math.min(high, rest), left, rest, high)
    const [at, after] = drawBelow(all, next)
    next = after
    // The smallest first part of which, or of a smaller one, more than `at` lists begin.
    let low = 0
    let top = Math.min(high, rest)
    while (low < top) {
      const middle = Math.floor((low + top) / 2)
      if (listsUpTo(middle, left, rest, high) > at) top = middle
      else low = middle + 1
    }
    parts.push(low + min)
    rest -= low
  }
  parts.push(rest + min)
  return [parts, next]
}

/**
 * Tasks with these utilisations, in millionths of a processor, and periods drawn from a list. Execution
 * times are rounded to the nearest microsecond, but are never below `executionMinUs` or above the period.
 *
 * @category transitions
 * @since 0.1.0
 */
export const tasksOf = (
  utilisations: ReadonlyArray<number>,
  periodsUs: ReadonlyArray<number>,
  executionMinUs: number,
  random: Random.Random
): Random.Drawn<ReadonlyArray<Task>> => {
  let next = random
  const tasks = utilisations.map((millionths) => {
    const [at, after] = Random.nextBelow(next, periodsUs.length, 'task.period')
    next = after
    const periodUs = periodsUs[at] as number
    const executionUs = Math.round((millionths * periodUs) / 1_000_000)
    return { periodUs, executionUs: Math.min(periodUs, Math.max(executionMinUs, executionUs)) }
  })
  return [tasks, next]
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Whether there is a list of `count` integers within the bounds whose sum is `total`.
 *
 * @category queries
 * @since 0.1.0
 */
export const canSum = (total: number, count: number, { min, max }: Bounds): boolean =>
  count >= 1 && min >= 0 && min <= max && total >= count * min && total <= count * max

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** A number below `n` whose successor is not among `taken`. At most half of them are when `n` is large. */
const drawOther = (n: number, taken: ReadonlySet<number>, random: Random.Random): Random.Drawn<number> => {
  // Where most are taken, the free ones are counted through instead of waiting for luck.
  if (taken.size * 2 >= n) {
    const free = Array.from({ length: n }, (_, i) => i).filter((i) => !taken.has(i + 1))
    const [at, next] = Random.nextBelow(random, free.length, 'task.cut')
    return [free[at] as number, next]
  }
  let [value, next] = Random.nextBelow(random, n, 'task.cut')
  for (let rejected = 0; taken.has(value + 1); rejected += 1) {
    invariant(rejected < rejectedMax, 'a draw does not hit the smaller half for ever')
    ;[value, next] = Random.nextBelow(next, n, 'task.cut')
  }
  return [value, next]
}

/** Each draw is thrown away with a probability below one half. */
const rejectedMax = 256

/** Draws an integer below `n`, word by word, and throws away what is not below it. */
const drawBelow = (n: bigint, random: Random.Random): Random.Drawn<bigint> => {
  const bits = (n - 1n).toString(2).length
  let next = random
  for (let rejected = 0; ; rejected += 1) {
    invariant(rejected < rejectedMax, 'as many bits as the bound has are below it every other time')
    let value = 0n
    for (let got = 0; got < bits; got += 32) {
      const [word, after] = Random.nextUint32(next, 'task.list')
      next = after
      value = (value << 32n) | BigInt(word)
    }
    value &= (1n << BigInt(bits)) - 1n
    if (value < n) return [value, next]
  }
}

/**
 * How many lists of a first part up to `first` and `left` more parts up to `high` have the sum `sum`.
 *
 * Without the upper bound there are C(s + left - 1, left - 1) lists of the other parts for a rest s; summed
 * up over the first part, a difference of two binomials in `left`. The bound comes in by inclusion and
 * exclusion over the other parts that exceed it.
 */
const listsUpTo = (first: number, left: number, sum: number, high: number): bigint => {
  let total = 0n
  for (let beyond = 0; beyond <= left; beyond += 1) {
    const rest = sum - beyond * (high + 1)
    if (rest < 0) break
    const lists = binomial(rest + left, left) - binomial(rest - first - 1 + left, left)
    const signed = binomial(left, beyond) * lists
    total += beyond % 2 === 0 ? signed : -signed
  }
  return total
}

/** 0 when `n` is below `k`: there is no such choice. */
const binomial = (n: number, k: number): bigint => {
  if (n < k) return 0n
  let product = 1n
  for (let i = 1; i <= k; i += 1) product = (product * BigInt(n - k + i)) / BigInt(i)
  return product
}
