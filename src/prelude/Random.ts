/**
 * Seeded, splittable streams of random numbers as plain data.
 *
 * The generator is xoshiro128** of Blackman and Vigna: four 32-bit words of state, period 2^128 - 1. A stream
 * also carries a trail, a 32-bit digest of the reasons given for its draws so far. The trail never influences
 * what is drawn; it makes the digest of a host differ as soon as a replay draws for another reason than the
 * recording.
 *
 * Give every consumer its own stream, split by label from a root that itself is never drawn from: then one
 * draw more in one place shifts nothing elsewhere.
 *
 * Invariants: words are signed 32-bit integers; the first four are not all zero.
 *
 * @since 0.1.0
 */
import { invariant } from './invariant.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The four words of the generator, and the trail.
 *
 * @category model
 * @since 0.1.0
 */
export type Random = readonly [s0: number, s1: number, s2: number, s3: number, trail: number]

/**
 * What was drawn, and the stream after it.
 *
 * @category model
 * @since 0.1.0
 */
export type Drawn<A> = readonly [value: A, next: Random]

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A stream from a seed, an integer from 0 to 2^53 - 1, and a label.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromSeed = (seed: number, label: string): Random => {
  invariant(Number.isSafeInteger(seed) && seed >= 0, 'a seed is a safe integer that is not negative')
  return derive([seed | 0, Math.floor(seed / wordSize) | 0], label)
}

/**
 * A stream from given words, for comparison with other implementations of the generator.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromWords = (s0: number, s1: number, s2: number, s3: number): Random => {
  invariant((s0 | s1 | s2 | s3) !== 0, 'a generator whose words are all zero draws zeros for ever')
  return [s0 | 0, s1 | 0, s2 | 0, s3 | 0, 0]
}

/**
 * An independent stream, named by a label.
 *
 * The parent is not changed: the same label gives the same stream again, as long as nothing is drawn from the
 * parent in between.
 *
 * @category constructors
 * @since 0.1.0
 */
export const split = (random: Random, label: string): Random =>
  derive([random[0], random[1], random[2], random[3]], label)

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Draws an integer from 0 to 2^32 - 1.
 *
 * @category transitions
 * @since 0.1.0
 */
export const nextUint32 = (random: Random, reason: string): Drawn<number> => {
  const [value, next] = nextWord(random)
  return [value, withReason(next, reason)]
}

/**
 * Draws an integer from 0 to `n` - 1, all equally likely; `n` is from 1 to 2^53. A choice among one draws
 * nothing.
 *
 * Draws that fall into the incomplete last multiple of `n` are thrown away. Each is thrown away with a
 * probability below one half, so that the bound on the loop is reached with a probability below 2^-128.
 *
 * @category transitions
 * @since 0.1.0
 */
export const nextBelow = (random: Random, n: number, reason: string): Drawn<number> => {
  invariant(Number.isInteger(n) && n >= 1 && n <= unitSize, 'a choice is among 1 to 2^53')
  if (n === 1) return [0, random]
  const isWide = n > wordSize
  const size = isWide ? unitSize : wordSize
  const limit = size - (size % n)
  let [value, next] = isWide ? next53(random) : nextWord(random)
  for (let rejected = 0; value >= limit; rejected += 1) {
    invariant(rejected < rejectedMax, 'a generator does not fall above the limit for ever')
    ;[value, next] = isWide ? next53(next) : nextWord(next)
  }
  return [value % n, withReason(next, reason)]
}

/**
 * Draws a multiple of 2^-53 from 0 to below 1, all equally likely.
 *
 * @category transitions
 * @since 0.1.0
 */
export const nextUnit53 = (random: Random, reason: string): Drawn<number> => {
  const [value, next] = next53(random)
  return [value / unitSize, withReason(next, reason)]
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const wordSize = 0x1_0000_0000
const unitSize = 0x20_0000_0000_0000
const rejectedMax = 128

const rotateLeft = (word: number, places: number): number => (word << places) | (word >>> (32 - places))

/** One step of xoshiro128**. */
const nextWord = (random: Random): Drawn<number> => {
  const [s0, s1, s2, s3, trail] = random
  const value = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0
  const t2 = s2 ^ s0
  const t3 = s3 ^ s1
  return [value, [s0 ^ t3, s1 ^ t2, t2 ^ (s1 << 9), rotateLeft(t3, 11), trail]]
}

/** 53 bits: all of one word, and the upper 21 of the next. */
const next53 = (random: Random): Drawn<number> => {
  const [low, middle] = nextWord(random)
  const [high, next] = nextWord(middle)
  return [(high >>> 11) * wordSize + low, next]
}

const withReason = (random: Random, reason: string): Random => {
  let trail = random[4]
  for (let i = 0; i < reason.length; i += 1) trail = mix(trail ^ reason.charCodeAt(i))
  return [random[0], random[1], random[2], random[3], mix(trail + goldenRatio)]
}

/** 2^32 divided by the golden ratio, odd: added again and again it visits every word. */
const goldenRatio = 0x9e3779b9

/** A one-to-one scrambling of words in which every bit of the input moves every bit of the output. */
const mix = (word: number): number => {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return h ^ (h >>> 15)
}

/** Hashes words and a label, on four lanes that feed each other, into the state of a generator. */
const derive = (words: ReadonlyArray<number>, label: string): Random => {
  const lanes: [number, number, number, number] = [0, 1, 2, 3]
  const absorb = (word: number): void => {
    lanes[0] = mix(lanes[0] + Math.imul(goldenRatio, 1) + (word ^ lanes[3]))
    lanes[1] = mix(lanes[1] + Math.imul(goldenRatio, 3) + (word ^ lanes[0]))
    lanes[2] = mix(lanes[2] + Math.imul(goldenRatio, 5) + (word ^ lanes[1]))
    lanes[3] = mix(lanes[3] + Math.imul(goldenRatio, 7) + (word ^ lanes[2]))
  }
  for (const word of words) absorb(word)
  for (let i = 0; i < label.length; i += 1) absorb(label.charCodeAt(i))
  absorb(words.length)
  absorb(label.length)
  absorb(0)
  const isZero = (lanes[0] | lanes[1] | lanes[2] | lanes[3]) === 0
  return [isZero ? 1 : lanes[0], lanes[1], lanes[2], lanes[3], 0]
}
