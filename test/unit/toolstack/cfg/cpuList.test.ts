import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import { parseCpuList } from '../../../../src/toolstack/cfg/cpuList.js'

const host = {
  pcpusTotal: 8,
  nodes: [
    [0, 1, 2, 3],
    [4, 5, 6, 7]
  ]
}

describe('cpu lists of xl-cfg.md §10.5', () => {
  it.each([
    ['all', [0, 1, 2, 3, 4, 5, 6, 7]],
    ['0-3,^1', [0, 2, 3]],
    ['^1,0-3', [0, 1, 2, 3]],
    ['node:1', [4, 5, 6, 7]],
    ['nodes:0-1,^node:1', [0, 1, 2, 3]],
    ['1,node:1,^6', [1, 4, 5, 7]],
    ['all,^7', [0, 1, 2, 3, 4, 5, 6]],
    ['nodes:all', [0, 1, 2, 3, 4, 5, 6, 7]],
    ['0,,2', [0, 2]],
    ['', []],
    ['6-99', [6, 7]]
  ])('%j', (text, cpus) => {
    expect(parseCpuList(text, host)).toEqual(E.right(cpus))
  })

  it.each([
    ['3-1', 'Invalid pcpu range: 3-1.'],
    ['^all', 'Can\'t combine "^" and "all".'],
    ['x', 'Invalid pcpu range: x.'],
    ['1-2x', 'Invalid pcpu range: 1-2x.'],
    ['^node:x', 'Invalid pcpu range: x.'],
    ['0,-1', 'Invalid pcpu range: -1.']
  ])('%j is refused', (text, message) => {
    expect(parseCpuList(text, host)).toEqual(E.left(message))
  })

  it('a node that does not exist has no cpus (recorded)', () => {
    expect(parseCpuList('node:7', host)).toEqual(E.right([]))
    expect(parseCpuList('node:0,7', host)).toEqual(E.right([0, 1, 2, 3, 7]))
  })

  it('the bitmap is rounded up to whole bytes', () => {
    const six = { pcpusTotal: 6, nodes: [[0, 1, 2, 3, 4, 5]] }
    expect(parseCpuList('all', six)).toEqual(E.right([0, 1, 2, 3, 4, 5, 6, 7]))
    expect(parseCpuList('7-9', six)).toEqual(E.right([7]))
    expect(parseCpuList('nodes:0', six)).toEqual(E.right([0, 1, 2, 3, 4, 5]))
  })
})
