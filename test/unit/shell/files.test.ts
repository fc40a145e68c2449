import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { buildSync } from 'esbuild'
import { describe, expect, it } from 'vitest'

import { readText, writeFileAtomically } from '../../../src/shell/files.js'

const scratch = (): string => mkdtempSync(join(tmpdir(), 'xensim-files-'))

describe('a file written atomically', () => {
  it('has the new text and leaves nothing beside it', () => {
    const folder = scratch()
    const path = join(folder, 'host.json')
    writeFileAtomically(path, 'one')
    writeFileAtomically(path, 'two ✓')
    expect(readFileSync(path, 'utf8')).toBe('two ✓')
    expect(readdirSync(folder)).toEqual(['host.json'])
  })

  it('keeps its permissions', () => {
    const path = join(scratch(), 'host.json')
    writeFileSync(path, 'one')
    chmodSync(path, 0o600)
    writeFileAtomically(path, 'two')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('is found behind a symbolic link, which stays one', () => {
    const folder = scratch()
    mkdirSync(join(folder, 'real'))
    writeFileSync(join(folder, 'real/host.json'), 'one')
    symlinkSync('real/host.json', join(folder, 'link.json'))
    writeFileAtomically(join(folder, 'link.json'), 'two')
    expect(readFileSync(join(folder, 'real/host.json'), 'utf8')).toBe('two')
    expect(readdirSync(folder).sort()).toEqual(['link.json', 'real'])
  })

  it('is untouched, with nothing beside it, when it cannot be written', () => {
    const folder = scratch()
    const path = join(folder, 'host.json')
    writeFileSync(path, 'one')
    expect(() => writeFileAtomically(path, null as unknown as string)).toThrow()
    expect(readFileSync(path, 'utf8')).toBe('one')
    expect(readdirSync(folder)).toEqual(['host.json'])
    expect(() => writeFileAtomically(join(folder, 'none/host.json'), 'x')).toThrow(/ENOENT/)
  })

  it('is the old one or the new one, whenever the writer is killed', async () => {
    const folder = scratch()
    const script = join(folder, 'writer.mjs')
    buildSync({
      stdin: {
        contents: `
          import { writeFileAtomically } from './files.js'
          const text = (n) => JSON.stringify({ n, body: String(n % 10).repeat(400_000), end: n })
          for (let n = 0; ; n++) {
            writeFileAtomically(process.argv[2], text(n))
            process.stdout.write('.')
          }`,
        resolveDir: join(import.meta.dirname, '../../../src/shell'),
        loader: 'ts'
      },
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm'
    })
    const path = join(folder, 'host.json')
    writeFileSync(path, JSON.stringify({ n: -1, body: '', end: -1 }))
    const seen = new Set<number>()
    for (let round = 0; round < 30; round++) {
      const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
      // After so many whole writes, somewhere in the next one.
      for (let written = 0; written < 1 + (round % 5);) {
        const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
        written += chunk.length
      }
      await sleep(round % 7)
      child.kill('SIGKILL')
      await once(child, 'exit')
      const found = JSON.parse(readFileSync(path, 'utf8')) as { n: number; end: number }
      expect(found.end).toBe(found.n)
      seen.add(found.n)
    }
    expect(seen.size).toBeGreaterThanOrEqual(5)
  })
})

describe('a file that cannot be read', () => {
  it('is named, with the reason', () => {
    expect(() => readText('/nowhere/host.json')).toThrow('/nowhere/host.json: No such file or directory')
    expect(() => readText(tmpdir())).toThrow(/: Is a directory$/)
  })
})
