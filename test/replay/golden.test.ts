import { readFileSync, writeFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import {
  decodeJournal,
  divergenceText,
  encodeJournal,
  fileErrorText,
  replay
} from '../../src/replay/index.js'
import type { Journal } from '../../src/replay/index.js'
import { makeEnv } from '../unit/replay/rig.js'
import { path, recordGolden } from './journal.js'

// XENSIM_REGENERATE=1 writes the golden journal anew. It is done when the meaning of a run changes on
// purpose, and said in the changelog: journals of users differ from then on, too.
if (process.env['XENSIM_REGENERATE'] === '1') writeFileSync(path, recordGolden(makeEnv()).text)

const text = readFileSync(path, 'utf8')

const golden = (): Journal => {
  const read = decodeJournal(makeEnv(), text, path)
  if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
  expect(read.right.warning).toBeNull()
  return read.right.journal
}

describe('the golden journal', () => {
  it('replays with the digests it was recorded with', () => {
    const replayed = replay(makeEnv(), golden())
    if (replayed._tag === 'Diverged') throw new Error(divergenceText(replayed.divergence).join('\n'))
    expect(replayed).toMatchObject({ _tag: 'Matched', entriesTotal: 13 })
  })
  it('is what would be recorded today, byte for byte', () => {
    expect(recordGolden(makeEnv()).text).toBe(text)
  })
  it('is written as it was read', () => {
    expect(encodeJournal(golden())).toBe(text)
  })
})
