/**
 * How numbers look in tables and pictures: fixed, short, the same everywhere.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * A duration with three or four digits and its unit: `850 ns`, `12.3 us`, `1.25 ms`, `30.0 s`. Zero is `0`.
 *
 * @category queries
 * @since 0.1.0
 */
export const duration = (ns: number): string => {
  if (ns === 0) return '0'
  if (ns < 0) return `-${duration(-ns)}`
  if (ns < 1_000) return `${Math.round(ns)} ns`
  if (ns < 999_500) return `${digits(ns / 1_000)} us`
  if (ns < 999_500_000) return `${digits(ns / 1_000_000)} ms`
  return `${digits(ns / 1_000_000_000)} s`
}

/**
 * A part of something in percent with one digit: `0.253` is `25.3 %`. What is not zero does not look like it.
 *
 * @category queries
 * @since 0.1.0
 */
export const percent = (part: number): string => {
  const shown = (part * 100).toFixed(1)
  if (part > 0 && shown === '0.0') return '<0.1 %'
  return `${shown} %`
}

/**
 * A count, with a comma between thousands.
 *
 * @category queries
 * @since 0.1.0
 */
export const count = (value: number): string => {
  const text = String(value)
  const groups: string[] = []
  for (let end = text.length; end > 0; end -= 3) groups.unshift(text.slice(Math.max(0, end - 3), end))
  return groups.join(',')
}

/**
 * A count in at most six characters: whole up to 99,999, then `123 k`, `1.23 M`.
 *
 * @category queries
 * @since 0.1.0
 */
export const shortCount = (value: number): string => {
  if (value < 100_000) return count(value)
  const unit = scales.find(({ one }) => value >= one * 0.9995) ?? { one: 1_000, name: 'k' }
  return `${digits(value / unit.one)} ${unit.name}`
}

/**
 * Rows as fixed-width text under their headings, two spaces between columns. Columns are as wide as their
 * widest cell; those whose heading begins with `<` stand to the left, the others to the right. Where that is
 * wider than `width`, one space has to do, and then the column `<name` is clipped.
 *
 * @category queries
 * @since 0.1.0
 */
export const columns = (
  headings: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  width: number
): ReadonlyArray<string> => {
  const titles = headings.map((heading) => heading.replace('<', ''))
  const widths = titles.map((title, at) =>
    rows.reduce((widest, row) => Math.max(widest, (row[at] ?? '').length), title.length)
  )
  const totalOf = (gap: number): number => widths.reduce((sum, wide) => sum + wide, (widths.length - 1) * gap)
  const gap = totalOf(2) > width ? 1 : 2
  const name = headings.indexOf('<name')
  if (name >= 0) widths[name] = Math.max(4, (widths[name] as number) - Math.max(0, totalOf(gap) - width))
  return [titles, ...rows].map((row) =>
    row
      .map((cell, at) => {
        const wide = widths[at] as number
        const shown = at === name ? clip(cell, wide) : cell
        return headings[at]?.startsWith('<') === true ? shown.padEnd(wide) : shown.padStart(wide)
      })
      .join(' '.repeat(gap))
      .trimEnd()
  )
}

/**
 * Text cut to a width; what is cut ends in a dot.
 *
 * @category queries
 * @since 0.1.0
 */
export const clip = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}.`

/**
 * Text broken into lines of at most `width` columns, between words.
 *
 * @category queries
 * @since 0.1.0
 */
export const wrap = (text: string, width: number): ReadonlyArray<string> => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const scales = [
  { one: 1_000_000_000, name: 'G' },
  { one: 1_000_000, name: 'M' }
]

const digits = (value: number): string => value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
