/**
 * How values look in `xl`'s tables (xl-commands.md §3).
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * C's `%-<width>s`: a text that is longer is not cut.
 *
 * @category queries
 * @since 0.1.0
 */
export const left = (text: string, width: number): string => text.padEnd(width)

/**
 * C's `%<width>s` and `%<width>d`.
 *
 * @category queries
 * @since 0.1.0
 */
export const right = (value: string | number, width: number): string => String(value).padStart(width)

/**
 * Nanoseconds as seconds with one decimal. `xl` passes the number through single precision, and C rounds
 * ties to even: of the fractions with one decimal too many only .25 and .75 are exact in binary, and of
 * these only .25 goes down.
 *
 * @category queries
 * @since 0.1.0
 */
export const seconds = (ns: number): string => {
  const value = Math.fround(ns) / 1_000_000_000
  return value % 1 === 0.25 ? `${Math.floor(value)}.2` : value.toFixed(1)
}

/**
 * A set of cpus or nodes out of `total`, as runs: `none`, `all`, `0,2-3`. What is beyond does not count.
 *
 * @category queries
 * @since 0.1.0
 */
export const bitmap = (members: ReadonlyArray<number>, total: number): string => {
  const within = members.filter((member) => member < total)
  if (within.length === 0) return 'none'
  if (within.length === total) return 'all'
  const runs: string[] = []
  for (let i = 0; i < within.length; i += 1) {
    const first = within[i] as number
    while (within[i + 1] === (within[i] as number) + 1) i += 1
    const last = within[i] as number
    runs.push(first === last ? String(first) : `${first}-${last}`)
  }
  return runs.join(',')
}
