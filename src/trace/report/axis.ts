/**
 * Ticks of a time axis at round times, in one unit.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface Tick {
  readonly atNs: number
  readonly label: string
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Ticks from `fromNs` to `toNs`: multiples of 1, 2 or 5 times a power of ten, at most `ticksMax` of them.
 *
 * @category queries
 * @since 0.1.0
 */
export const ticksOf = (fromNs: number, toNs: number, ticksMax: number): ReadonlyArray<Tick> => {
  const stepNs = stepOf((toNs - fromNs) / Math.max(1, ticksMax - 1))
  const unit = units.find(({ ns }) => stepNs >= ns / 10 && toNs >= ns) ?? { ns: 1, name: 'ns' }
  const decimals = decimalsOf(stepNs, unit.ns)
  const ticks: Tick[] = []
  for (let atNs = Math.ceil(fromNs / stepNs) * stepNs; atNs <= toNs; atNs += stepNs)
    ticks.push({ atNs, label: `${(atNs / unit.ns).toFixed(decimals)} ${unit.name}` })
  return ticks
}

/**
 * The smallest round step that is not shorter than `ns`: 1, 2 or 5 times a power of ten, at least 1.
 *
 * @category queries
 * @since 0.1.0
 */
export const stepOf = (ns: number): number => {
  let power = 1
  while (power * 10 <= ns) power *= 10
  for (const factor of [1, 2, 5]) if (power * factor >= ns) return power * factor
  return power * 10
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const units = [
  { ns: 1_000_000_000, name: 's' },
  { ns: 1_000_000, name: 'ms' },
  { ns: 1_000, name: 'us' }
]

const decimalsOf = (stepNs: number, unitNs: number): number => {
  let decimals = 0
  for (let scaled = unitNs; stepNs % scaled !== 0 && decimals < 9; scaled = scaled / 10) decimals++
  return decimals
}
