import { expect, test } from 'vitest'

import { domain, ms, runDomains, spec } from './lab.js'

test('a hog runs all the time, however long its phases are', () => {
  for (const config of [{}, { phaseNs: 7 }, { phaseNs: 3 * ms }]) {
    const { totals } = runDomains([domain(1, [spec('hog', config)])], { durationNs: ms })
    expect(totals['1.0']?.runningNs).toBe(ms)
    expect(totals['1.0']?.switchesIn).toBe(1)
  }
})

test('an idle vCPU blocks at once and for ever, kicked or not', () => {
  const kicker = spec('script', {
    phases: [
      { runNs: ms, then: { _tag: 'Signal', domid: 1, vcpu: 0 } },
      { runNs: 0, then: { _tag: 'Halt' } }
    ]
  })
  const { totals } = runDomains([domain(1, [spec('idle', {})]), domain(2, [kicker])], { durationNs: 10 * ms })
  expect(totals['1.0']).toMatchObject({ runningNs: 0, blockedNs: 10 * ms, phasesTotal: 1 })
})
