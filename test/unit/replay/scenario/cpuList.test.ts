import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'

import { parseCpuList } from '../../../../src/replay/scenario/cpuList.js'

const topology = { sockets: 2, coresPerSocket: 2, threadsPerCore: 2, nodesTotal: 2 }

test.each<[string, ReadonlyArray<number>]>([
  ['3', [3]],
  ['0-2', [0, 1, 2]],
  ['5, 1', [1, 5]],
  ['all', [0, 1, 2, 3, 4, 5, 6, 7]],
  ['0-7,^2-5', [0, 1, 6, 7]],
  ['^1,0-2', [0, 1, 2]],
  ['node:1', [4, 5, 6, 7]],
  ['nodes:0-1,^node:0', [4, 5, 6, 7]]
])('%s', (text, expected) => {
  expect(parseCpuList(text, topology)).toEqual(E.right(expected))
})

test.each([
  ['', 'expected a list of pCPUs'],
  ['a', 'expected a list of pCPUs'],
  ['0-', 'expected a list of pCPUs'],
  ['^all', 'expected a list of pCPUs'],
  ['3-1', 'the range 3-1 runs downwards'],
  ['8', 'there is no pCPU 8: the host has 0 to 7'],
  ['node:2', 'there is no node 2: the host has 0 to 1'],
  ['0,^0', 'the list names no pCPU']
])('%j is refused', (text, expected) => {
  const found = parseCpuList(text, topology)
  expect(E.isLeft(found) ? found.left : found.right).toContain(expected)
})
