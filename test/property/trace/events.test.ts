import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { runstate, traceEvent } from '../../../src/abi/index.js'
import type { Output } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import { advance, Digester } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { arinc653, credit, credit2, nullScheduler, rtds } from '../../../src/sched/index.js'
import { labArbitrary, startLaboratory } from '../../../src/testing/index.js'
import type { Laboratory } from '../../../src/testing/index.js'
import {
  addOutputs,
  decodeXentrace,
  emptyReport,
  encodeXentrace,
  eventName,
  recordsOf,
  storyOf,
  summarise,
  traceClock,
  valuesOf
} from '../../../src/trace/index.js'
import type { TraceRecord } from '../../../src/trace/index.js'

const registry = { schedulers: [credit2, credit, rtds, nullScheduler, arinc653], programs: [script] }

interface Traced {
  readonly first: Host
  readonly host: Host
  readonly outputs: ReadonlyArray<Output>
  readonly records: ReadonlyArray<TraceRecord>
}

/** Records with the times at which they were made, without the order within an instant. */
const exactRecordsOf = (outputs: ReadonlyArray<Output>): ReadonlyArray<TraceRecord> =>
  outputs.flatMap((output) =>
    output._tag === 'TraceEvent'
      ? [{ pcpu: output.pcpu, cycles: output.atNs, event: output.event, data: output.data }]
      : []
  )

const runWith = (laboratory: Laboratory, events: boolean): Traced => {
  const started = startLaboratory(laboratory, registry)
  if (started._tag === 'Left') throw new Error(started.left._tag)
  const [env, first] = started.right
  const ended = advance(env, first, laboratory.durationNs, { trace: true, events })
  if (ended._tag === 'Left') throw new Error(ended.left._tag)
  const [host, outputs] = ended.right
  return { first, host, outputs, records: exactRecordsOf(outputs) }
}

const isRunstate = ({ event }: TraceRecord): boolean => eventName(event) === 'runstate_change'
const fromOf = ({ event }: TraceRecord): number => (event >> 8) & 3
const toOf = ({ event }: TraceRecord): number => (event >> 4) & 3
const whose = ({ data }: TraceRecord): string =>
  `d${(data[0] as number) >>> 16}v${(data[0] as number) & 0xffff}`

const perPcpu = (records: ReadonlyArray<TraceRecord>): ReadonlyArray<ReadonlyArray<TraceRecord>> => {
  const length = records.reduce((max, { pcpu }) => Math.max(max, pcpu + 1), 0)
  return Array.from({ length }, (_, pcpu) => records.filter((record) => record.pcpu === pcpu))
}

describe.each(['credit2', 'credit', 'rtds', 'null', 'arinc653'])('under %s', (scheduler) => {
  const labs = labArbitrary({ scheduler, withPools: true, withSwitchCost: scheduler !== 'arinc653' })

  test('X1: records have the sizes of the tables, and time does not go back', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(labs, (lab) => {
        const { records } = runWith(lab, true)
        let last = 0
        for (const record of records) {
          seen.add(eventName(record.event))
          expect(valuesOf(record), eventName(record.event)).not.toBeNull()
          expect(record.cycles).toBeGreaterThanOrEqual(last)
          expect(record.pcpu).toBeGreaterThanOrEqual(0)
          last = record.cycles as number
        }
      })
    )
    expect(seen.size).toBeGreaterThan(scheduler === 'arinc653' ? 8 : 12)
  })

  test('X2: a switch is preceded by what it ends and what it begins', () => {
    fc.assert(
      fc.property(labs, (lab) => {
        for (const row of perPcpu(runWith(lab, true).records)) {
          row.forEach((record, i) => {
            if (record.event !== traceEvent.switch) return
            const [prev, next] = [row[i - 2] as TraceRecord, row[i - 1] as TraceRecord]
            expect([prev.event, next.event]).toEqual([traceEvent.switchInfPrev, traceEvent.switchInfNext])
            expect([...prev.data.slice(0, 2), ...next.data.slice(0, 2)]).toEqual(record.data)
          })
        }
      })
    )
  })

  test('X3: run states of a vCPU chain; it becomes runnable right after it was woken', () => {
    let wakes = 0
    fc.assert(
      fc.property(labs, (lab) => {
        const { records } = runWith(lab, true)
        const states = new Map<string, number>()
        for (const record of records) {
          if (record.event === traceEvent.domRem)
            for (const name of [...states.keys()])
              if (name.startsWith(`d${String(record.data[0])}v`)) states.delete(name)
          if (!isRunstate(record)) continue
          expect(fromOf(record)).toBe(states.get(whose(record)) ?? fromOf(record))
          states.set(whose(record), toOf(record))
        }
        for (const row of perPcpu(records)) {
          row.forEach((record, i) => {
            if (!isRunstate(record) || toOf(record) !== runstate.runnable) return
            if (fromOf(record) < runstate.blocked) return
            wakes++
            const before = row[i - 1] as TraceRecord
            expect(before.event).toBe(traceEvent.wake)
            expect(`d${String(before.data[0])}v${String(before.data[1])}`).toBe(whose(record))
          })
        }
      })
    )
    expect(wakes).toBeGreaterThan(50)
  })

  test('X5: the switches of a pCPU chain', () => {
    fc.assert(
      fc.property(labs, (lab) => {
        perPcpu(runWith(lab, true).records).forEach((row, pcpu) => {
          let running = [0x7fff, pcpu]
          for (const { event, data } of row) {
            if (event !== traceEvent.switch) continue
            expect(data.slice(0, 2)).toEqual(running)
            running = data.slice(2)
          }
        })
      })
    )
  })

  test('events tell what outputs tell: the same run states and the same switches', () => {
    fc.assert(
      fc.property(labs, (lab) => {
        const { outputs, records } = runWith(lab, true)
        const guests = records.filter((record) => isRunstate(record) && !whose(record).startsWith('d32767'))
        expect(guests.map((record) => [record.cycles, whose(record), fromOf(record), toOf(record)])).toEqual(
          outputs.flatMap((o) =>
            o._tag === 'RunstateChange' ? [[o.atNs, `d${o.domid}v${o.vcpu}`, o.from, o.to]] : []
          )
        )
        const unitOf = (domid: number, unit: number, pcpu: number): ReadonlyArray<number> =>
          domid < 0 ? [0x7fff, pcpu] : [domid, unit]
        const switches = records.filter(({ event }) => event === traceEvent.switch)
        const decided = outputs.flatMap((o) =>
          o._tag === 'Decision' && (o.prevDomid !== o.nextDomid || o.prevUnit !== o.nextUnit)
            ? [
                [
                  o.atNs,
                  o.pcpu,
                  ...unitOf(o.prevDomid, o.prevUnit, o.pcpu),
                  ...unitOf(o.nextDomid, o.nextUnit, o.pcpu)
                ]
              ]
            : []
        )
        // A pCPU without a pool goes idle, and nobody decides that.
        const inPools = switches.map(({ cycles, pcpu, data }) => [cycles, pcpu, ...data].join())
        for (const decision of decided) expect(inPools).toContain(decision.join())
      })
    )
  })

  test('a report made from the file is the report made from the host', () => {
    let compared = 0
    fc.assert(
      fc.property(labs, (lab) => {
        const { first, host, outputs, records } = runWith(lab, true)
        const own = emptyReport(first)
        addOutputs(own, outputs, host)
        const decoded = decodeXentrace(encodeXentrace(records))
        if (decoded._tag === 'Left') throw new Error(decoded.left.reason)
        const story = storyOf(decoded.right, 1_000_000_000)
        const told = emptyReport(story.start)
        for (const { outputs: part, after } of story.parts) addOutputs(told, part, after)
        const ownDomains = summarise(own, host).domains
        const last = story.parts[story.parts.length - 1]
        if (last === undefined) return
        const summary = summarise(told, last.after)
        expect(summary.mismatchesTotal).toBe(0)
        // The trace ends with its last record: what goes on after that is not in it.
        if (lab.durationNs !== (decoded.right.records.at(-1)?.cycles ?? 0)) {
          for (const domain of summary.domains) {
            const mine = ownDomains.find(
              (other) => other.domid === domain.domid && other.bornNs === domain.bornNs
            )
            for (const { vcpu, switchesIn, migrationsTotal } of domain.vcpus) {
              const same = mine?.vcpus.find((other) => other.vcpu === vcpu)
              compared++
              expect({ switchesIn, migrationsTotal }).toEqual({
                switchesIn: same?.switchesIn,
                migrationsTotal: same?.migrationsTotal
              })
            }
            if (domain.endedNs !== null) expect(domain.runningNs).toBe(mine?.runningNs)
          }
        }
      })
    )
    expect(compared).toBeGreaterThan(100)
  })

  test('a file keeps the order of what pCPUs do at one instant, a nanosecond apart', () => {
    fc.assert(
      fc.property(labs, (lab) => {
        const { outputs, records } = runWith(lab, true)
        const written = recordsOf(outputs, traceClock())
        expect(written.map(({ pcpu, event, data }) => [pcpu, event, data])).toEqual(
          records.map(({ pcpu, event, data }) => [pcpu, event, data])
        )
        let changes = 0
        written.forEach(({ pcpu, cycles }, i) => {
          const before = written[i - 1]
          const exact = records[i]?.cycles ?? 0
          if (before !== undefined && before.pcpu !== pcpu) {
            changes++
            expect(cycles).toBeGreaterThan(before.cycles ?? 0)
          } else {
            expect(cycles).toBeGreaterThanOrEqual(before?.cycles ?? 1)
          }
          // Never further ahead than there were changes since the counter was right.
          if (cycles === exact) changes = 0
          expect((cycles ?? 0) - exact).toBeLessThanOrEqual(changes + 1)
        })
        const decoded = decodeXentrace(encodeXentrace(written))
        if (decoded._tag === 'Left') throw new Error(decoded.left.reason)
        expect(decoded.right.records.map(({ event, data }) => [event, data])).toEqual(
          written.map(({ event, data }) => [event, data])
        )
      })
    )
  })

  test('to trace changes nothing', () => {
    fc.assert(
      fc.property(labs, (lab) => {
        const digester = new Digester()
        const [with_, without] = [runWith(lab, true), runWith(lab, false)]
        expect(digester.digest(with_.host)).toBe(digester.digest(without.host))
        expect(with_.outputs.filter(({ _tag }) => _tag !== 'TraceEvent')).toEqual(without.outputs)
      }),
      { numRuns: 30 }
    )
  })
})

test('X4: credit2 burns time times the largest weight over the own weight, remainders kept', () => {
  let burns = 0
  fc.assert(
    fc.property(labArbitrary({ pcpusMax: 1, operationsMax: 0 }), (lab) => {
      const weights = new Map(lab.domains.map(({ domid, weight }) => [domid, weight ?? 256]))
      const credits = new Map<number, { credit: number; residual: number }>()
      let maxWeight = 1
      for (const record of runWith(lab, true).records) {
        const values = valuesOf(record) as Readonly<Record<string, number>>
        const key = record.data[0] as number
        const { credit: was, residual } = credits.get(key) ?? { credit: 10_000_000, residual: 0 }
        if (eventName(record.event) === 'credit2:runq_max_weight') maxWeight = values.maxWeight as number
        if (eventName(record.event) === 'credit2:credit_reset') {
          expect(values.before).toBe(was)
          credits.set(key, { credit: values.after as number, residual })
        }
        if (eventName(record.event) !== 'credit2:credit_burn') continue
        burns++
        const weight = weights.get(values.dom as number) as number
        const total = Math.max(0, values.delta as number) * maxWeight + residual
        const credit = Math.max(was - Math.floor(total / weight), -10_000_000)
        expect(values.credit).toBe(credit)
        credits.set(key, { credit, residual: (values.delta as number) > 0 ? total % weight : residual })
      }
    })
  )
  expect(burns).toBeGreaterThan(100)
})
