/**
 * From cycles to nanoseconds, and how fast a trace's cycle counter is.
 *
 * @since 0.1.0
 */
import { traceEvent } from '../../abi/index.js'
import { invariant } from '../../prelude/index.js'

import type { Xentrace } from './Xentrace.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The cycle counter of our own traces counts nanoseconds.
 *
 * @category constants
 * @since 0.1.0
 */
export const ownCyclesPerSecond = 1_000_000_000

/**
 * The fastest counter that is converted exactly: with it, 10^6 times a remainder still is below 2^53.
 *
 * @category constants
 * @since 0.1.0
 */
export const cyclesPerSecondMax = 9_000_000_000

/** Runs shorter than this tell too little: what the hypervisor does meanwhile takes microseconds. */
const runMinNs = 100_000
const mega = 1_000_000

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Whole nanoseconds, rounded down; exact.
 *
 * @category queries
 * @since 0.1.0
 */
export const cyclesToNs = (cycles: number, cyclesPerSecond: number): number => {
  invariant(cyclesPerSecond > 0 && cyclesPerSecond <= cyclesPerSecondMax, 'a counter of a known speed')
  const seconds = Math.floor(cycles / cyclesPerSecond)
  const thousandths = (cycles - seconds * cyclesPerSecond) * 1_000
  const ms = Math.floor(thousandths / cyclesPerSecond)
  const rest = thousandths - ms * cyclesPerSecond
  return seconds * 1_000_000_000 + ms * mega + Math.floor((rest * mega) / cyclesPerSecond)
}

/**
 * How fast the cycle counter of a trace is, to 1 MHz: `switch_infprev` says in nanoseconds how long a unit
 * ran, and the last switch on its pCPU began that run. All runs of 100 us and more count that are within 1 %
 * of their median: a run of more than 4.29 s says too little, its time having 32 bits. Null when the trace
 * has none.
 *
 * @category queries
 * @since 0.1.0
 */
export const measureCyclesPerSecond = ({ records }: Pick<Xentrace, 'records'>): number | null => {
  const lastSwitch = new Map<number, number>()
  const runs: Array<{ readonly cycles: number; readonly ranNs: number; readonly speed: number }> = []
  for (const { pcpu, event, cycles, data } of records) {
    if (event !== traceEvent.switchInfPrev || cycles === null) continue
    const since = lastSwitch.get(pcpu)
    lastSwitch.set(pcpu, cycles)
    const ranNs = data[2] as number
    if (since === undefined || ranNs < runMinNs) continue
    runs.push({ cycles: cycles - since, ranNs, speed: (cycles - since) / ranNs })
  }
  if (runs.length === 0) return null
  runs.sort((a, b) => a.speed - b.speed)
  const median = (runs[runs.length >> 1] as (typeof runs)[number]).speed
  const usual = runs.filter(({ speed }) => Math.abs(speed - median) <= median / 100)
  const sumOf = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0)
  const mhz = Math.round(
    (sumOf(usual.map(({ cycles }) => cycles)) / sumOf(usual.map(({ ranNs }) => ranNs))) * 1_000
  )
  return mhz <= 0 || mhz * mega > cyclesPerSecondMax ? null : mhz * mega
}
