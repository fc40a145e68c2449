import * as O from 'fp-ts/lib/Option.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { parseDom0Memory, resolveDom0Memory } from '../../../src/toolstack/bootline/dom0Memory.js'
import { parseBootLine } from '../../../src/toolstack/bootline/parseBootLine.js'

const names = [
  ...['dom0_mem', 'dom0_max_vcpus', 'dom0_nodes', 'dom0', 'sched', 'sched-gran', 'sched_ratelimit_us', 'smt'],
  ...['credit2_runqueue', 'credit2_balance_over', 'conring_size', 'noreboot', 'loglvl', 'gnttab', 'nosuch'],
  ...['iommu', 'console', 'maxcpus', 'timer_slop', 'ivrs_ioapic[1]', 'x2apic', 'nr_irqs', 'mem']
]

const word = fc
  .tuple(
    fc.constantFrom('', 'no-'),
    fc.constantFrom(...names),
    fc.constantFrom(
      '',
      '=',
      '=1',
      '=0x10',
      '=-5',
      '=yes',
      '=1G,max:2G',
      '=50%',
      '=core',
      '=rtds',
      '=2-4',
      '=1,x'
    )
  )
  .map((parts) => parts.join(''))

const line = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(word, fc.string())).map((words) => words.join(' '))
)

describe('boot lines', () => {
  it('any text gives options and lines, and never an exception', () => {
    fc.assert(
      fc.property(line, (text) => {
        const { options, parseLines } = parseBootLine(text)
        expect(JSON.parse(JSON.stringify(options))).toEqual(options)
        for (const remark of parseLines) expect(remark).toMatch(/^parameter "/)
      }),
      { numRuns: 2000 }
    )
  })

  it('every word is understood or reported, never both', () => {
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const { parseLines } = parseBootLine(words.join(' '))
        const alone = words.flatMap((one) => parseBootLine(one).parseLines)
        expect(parseLines.filter((remark) => remark.endsWith('unknown!'))).toEqual(
          alone.filter((remark) => remark.endsWith('unknown!'))
        )
      })
    )
  })

  it("the hypervisor's own part reads as the whole did", () => {
    fc.assert(
      fc.property(line, (text) => {
        const once = parseBootLine(text)
        const again = parseBootLine(once.options.commandLine)
        expect(again).toEqual({ ...once, options: { ...once.options, dom0CommandLine: '' } })
      })
    )
  })

  it('blanks between options do not matter', () => {
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const { commandLine: _one, ...one } = parseBootLine(words.join(' ')).options
        const { commandLine: _two, ...two } = parseBootLine(`  ${words.join('   ')} `).options
        expect(two).toEqual(one)
      })
    )
  })

  it('an option at the end wins', () => {
    fc.assert(
      fc.property(fc.array(word), fc.constantFrom('credit', 'credit2', 'rtds', 'null'), (words, sched) => {
        expect(parseBootLine([...words, `sched=${sched}`].join(' ')).options.sched).toBe(sched)
      })
    )
  })

  it('a line of 100,000 characters takes no long time', () => {
    for (const text of ['x'.repeat(100_000), 'sched=x '.repeat(12_500), `dom0_mem=${'1G,'.repeat(30_000)}`]) {
      expect(parseBootLine(text).options.dom0Type).toBe('pv')
    }
  }, 5000)
})

describe("domain 0's memory", () => {
  const size = fc
    .tuple(
      fc.boolean(),
      fc.integer({ min: 0, max: 64 }),
      fc.constantFrom('M', 'G'),
      fc.integer({ min: 0, max: 99 })
    )
    .chain(([isMinus, amount, unit, percent]) =>
      fc
        .constantFrom(`${amount}${unit}`, `${percent}%`, `${amount}${unit}+${percent}%`)
        .map((text) => (isMinus ? '-' : '') + text)
    )
  const items = fc
    .array(fc.tuple(fc.constantFrom('', 'min:', 'max:'), size), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.map((part) => part.join('')).join(','))

  it('is never more than there is, nor than its maximum', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 2 ** 28 }), (text, available) => {
        const { memory, isValid } = parseDom0Memory({}, text)
        expect(isValid).toBe(true)
        const { pages, maxPages } = resolveDom0Memory(memory, available)
        expect(Number.isSafeInteger(pages)).toBe(true)
        expect(pages).toBeGreaterThanOrEqual(0)
        expect(pages).toBeLessThanOrEqual(available)
        if (O.isSome(maxPages)) expect(pages).toBeLessThanOrEqual(maxPages.value)
      }),
      { numRuns: 1000 }
    )
  })

  it('a larger plain size never gives less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 20 }),
        fc.integer({ min: 0, max: 2 ** 20 }),
        fc.integer({ min: 1, max: 2 ** 28 }),
        (mib, more, available) => {
          const pages = (amount: number) =>
            resolveDom0Memory(parseDom0Memory({}, `${amount}M`).memory, available).pages
          expect(pages(mib + more)).toBeGreaterThanOrEqual(pages(mib))
        }
      )
    )
  })
})
