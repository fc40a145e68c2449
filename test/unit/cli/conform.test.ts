import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { scratch, xensim } from './bundle.js'

const golden = join(import.meta.dirname, '../../fixtures/sched/credit2')
const first = join(golden, '001-single-hog-alone.jsonl.gz')
const second = join(golden, '002-two-equal-hogs.jsonl.gz')

describe('xensim conform', () => {
  it('replays traces, packed or not, and counts', () => {
    const plain = join(scratch(), '001-plain.jsonl')
    writeFileSync(plain, gunzipSync(readFileSync(first)))
    const ended = xensim(['conform', 'sched', first, second, plain])
    expect(ended).toEqual({
      code: 0,
      out:
        'ok 001-single-hog-alone (32 decisions)\nok 002-two-equal-hogs (502 decisions)\n' +
        'ok 001-plain (32 decisions)\n3 passed, 0 failed\n',
      err: ''
    })
  })

  it('names the first line that differs, with both sides, and goes on', () => {
    const folder = scratch()
    const lines = gunzipSync(readFileSync(first)).toString().split('\n')
    lines[9] = (lines[9] ?? '').replace('"cpu":0', '"cpu":1')
    writeFileSync(join(folder, 'changed.jsonl'), lines.join('\n'))
    writeFileSync(join(folder, 'cut.jsonl'), lines.slice(0, 5).join('\n'))
    const { code, out } = xensim(['conform', 'sched', 'changed.jsonl', 'cut.jsonl', first], { cwd: folder })
    expect(code).toBe(1)
    const [changed, cut, ok, total] = out.split('\n')
    expect(changed).toBe(
      `FAIL changed line 10: expected ${lines[9]} got ${(lines[9] ?? '').replace('"cpu":1', '"cpu":0')}`
    )
    expect(cut).toMatch(/^FAIL cut line 6: expected end of file got \{/)
    expect(ok).toBe('ok 001-single-hog-alone (32 decisions)')
    expect(total).toBe('1 passed, 2 failed')
  })

  it('what cannot be read has failed', () => {
    const folder = scratch()
    writeFileSync(join(folder, 'a.jsonl.gz'), gunzipSync(readFileSync(first)).subarray(0, 10))
    writeFileSync(join(folder, 'b.jsonl.gz'), readFileSync(first).subarray(0, 100))
    const { code, out } = xensim(['conform', 'sched', 'a.jsonl.gz', 'b.jsonl.gz', 'c.jsonl'], { cwd: folder })
    expect(code).toBe(1)
    const [a, b, c, total] = out.split('\n')
    expect(a).toBe('FAIL a: the first line is not JSON')
    expect(b).toMatch(/^FAIL b: b\.jsonl\.gz: /)
    expect(c).toBe('FAIL c: c.jsonl: No such file or directory')
    expect(total).toBe('0 passed, 3 failed')
  })
})
