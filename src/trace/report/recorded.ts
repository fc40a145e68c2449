/**
 * What a real machine gave the vCPUs of the same experiment, beside what a run gave them.
 *
 * A recording knows pCPU times in steps (`xl vcpu-list` shows tenths of seconds), taken at two readings. A
 * reading takes time itself, and at which instant of it a vCPU was looked at is not known. Two figures are
 * compared, each with the noise that follows from this; nothing is fitted.
 *
 * - The share of a pCPU: the time, give or take a step, over a window that is longer or shorter than the
 *   stated one by what both readings took.
 * - The part of all recorded vCPUs' time, where there are several. The time of one that had the part `s` is
 *   known up to `e = step + s * readings`, and its part of the sum T of all up to
 *   `(e (1 - s) + s * (sum of the others' e)) / T`: all errors at their worst, all against it.
 *
 * @since 0.1.0
 */
import { columns, duration, percent, wrap } from './format.js'
import { tableWidth } from './reportTable.js'
import type { RecordedSummary, RecordedVcpu, ReportSummary } from './Summary.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What was recorded: pCPU times between two readings that lie `elapsedNs` apart.
 *
 * @category model
 * @since 0.1.0
 */
export interface Recording {
  readonly source: string
  readonly elapsedNs: number
  readonly resolutionNs: number
  readonly readingsNs: number
  readonly vcpus: ReadonlyArray<{ readonly domain: string; readonly vcpu: number; readonly cpuNs: number }>
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Compares a recording with the figures of a run. Domains are found by name.
 *
 * @category queries
 * @since 0.1.0
 */
export const compareRecorded = (recording: Recording, summary: ReportSummary): RecordedSummary => {
  const { source, elapsedNs, resolutionNs, readingsNs, vcpus } = recording
  const ours = vcpus.map(({ domain, vcpu }) => runningOf(summary, domain, vcpu))
  const recordedTotal = sumOf(vcpus.map(({ cpuNs }) => cpuNs))
  const oursTotal = sumOf(ours)
  const errors = vcpus.map(({ cpuNs }) => resolutionNs + ratio(cpuNs, recordedTotal) * readingsNs)
  const errorsTotal = sumOf(errors)
  const partOf = (cpuNs: number, runningNs: number, errorNs: number): RecordedVcpu['part'] => {
    if (vcpus.length < 2) return null
    const recorded = ratio(cpuNs, recordedTotal)
    const part = ratio(runningNs, oursTotal)
    const noise = ratio(errorNs * (1 - recorded) + recorded * (errorsTotal - errorNs), recordedTotal)
    return { recorded, ours: part, noise, isWithinNoise: Math.abs(part - recorded) <= noise }
  }
  const compared = vcpus.map(({ domain, vcpu, cpuNs }, i) => {
    const runningNs = ours[i] as number
    const share = ratio(runningNs, summary.windowNs)
    const min = Math.max(0, cpuNs - resolutionNs) / (elapsedNs + readingsNs)
    const max = elapsedNs > readingsNs ? (cpuNs + resolutionNs) / (elapsedNs - readingsNs) : Infinity
    return {
      domain,
      vcpu,
      recordedNs: cpuNs,
      runningNs,
      share: {
        recorded: ratio(cpuNs, elapsedNs),
        min,
        max,
        ours: share,
        isWithinNoise: share >= min && share <= max
      },
      part: partOf(cpuNs, runningNs, errors[i] as number)
    }
  })
  return { source, elapsedNs, resolutionNs, readingsNs, vcpus: compared }
}

/**
 * The comparison as text, to stand below the table of the report.
 *
 * @category queries
 * @since 0.1.0
 */
export const recordedTable = (recorded: RecordedSummary): string => {
  const rows = recorded.vcpus.map(({ domain, vcpu, share, part }) => [
    domain,
    String(vcpu),
    percent(share.recorded),
    percent(share.ours),
    points(share.ours - share.recorded),
    `${percent(share.min)} to ${percent(share.max)}`,
    verdict(share),
    ...(part === null
      ? ['-', '-', '-', '']
      : [percent(part.recorded), percent(part.ours), percent(part.noise), verdict(part)])
  ])
  const titles = [
    '<name',
    'vCPU',
    'recorded',
    'ours',
    'diff.',
    'noise',
    '<',
    'rec. part',
    'ours',
    'noise',
    '<'
  ]
  const legend =
    'Recorded and ours are in percent of one pCPU; diff. is ours less recorded; a part is of the sum of ' +
    `these vCPUs' times. Times were recorded in steps of ${duration(recorded.resolutionNs)}; the two ` +
    `readings, ${duration(recorded.elapsedNs)} apart, took ${duration(recorded.readingsNs)}. Noise is how ` +
    'far off the recorded figure may be by these two; what ours is outside of says OUT.'
  return [
    `Recorded on a real machine: ${recorded.source}`,
    ...columns(titles, rows, tableWidth - 2).map((row) => `  ${row}`),
    '',
    ...wrap(legend, tableWidth),
    ''
  ].join('\n')
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const sumOf = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0)

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

const points = (part: number): string => `${part < 0 ? '' : '+'}${(part * 100).toFixed(1)}`

const verdict = (figure: { readonly isWithinNoise: boolean }): string => (figure.isWithinNoise ? '' : 'OUT')

const runningOf = (summary: ReportSummary, name: string, vcpu: number): number =>
  sumOf(
    summary.domains
      .filter((domain) => domain.name === name)
      .flatMap(({ vcpus }) => vcpus.filter((other) => other.vcpu === vcpu))
      .map(({ runningNs }) => runningNs)
  )
