/**
 * What a campaign can measure of a run. Every figure is an integer, or null where there is none (no waits,
 * no jobs): integers add up to the same sum in any order.
 *
 * @since 0.1.0
 */
import type { DomainId } from '../../abi/index.js'
import { invariant } from '../../prelude/index.js'

import type { Report, VcpuAccount } from '../report/accounts.js'
import * as Histogram from '../report/Histogram.js'
import { domainService, waitsOf } from '../report/service.js'
import type { DomainSummary, ReportSummary, WaitSummary } from '../report/Summary.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * In what a figure is counted: nanoseconds, pieces, millionths of something, or yes (1) and no (0).
 *
 * @category model
 * @since 0.1.0
 */
export type MeasureUnit = 'ns' | 'count' | 'ppm' | 'yes'

/**
 * A figure that is asked for: of a domain with its copies, or of all domains but dom0 when `domain` is
 * null.
 *
 * @category model
 * @since 0.1.0
 */
export interface MeasureRequest {
  readonly measure: string
  readonly domain: string | null
}

interface Subject {
  readonly summary: ReportSummary
  readonly domains: ReadonlyArray<DomainSummary>
  readonly vcpus: ReadonlyArray<VcpuAccount>
}

interface Measure {
  readonly unit: MeasureUnit
  readonly isOfDomains: boolean
  readonly of: (subject: Subject) => number | null
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The figures of a report, in the order in which they are asked for.
 *
 * @category queries
 * @since 0.1.0
 */
export const measureReport = (
  report: Report,
  summary: ReportSummary,
  requests: ReadonlyArray<MeasureRequest>
): ReadonlyArray<number | null> =>
  requests.map(({ measure, domain }) => {
    const found = Object.hasOwn(measures, measure) ? measures[measure] : undefined
    invariant(found !== undefined, 'what is measured has been checked')
    return found.of(subjectOf(report, summary, domain))
  })

// -------------------------------------------------------------------------------------
// instances: parts
// -------------------------------------------------------------------------------------

/** The domain of a name and its copies, `name#2`, `name#3`; tasks are such copies of nobody. */
const isOf = (domain: { readonly name: string }, group: string): boolean =>
  domain.name === group || domain.name.startsWith(`${group}#`)

const subjectOf = (report: Report, summary: ReportSummary, group: string | null): Subject => {
  const isMeant = (domain: { readonly domid: DomainId; readonly name: string }): boolean =>
    group === null ? domain.domid !== 0 : isOf(domain, group)
  const watched = report.watch.domains.filter(isMeant)
  return {
    summary,
    domains: summary.domains.filter(isMeant),
    vcpus: watched.flatMap(({ vcpus }) =>
      vcpus.filter((at) => at >= 0).map((at) => report.vcpus[at] as VcpuAccount)
    )
  }
}

const sumOver = (domains: Subject['domains'], pick: (domain: DomainSummary) => number): number =>
  domains.reduce((sum, domain) => sum + pick(domain), 0)

const ppm = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 1_000_000)

const ofDomains = (unit: MeasureUnit, of: Measure['of']): Measure => ({ unit, isOfDomains: true, of })
const ofHost = (unit: MeasureUnit, of: Measure['of']): Measure => ({ unit, isOfDomains: false, of })

const counted = (pick: (domain: DomainSummary) => number): Measure =>
  ofDomains('count', ({ domains }) => sumOver(domains, pick))

const waits = (kind: 'all' | 'wakeUps', figure: 'meanNs' | 'p50Ns' | 'p90Ns' | 'p99Ns'): Measure =>
  ofDomains('ns', ({ vcpus }) => {
    const wait: WaitSummary = waitsOf(vcpus, 0)[kind]
    return wait.count === 0 ? null : wait[figure]
  })

/** The longest wait of any kind, one that still goes on included: who starves has no other. */
const waitMax: Measure = ofDomains('ns', ({ domains, vcpus }) => {
  const unfinishedNs = Math.max(0, ...domains.map((domain) => domain.waits.unfinishedNs))
  const all = Histogram.merge(vcpus.flatMap(({ wakeUps, preempted }) => [wakeUps, preempted]))
  return all.count === 0 && unfinishedNs === 0 ? null : Math.max(all.maxNs, unfinishedNs)
})

const wakeMax: Measure = ofDomains('ns', ({ vcpus }) => {
  const all = Histogram.merge(vcpus.map(({ wakeUps }) => wakeUps))
  return all.count === 0 ? null : all.maxNs
})

const jobsOf = ({ domains }: Subject) => domainService(domains.flatMap(({ vcpus }) => vcpus)).jobs

/** Received apart from entitled time, summed up over domains, against all entitled time. */
const shareError: Measure = ofDomains('ppm', ({ domains }) =>
  ppm(
    sumOver(domains, ({ runningNs, entitledNs }) => Math.abs(runningNs - entitledNs)),
    sumOver(domains, ({ entitledNs }) => entitledNs)
  )
)

const jain: Measure = ofHost('ppm', ({ summary }) => {
  const { all } = summary.fairness
  return all === null ? null : Math.round(all * 1_000_000)
})

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * By name. Their meaning is in docs/formats.md.
 *
 * @category instances
 * @since 0.1.0
 */
export const measures: { readonly [measure: string]: Measure } = {
  share: ofDomains('ppm', ({ domains, summary }) =>
    ppm(
      sumOver(domains, ({ runningNs }) => runningNs),
      summary.windowNs
    )
  ),
  entitled: ofDomains('ppm', ({ domains, summary }) =>
    ppm(
      sumOver(domains, ({ entitledNs }) => entitledNs),
      summary.windowNs
    )
  ),
  shareError,
  lagMax: ofDomains('ns', ({ domains }) => Math.max(0, ...domains.map(({ lagMaxNs }) => lagMaxNs))),
  waitMean: waits('all', 'meanNs'),
  waitP50: waits('all', 'p50Ns'),
  waitP90: waits('all', 'p90Ns'),
  waitP99: waits('all', 'p99Ns'),
  waitMax,
  wakeMean: waits('wakeUps', 'meanNs'),
  wakeP50: waits('wakeUps', 'p50Ns'),
  wakeP90: waits('wakeUps', 'p90Ns'),
  wakeP99: waits('wakeUps', 'p99Ns'),
  wakeMax,
  jobs: ofDomains('count', (subject) => jobsOf(subject)?.released ?? 0),
  missed: ofDomains('count', (subject) => jobsOf(subject)?.missed ?? 0),
  missRatio: ofDomains('ppm', (subject) => {
    const jobs = jobsOf(subject)
    return jobs === null ? null : ppm(jobs.missed, jobs.released)
  }),
  schedulable: ofDomains('yes', (subject) => {
    const jobs = jobsOf(subject)
    return jobs === null ? null : Number(jobs.missed === 0)
  }),
  latenessMax: ofDomains('ns', (subject) => jobsOf(subject)?.latenessMaxNs ?? null),
  switches: counted(({ switchesIn }) => switchesIn),
  preemptions: counted(({ preemptionsTotal }) => preemptionsTotal),
  migrations: counted(({ migrationsTotal }) => migrationsTotal),
  decisions: ofHost('count', ({ summary }) => summary.decisionsTotal),
  busy: ofHost('ppm', ({ summary }) => ppm(summary.busyNs, summary.busyNs + summary.idleNs)),
  idleWhileRunnable: ofHost('ppm', ({ summary }) => ppm(summary.idleWhileRunnable.ns, summary.windowNs)),
  jain
}

/**
 * What can be measured, as the reader of campaigns has to know it.
 *
 * @category instances
 * @since 0.1.0
 */
export const measureKinds: {
  readonly [measure: string]: { readonly unit: MeasureUnit; readonly isOfDomains: boolean }
} = Object.fromEntries(
  Object.entries(measures).map(([name, { unit, isOfDomains }]) => [name, { unit, isOfDomains }])
)
