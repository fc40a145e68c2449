import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Digester, digestHost, step } from '../../../src/machine/index.js'
import { digestOf } from '../../../src/prelude/index.js'
import { booted, build, lab, operated, phases, planOf } from '../../support/lab.js'

/** The same value with the keys of every record written in another order. */
const reordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reordered(inner)])
  )
}

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.string(),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie('value'), { maxKeys: 6 })
  )
})).value

describe('the digest of plain data', () => {
  it('does not depend on the order in which fields were written', () => {
    fc.assert(fc.property(plain, (value) => digestOf(reordered(value)) === digestOf(value)))
  })
  it('is the same after a journey through JSON', () => {
    fc.assert(fc.property(plain, (value) => digestOf(JSON.parse(JSON.stringify(value))) === digestOf(value)))
  })
  it('differs for different values', () => {
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        fc.pre(JSON.stringify(reordered(a)) !== JSON.stringify(reordered(b)))
        const isSame = (x: unknown, y: unknown): boolean => {
          try {
            expect(x).toEqual(y)
            return true
          } catch {
            return false
          }
        }
        return isSame(a, b) || digestOf(a) !== digestOf(b)
      })
    )
  })
  it('refuses what is no integer', () => {
    expect(() => digestOf(0.5)).toThrow()
    expect(() => digestOf(NaN)).toThrow()
    expect(() => digestOf({ a: undefined })).toThrow()
  })
})

const phase = fc.tuple(
  fc.integer({ min: 0, max: 3_000_000 }),
  fc.oneof(
    fc.record({ _tag: fc.constant('Block' as const), ns: fc.integer({ min: 0, max: 3_000_000 }) }),
    fc.constant({ _tag: 'Yield' as const })
  )
)
const guest = fc
  .array(phase, { minLength: 1, maxLength: 4 })
  .map((list) => phases([100_000, { _tag: 'Go' }], ...list))

describe('the digest of a host', () => {
  it('told from the last host is the digest told from scratch, after every instant', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(guest, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        (domains) => {
          const env = lab()
          const digester = new Digester()
          let host = booted(env, 3)
          domains.forEach((guests, i) => {
            host = build(env, host, planOf(i + 1, guests))
            expect(digester.digest(host)).toBe(digestHost(host))
          })
          for (let i = 0; i < 60; i++) {
            const stepped = step(env, host, { trace: false })
            if (stepped === null) break
            host = stepped[0]
            expect(digester.digest(host)).toBe(digestHost(JSON.parse(JSON.stringify(host)) as typeof host))
          }
          const gone = operated(env, host, { _tag: 'DomainDestroy', domid: 1, inPlace: false })
          expect(digester.digest(gone)).toBe(digestHost(gone))
          expect(digester.digest(host)).toBe(digestHost(host))
        }
      ),
      { numRuns: 30 }
    )
  })
})
