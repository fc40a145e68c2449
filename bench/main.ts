/**
 * The benchmarks: every figure is the median of several processes and stands beside a baseline measured by
 * turns with it. Budgets are those of the design; a figure that misses its budget is marked, nothing fails.
 */

interface Given {
  readonly own: string
  readonly twin: string
  readonly measure: (module: string, name: string, ...args: ReadonlyArray<string | number>) => unknown
  readonly only: ReadonlyArray<string>
}

const sizes = ['4x8', '16x64', '64x512', '256x2000'] as const

const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const verdict = (isMet: boolean): string => (isMet ? 'met' : 'MISSED')

const perSecond = (ns: number): string => `${Math.round(1e9 / ns)}/s`

export const run = (given: Given): void => {
  const wants = (name: string): boolean => given.only.length === 0 || given.only.includes(name)
  say(`node ${process.version}; medians of processes; pCPUs x vCPUs`)
  for (const scheduler of ['credit2', 'credit', 'rtds', 'null'])
    if (wants('advance') || wants(scheduler)) advances(given, scheduler)
  if (wants('edf')) edf(given)
  if (wants('steps')) steps(given)
  if (wants('build')) builds(given)
}

/** Medians of two builds measured by turns. */
const pair = (
  given: Given,
  ...what: readonly [name: string, ...args: string[]]
): readonly [number, number] => {
  const ours: number[] = []
  const theirs: number[] = []
  const [name, ...args] = what
  for (let i = 0; i < 3; i++) {
    ours.push(given.measure(given.own, name, ...args) as number)
    theirs.push(given.measure(given.twin, name, ...args) as number)
  }
  return [median(ours), median(theirs)]
}

const advances = (given: Given, scheduler: string): void => {
  say(`\n${scheduler} by advance, no trace consumer, beside the same code with tables written in place`)
  let smallest = NaN
  for (const size of sizes) {
    const isEqual = given.measure(given.own, 'equal', size, scheduler) as boolean | null
    const [ours, mutable] = pair(given, 'advance', size, scheduler)
    if (size === '4x8') smallest = ours
    const decisions =
      isEqual === true ? 'decisions equal the recording' : 'DECISIONS DIFFER FROM THE RECORDING'
    say(
      `  ${size.padEnd(9)} ${ours.toFixed(0).padStart(5)} ns/decision ${perSecond(ours).padStart(10)}` +
        `  x${(ours / mutable).toFixed(2)} of in place (${mutable.toFixed(0)} ns)` +
        `  ${isEqual === null ? 'not recorded' : decisions}`
    )
    if (size === '16x64' && scheduler === 'credit2')
      say(`            budget 1,000,000 decisions/s: ${verdict(ours <= 1000)}`)
    if (size === '256x2000') {
      const growth = ours / smallest
      say(`            growth from 4x8: x${growth.toFixed(2)}, budget x3: ${verdict(growth <= 3)}`)
    }
  }
}

/** Periodic tasks on vCPUs of their own under rtds, beside a plain mutable simulation of the same tasks. */
const edf = (given: Given): void => {
  say('\nrtds, periodic tasks at 80 % of the pCPUs, beside plain mutable JavaScript')
  for (const [tasks, pcpus, durationNs] of [
    [64, 8, 20_000_000_000],
    [512, 64, 4_000_000_000]
  ] as const) {
    const ours: number[] = []
    const plain: number[] = []
    for (let i = 0; i < 3; i++) {
      ours.push(given.measure(given.own, 'tasks', tasks, pcpus, durationNs) as number)
      plain.push(given.measure(given.own, 'baseline', tasks, pcpus, durationNs) as number)
    }
    const [own, other] = [median(ours), median(plain)]
    say(
      `  ${tasks} on ${pcpus}: ${own.toFixed(0)} jobs/s, x${(own / other).toFixed(2)} of the baseline` +
        ` (${other.toFixed(0)}), budget x0.5: ${verdict(own >= other / 2)};` +
        ` 420,000 to 1,500,000: ${verdict(own / other >= 0.28)}`
    )
  }
}

const steps = (given: Given): void => {
  say('\na new host after every instant (step), credit2 16x64, beside one bare Immer update per event')
  const one = (name: string): number =>
    median([1, 2, 3].map(() => given.measure(given.own, name, '16x64') as number))
  const immer = one('immer')
  say(`  Immer, one produce per event (2 vCPUs, 1 pCPU, clock; no scheduling)  ${immer.toFixed(0)} ns`)
  const plain = one('step')
  const line = (label: string, ns: number): string =>
    `  ${label.padEnd(28)} ${ns.toFixed(0).padStart(5)} ns/event ${perSecond(ns).padStart(10)}` +
    `  x${(ns / immer).toFixed(2)} of Immer`
  say(line('step, last host kept', plain))
  const kept = one('kept')
  say(`${line('step, every host kept', kept)}  budget 300,000/s: ${verdict(1e9 / kept >= 300_000)}`)
  const bytes = one('bytes')
  say(`  bytes per retained host ${bytes.toFixed(0)}, budget 2,560: ${verdict(bytes <= 2560)}`)
  const cost = one('digested') - plain
  const relative = `x${(cost / plain).toFixed(2)} of the step`
  say(
    `  digest after each event ${cost.toFixed(0)} ns, ${relative}, budget 3,000 ns: ${verdict(cost <= 3000)}`
  )
}

const builds = (given: Given): void => {
  say('\nboot and build (64 pCPUs)')
  const build = (...args: ReadonlyArray<number>): readonly [string, number, number] => {
    const [ms, mb] = given.measure(given.own, 'build', ...args) as [number, number]
    return [`${ms.toFixed(0)} ms, ${mb.toFixed(1)} MB of heap`, ms, mb]
  }
  const [many, manyMs] = build(1000, 1, 1024, 32768)
  say(`  1,000 domains of 128 MiB: ${many}; budget 2,000 ms: ${verdict(manyMs < 2000)}`)
  const [big, bigMs, bigMb] = build(200, 4, 1024, 1048576)
  say(
    `  1 TiB, 200 domains of 4 GiB: ${big}; budget 1,000 ms, 150 MB: ${verdict(bigMs < 1000 && bigMb < 150)}`
  )
}
