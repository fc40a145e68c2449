import { describe, expect, it } from 'vitest'

import { addToPerfetto, emptyPerfetto, perfettoJson } from '../../../../src/trace/report/Perfetto.js'
import type { PerfettoOptions } from '../../../../src/trace/report/Perfetto.js'
import { boot, build, flat, hog, ms, operate, run, sleeper } from './laboratory.js'
import type { DomainSketch, Laboratory } from './laboratory.js'

interface Event {
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly name: string
  readonly ts: number
  readonly dur: number
  readonly args?: { readonly [key: string]: unknown }
}

interface Trace {
  readonly displayTimeUnit: string
  readonly otherData: { readonly cut: boolean; readonly cutAtNs: number | null }
  readonly traceEvents: ReadonlyArray<Event>
}

const textOf = (
  lab: Laboratory,
  sketches: ReadonlyArray<DomainSketch>,
  toNs: number,
  options?: PerfettoOptions
): string => {
  const perfetto = emptyPerfetto(lab.host, options)
  for (const sketch of sketches) addToPerfetto(perfetto, build(lab, sketch), lab.host)
  while (lab.host.nowNs < toNs)
    addToPerfetto(perfetto, run(lab, Math.min(toNs, lab.host.nowNs + 5 * ms)), lab.host)
  return perfettoJson(perfetto)
}

const parse = (text: string): Trace => JSON.parse(text) as Trace

const traceOf = (...given: Parameters<typeof textOf>): Trace => parse(textOf(...given))

const slices = (trace: Trace, name: RegExp): ReadonlyArray<Event> =>
  trace.traceEvents.filter((event) => event.ph === 'X' && name.test(event.name))

const alone: ReadonlyArray<DomainSketch> = [{ domid: 1, name: 'alone', vcpus: [sleeper(3 * ms + 7, ms)] }]

describe('perfettoJson', () => {
  it('has the fields that the format asks for, of the types it asks for', () => {
    const trace = traceOf(boot(flat(2)), [...alone, { domid: 2, vcpus: [hog, hog] }], 50 * ms)
    expect(trace.traceEvents.length).toBeGreaterThan(50)
    for (const event of trace.traceEvents) {
      expect(['X', 'M', 'C', 'i']).toContain(event.ph)
      expect([event.pid, event.tid].every(Number.isSafeInteger)).toBe(true)
      expect(typeof event.name).toBe('string')
      if (event.ph !== 'M') expect(event.ts).toBeGreaterThanOrEqual(0)
      if (event.ph === 'X') expect(event.dur).toBeGreaterThan(0)
      if (event.ph === 'C') expect(Object.values(event.args ?? {}).every(Number.isSafeInteger)).toBe(true)
    }
  })

  it('writes microseconds with three decimals: nanoseconds are exact', () => {
    const text = textOf(boot(flat(1)), alone, 8 * ms)
    expect(text).toContain('"name":"d1v0","cat":"pcpu","ts":4000.007,"dur":3000.007')
  })

  it('has a track for each pCPU and each vCPU, with names', () => {
    const { traceEvents } = traceOf(boot(flat(2)), alone, 8 * ms)
    const names = traceEvents.filter(({ ph }) => ph === 'M').map(({ args }) => args?.['name'])
    const wanted = ['pCPUs', 'pCPU 0 (socket 0, node 0)', 'pCPU 1 (socket 0, node 0)', 'alone (d1)', 'd1v0']
    for (const name of wanted) expect(names).toContain(name)
  })

  it('covers the life of a vCPU with its run states without a gap, and never doubles a pCPU', () => {
    const sketches = [...alone, { domid: 2, vcpus: [hog, hog, sleeper(ms, ms)] }]
    const { traceEvents } = traceOf(boot(flat(2)), sketches, 50 * ms)
    const tracks = new Map<string, Event[]>()
    for (const event of traceEvents.filter(({ ph }) => ph === 'X')) {
      const track = `${event.pid === 1 ? 'pcpu' : 'vcpu'} ${event.tid}`
      tracks.set(track, [...(tracks.get(track) ?? []), event])
    }
    expect(tracks.size).toBe(2 + 4)
    for (const [track, events] of tracks) {
      events.sort((a, b) => a.ts - b.ts)
      events.slice(1).forEach((event, i) => {
        const before = events[i] as Event
        const gapNs = Math.round((event.ts - before.ts - before.dur) * 1_000)
        if (track.startsWith('vcpu')) expect(Math.abs(gapNs)).toBe(0)
        else expect(gapNs).toBeGreaterThanOrEqual(0)
      })
      const lengthNs = events.reduce((sum, { dur }) => sum + Math.round(dur * 1_000), 0)
      if (track.startsWith('vcpu')) expect(lengthNs).toBe(50 * ms)
    }
  })

  it('counts the vCPUs that wait, once an instant', () => {
    const { traceEvents } = traceOf(boot(flat(1)), [{ domid: 1, vcpus: [hog, hog, hog] }], 30 * ms)
    const counters = traceEvents.filter(({ ph, name }) => ph === 'C' && name.startsWith('runnable'))
    expect(counters[counters.length - 1]?.args).toEqual({ vcpus: 2 })
    expect(new Set(counters.map(({ ts }) => ts)).size).toBe(counters.length)
  })

  it('tells of domains that come and go', () => {
    const lab = boot(flat(1))
    const perfetto = emptyPerfetto(lab.host)
    addToPerfetto(perfetto, build(lab, { domid: 7, vcpus: [hog] }), lab.host)
    addToPerfetto(perfetto, run(lab, 10 * ms), lab.host)
    addToPerfetto(perfetto, operate(lab, { _tag: 'DomainDestroy', domid: 7, inPlace: true }), lab.host)
    addToPerfetto(perfetto, run(lab, 20 * ms), lab.host)
    const trace = parse(perfettoJson(perfetto))
    const instants = trace.traceEvents.filter(({ ph }) => ph === 'i')
    expect(instants.map(({ name, ts }) => [name, ts])).toEqual([
      ['domain 7 created', 0],
      ['domain 7 destroyed', 10_000]
    ])
    expect(slices(trace, /^d7v0$/).map(({ dur }) => dur)).toEqual([10_000])
  })

  it('is cut where the events end, and says so', () => {
    const whole = traceOf(boot(flat(2)), [{ domid: 1, vcpus: [hog, hog, hog] }], 100 * ms)
    const cut = traceOf(boot(flat(2)), [{ domid: 1, vcpus: [hog, hog, hog] }], 100 * ms, { eventsMax: 40 })
    expect(whole.otherData.cut).toBe(false)
    expect(cut.otherData.cut).toBe(true)
    const cutAtUs = (cut.otherData.cutAtNs ?? 0) / 1_000
    const ends = cut.traceEvents.filter(({ ph }) => ph === 'X').map(({ ts, dur }) => ts + dur)
    expect(Math.max(...ends)).toBeCloseTo(cutAtUs, 3)
    const kept = cut.traceEvents.filter(({ ph }) => ph !== 'M').length
    // The events kept, what each of three vCPUs was doing on its track and a pCPU's, and the note of the cut.
    expect(kept).toBeLessThanOrEqual(40 + 6 + 1)
    expect(cut.traceEvents.filter(({ name }) => name === 'trace cut here').length).toBe(1)
  })

  it('can be asked for in the middle, and goes on as if it had not been', () => {
    const once = (isAsked: boolean): string => {
      const lab = boot(flat(1))
      const perfetto = emptyPerfetto(lab.host)
      addToPerfetto(perfetto, build(lab, { domid: 1, vcpus: [hog, hog] }), lab.host)
      addToPerfetto(perfetto, run(lab, 17 * ms), lab.host)
      if (isAsked) perfettoJson(perfetto)
      addToPerfetto(perfetto, run(lab, 40 * ms), lab.host)
      return perfettoJson(perfetto)
    }
    expect(once(true)).toBe(once(false))
  })
})
