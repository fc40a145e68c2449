import { describe, expect, it } from 'vitest'

import { progressLine, startProgress } from '../../../src/shell/Progress.js'

const terminal = (isTTY: boolean) => {
  const written: string[] = []
  return { isTTY, columns: 60, written, write: (text: string) => written.push(text) }
}

describe('the bar on a terminal', () => {
  it('shows how much is done and how long it will take', () => {
    expect(progressLine({ done: 25, total: 100, elapsedMs: 2000, text: '7.5 s of 30 s' }, 60)).toBe(
      '[######-------------------]  25 %  7.5 s of 30 s  6 s to go'
    )
  })

  it.each([10, 20, 40, 80, 200])('is never wider than %d columns', (columns) => {
    for (const done of [0, 1, 50, 99, 100, 120]) {
      const line = progressLine({ done, total: 100, elapsedMs: 400_000, text: 'x'.repeat(30) }, columns)
      expect(line.length).toBeLessThan(columns)
    }
  })

  it('is drawn at most ten times a second, and not for short work', () => {
    const stream = terminal(true)
    let now = 0
    const bar = startProgress(stream, 1000, () => now)
    for (now = 0; now < 1000; now++) bar.show(now, 'x')
    expect(stream.written.length).toBeGreaterThan(5)
    expect(stream.written.length).toBeLessThanOrEqual(9)
    const short = terminal(true)
    startProgress(short, 10, () => 50).show(5, 'x')
    expect(short.written).toEqual([])
  })

  it('takes a terminal without a width for one of 80 columns', () => {
    const stream = { ...terminal(true), columns: 0 }
    let now = 0
    const bar = startProgress(stream, 10, () => now)
    now = 500
    bar.show(5, 'half')
    expect(stream.written[0]).toMatch(/^\r\[#{20}-{20}\] {2}50 % {2}half {2}1 s to go/)
  })

  it('is wiped away at the end', () => {
    const stream = terminal(true)
    let now = 0
    const bar = startProgress(stream, 10, () => now)
    now = 500
    bar.show(5, 'x')
    bar.clear()
    expect(stream.written.at(-1)).toBe('\r\u001b[K')
  })

  it('says nothing where nobody is watching', () => {
    const stream = terminal(false)
    let now = 0
    const bar = startProgress(stream, 10, () => now)
    now = 10_000
    bar.show(5, 'x')
    bar.clear()
    expect(stream.written).toEqual([])
  })
})
