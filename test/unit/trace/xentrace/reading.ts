import type { TraceRecord } from '../../../../src/trace/index.js'

/** The time of a record as `xenalyze` prints it for a cycle counter of a given speed. */
export const stampOf = (record: TraceRecord, cyclesPerSecond: number): string => {
  const cycles = record.cycles ?? 0
  const seconds = Math.floor(cycles / cyclesPerSecond)
  // It divides by whole cycles in 1,024 ns: with 2.4 GHz its nanoseconds are 0.02 % too many.
  const cyclesPer1024Ns = Math.floor((cyclesPerSecond * 1024) / 1e9)
  const ns = Math.floor(((cycles - seconds * cyclesPerSecond) * 1024) / cyclesPer1024Ns)
  return `${seconds}.${String(ns).padStart(9, '0')}`
}

/** Lines of a dump that are records: time, who executes, what. */
export const dumpLines = (text: string) =>
  [...text.matchAll(/(\d+\.\d{9}| {15}) ([-|.x ]*x[-|.x ]*) d\S+ +(\S.*)$/gm)].map((match) => ({
    time: (match[1] as string).trim(),
    pcpu: (match[2] as string).indexOf('x'),
    what: match[3] as string
  }))
