import { describe, expect, it } from 'vitest'

import { HypercallTable } from '../../../src/hypercalls/index.js'

const { hypercalls } = HypercallTable

describe('HypercallTable', () => {
  it('numbers ascend, so no number is given twice', () => {
    const numbers = hypercalls.map((hypercall) => hypercall.number)
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  })

  it('no two hypercalls share a name', () => {
    expect(new Set(hypercalls.map((hypercall) => hypercall.name)).size).toBe(hypercalls.length)
  })

  it.each([
    [1, 'mmu_update', 'available', 'unavailable'],
    [12, 'memory_op', 'available', 'filtered'],
    [13, 'multicall', 'available', 'available'],
    [20, 'grant_table_op', 'available', 'filtered'],
    [29, 'sched_op', 'available', 'available'],
    [32, 'event_channel_op', 'available', 'available'],
    [35, 'sysctl', 'available', 'available'],
    [36, 'domctl', 'available', 'available'],
    [48, 'mca', 'available', 'unavailable']
  ] as const)('hypercall %i is %s: %s to PV, %s to HVM and PVH', (number, name, pv, hvm) => {
    expect(HypercallTable.byNumber(number)).toMatchObject({ number, name, pv, hvm })
  })

  it.each([31, 38])('hypercall %i is removed from Xen 4.22: available to no mode', (number) => {
    expect(HypercallTable.byNumber(number)).toMatchObject({
      pv: 'unavailable',
      hvm: 'unavailable',
      state: { _tag: 'Removed' }
    })
  })

  it.each([11, 43, 47, 50, -1])('number %i belongs to no hypercall', (number) => {
    expect(HypercallTable.byNumber(number)).toBeUndefined()
  })

  it('a hypercall that is not built names itself and its number', () => {
    for (const { number, name, state } of hypercalls) {
      if (state._tag === 'NotImplemented') expect(state.feature).toBe(`hypercall ${name} (${String(number)})`)
    }
  })
})
