/**
 * A report as a table that a person reads in a terminal, and as JSON.
 *
 * @since 0.1.0
 */
import { clip, columns, count, duration, percent, shortCount, wrap } from './format.js'
import type {
  DomainSummary,
  FairnessSummary,
  PoolSummary,
  RecordedSummary,
  ReportSummary,
  ServiceSummary,
  WaitsSummary
} from './Summary.js'
import { labelOf } from './Watch.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Lines of a table are at most this wide.
 *
 * @category constants
 * @since 0.1.0
 */
export const tableWidth = 100

/**
 * A table names at most this many domains, and as many vCPUs; the JSON has them all.
 *
 * @category constants
 * @since 0.1.0
 */
export const tableRowsMax = 200

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The figures as text: what they are about, pools, domains, waits, vCPUs, jobs, and how to read it.
 * `timeName` is what kind of time passed.
 *
 * @category queries
 * @since 0.1.0
 */
export const reportTable = (summary: ReportSummary, timeName = 'virtual time'): string =>
  [
    ...heading(summary, timeName),
    ...(summary.pools.length > 1 ? section('Pools', poolRows(summary)) : []),
    ...section('Domains', domainRows(summary)),
    ...section('Waiting for a pCPU, from runnable to running', waitRows(summary)),
    ...(summary.domains.some(({ parkedNs }) => parkedNs > 0)
      ? section('Held back by a cap', capRows(summary))
      : []),
    ...(summary.domains.some(({ lostNs }) => lostNs > 0)
      ? section('Lost to costs of the machine', lostRows(summary))
      : []),
    ...section('vCPUs', vcpuRows(summary)),
    ...(summary.domains.some(({ jobs }) => jobs !== null) ? section('Periodic jobs', jobRows(summary)) : []),
    '',
    ...wrap(legend(summary), tableWidth),
    ''
  ].join('\n')

/**
 * The figures as JSON, one field a line; those of a recording beside them, if there is one.
 *
 * @category queries
 * @since 0.1.0
 */
export const reportJson = (summary: ReportSummary, recorded: RecordedSummary | null = null): string =>
  `${JSON.stringify(recorded === null ? summary : { ...summary, recorded }, null, 2)}\n`

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const heading = (s: ReportSummary, timeName: string): ReadonlyArray<string> => {
  const capacityNs = s.pcpusTotal * s.windowNs
  const part = (ns: number, of: number): string => percent(of === 0 ? 0 : ns / of)
  const { ns, cappedOnlyNs } = s.idleWhileRunnable
  const from = s.fromNs === 0 ? '' : ` (from ${duration(s.fromNs)} to ${duration(s.toNs)})`
  const capped =
    cappedOnlyNs === 0 ? '' : `; ${part(cappedOnlyNs, s.windowNs)} with only capped domains waiting`
  return [
    `${duration(s.windowNs)} of ${timeName} on ${count(s.pcpusTotal)} pCPUs${from}`,
    '',
    ...(s.mismatchesTotal === 0 ? [] : wrap(warning(s.mismatchesTotal), tableWidth)),
    `  pCPU time used         ${part(s.busyNs, capacityNs)}, idle ${part(s.idleNs, capacityNs)}`,
    ...forcedLines(s, capacityNs),
    `  idle while runnable    ${part(ns, s.windowNs)} of the time${capped}`,
    ...jainLines(s),
    `  context switches       ${count(s.switchesTotal)} in ${count(s.decisionsTotal)} decisions`,
    `  migrations             ${count(s.migrationsTotal)}: ${count(s.migrationsSocketTotal)} ` +
      `between sockets, ${count(s.migrationsNodeTotal)} between NUMA nodes`
  ]
}

const warning = (mismatchesTotal: number): string =>
  `WARNING: ${count(mismatchesTotal)} states differ from what the outputs tell. ` +
  'Outputs were left out; do not rely on these figures.'

/** Only where core scheduling makes pCPUs idle. */
const forcedLines = ({ forcedIdleNs }: ReportSummary, capacityNs: number): ReadonlyArray<string> =>
  forcedIdleNs === 0
    ? []
    : [`  forced idle            ${percent(forcedIdleNs / capacityNs)}, with a busy pCPU beside it`]

const jainLines = (s: ReportSummary): ReadonlyArray<string> => {
  const { contending, contendingDomids, all, allTotal } = s.fairness
  const shown = contendingDomids.slice(0, 6).join(', ') + (contendingDomids.length > 6 ? ', ...' : '')
  const among = `among ${contendingDomids.length} that wanted more than they got (domains ${shown})`
  const first =
    contending === null ? 'no domain wanted more than it got' : `${contending.toFixed(4)} ${among}`
  return [
    `  Jain's index           ${first}`,
    ...(all === null
      ? []
      : [`                         ${all.toFixed(4)} among all ${allTotal} that wanted anything`])
  ]
}

const section = (title: string, rows: ReadonlyArray<string>): ReadonlyArray<string> => [
  '',
  title,
  ...rows.map((row) => `  ${row}`)
]

const jain = (fairness: FairnessSummary): string => fairness.contending?.toFixed(4) ?? '-'

const poolRows = (s: ReportSummary): ReadonlyArray<string> => {
  const row = (pool: PoolSummary): ReadonlyArray<string> => [
    String(pool.poolId),
    pool.scheduler + (pool.isLive ? '' : ' (gone)'),
    count(pool.pcpusTotal),
    percent(pool.capacityNs === 0 ? 0 : pool.receivedNs / pool.capacityNs),
    percent(s.windowNs === 0 ? 0 : pool.idleWhileRunnable.ns / s.windowNs),
    jain(pool.fairness)
  ]
  return table(
    ['pool', '<scheduler', 'pCPUs', 'used', 'idle while runnable', "Jain's index"],
    s.pools.map(row)
  )
}

const named = (domain: DomainSummary): ReadonlyArray<string> => [
  String(domain.domid),
  clip(labelOf(domain), 14) + (domain.endedNs === null ? '' : ' +')
]

const shares = (part: ServiceSummary): ReadonlyArray<string> => [
  percent(part.share),
  percent(part.entitledShare),
  duration(part.lagMaxNs)
]

const domainRows = (s: ReportSummary): ReadonlyArray<string> => {
  const row = (domain: DomainSummary): ReadonlyArray<string> => [
    ...named(domain),
    domain.weight === null ? '-' : String(domain.weight),
    domain.cap === 0 ? '-' : String(domain.cap),
    count(domain.vcpus.length),
    ...shares(domain),
    shortCount(domain.switchesIn),
    shortCount(domain.migrationsTotal),
    duration(domain.idleWhileRunnableNs)
  ]
  const titles = [
    'id',
    '<name',
    'weight',
    'cap',
    'vCPUs',
    'share',
    'entitled',
    'max lag',
    'switches',
    'migr.',
    'idle-wait'
  ]
  return limited(table(titles, s.domains.slice(0, tableRowsMax).map(row)), s.domains.length)
}

const waitRows = (s: ReportSummary): ReadonlyArray<string> => {
  const kinds = ['all', 'wakeUps', 'preempted'] as const
  const names = { all: 'all', wakeUps: 'wake-up', preempted: 'preempted' }
  const rows = s.domains.slice(0, tableRowsMax).flatMap((domain) =>
    kinds.map((kind, i) => {
      const wait = domain.waits[kind]
      const times = [wait.meanNs, wait.p50Ns, wait.p90Ns, wait.p99Ns].map(duration)
      const max = kind === 'all' ? longest(domain.waits) : duration(wait.maxNs)
      const cells = wait.count === 0 ? ['-', '-', '-', '-'] : times
      return [...(i === 0 ? named(domain) : ['', '']), names[kind], shortCount(wait.count), ...cells, max]
    })
  )
  return table(['id', '<name', '<after', 'waits', 'mean', 'p50', 'p90', 'p99', 'max'], rows)
}

/** The longest wait; one that still goes on, and is longer than all before, is marked. */
const longest = (waits: WaitsSummary): string =>
  waits.unfinishedNs > waits.all.maxNs ? `>${duration(waits.unfinishedNs)}` : duration(waits.all.maxNs)

const vcpuRows = (s: ReportSummary): ReadonlyArray<string> => {
  const all = s.domains.flatMap((domain) => domain.vcpus.map((vcpu) => ({ domain, vcpu })))
  const rows = all
    .slice(0, tableRowsMax)
    .map(({ domain, vcpu }) => [
      `d${domain.domid}v${vcpu.vcpu}`,
      ...shares(vcpu),
      duration(vcpu.waits.all.p99Ns),
      longest(vcpu.waits),
      shortCount(vcpu.switchesIn),
      shortCount(vcpu.migrationsTotal),
      shortCount(vcpu.migrationsSocketTotal),
      shortCount(vcpu.migrationsNodeTotal),
      duration(vcpu.idleWhileRunnableNs)
    ])
  const titles = ['<vCPU', 'share', 'entitled', 'max lag', 'p99 wait', 'max wait', 'switches']
  return limited(table([...titles, 'migr.', 'sock.', 'node', 'idle-wait'], rows), all.length)
}

const capRows = (s: ReportSummary): ReadonlyArray<string> => {
  const rows = s.domains
    .filter(({ parkedNs }) => parkedNs > 0)
    .map((domain) => [
      ...named(domain),
      domain.cap === 0 ? '-' : String(domain.cap),
      percent(domain.share),
      duration(domain.parkedNs),
      percent(domain.parkedNs / (domain.parkedNs + domain.runningNs + domain.runnableNs))
    ])
  return table(['id', '<name', 'cap', 'share', 'held back', 'of what it wanted'], rows.slice(0, tableRowsMax))
}

const lostRows = (s: ReportSummary): ReadonlyArray<string> => {
  const rows = s.domains
    .filter(({ lostNs }) => lostNs > 0)
    .map((domain) => [
      ...named(domain),
      duration(domain.lostNs),
      percent(domain.runningNs === 0 ? 0 : domain.lostNs / domain.runningNs),
      shortCount(domain.migrationsTotal),
      shortCount(domain.migrationsSocketTotal)
    ])
  return table(['id', '<name', 'lost', 'of its time', 'migr.', 'sock.'], rows.slice(0, tableRowsMax))
}

const jobRows = (s: ReportSummary): ReadonlyArray<string> => {
  const rows = s.domains
    .flatMap((domain) =>
      domain.vcpus.map((vcpu) => ({ name: `d${domain.domid}v${vcpu.vcpu}`, jobs: vcpu.jobs }))
    )
    .flatMap(({ name, jobs }) => {
      if (jobs === null) return []
      const late = jobs.latenessMaxNs === null ? '-' : duration(jobs.latenessMaxNs)
      return [[name, shortCount(jobs.released), shortCount(jobs.finished), shortCount(jobs.missed), late]]
    })
  const shown = table(
    ['<vCPU', 'released', 'finished', 'missed', 'worst lateness'],
    rows.slice(0, tableRowsMax)
  )
  return limited(shown, rows.length)
}

/** Rows stand two columns in. */
const table = (
  headings: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>
): ReadonlyArray<string> => columns(headings, rows, tableWidth - 2)

const limited = (rows: ReadonlyArray<string>, total: number): ReadonlyArray<string> =>
  total <= tableRowsMax ? rows : [...rows, `... and ${count(total - tableRowsMax)} more (see the JSON)`]

const legend = (s: ReportSummary): string =>
  'How to read this: share and entitled are in percent of one pCPU, so 250 % is two and a half pCPUs ' +
  'all the time; so is the cap (- is none). Entitled is the weighted max-min fair share by weight ' +
  'within the pool, limited by the cap and by what the vCPUs wanted (to run: while running, waiting ' +
  `or held back), worked out every ${duration(s.gridNs)}; max lag is the largest that entitled less ` +
  'received time became. Wake-up waits follow blocking, preempted waits follow running; percentiles ' +
  'are exact to 1.6 %; > marks a wait that had not ended. Switches count how often a vCPU got a pCPU; ' +
  'migr. how often another one than before, sock. and node how often on another socket or NUMA node. ' +
  'Idle-wait is vCPU time spent waiting while a pCPU that pool and hard affinity allow was idle. ' +
  "Jain's index is over received / entitled: 1 is perfectly fair, 1/n is one of n taking all. A + " +
  'after a name: the domain is gone.'
