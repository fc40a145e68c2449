import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { advance, digestHost } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { HostFileError, makeShellEnvironment, openHost } from '../../../src/shell/index.js'
import { readHostFile, updateHostFile, writeHostFile } from '../../../src/shell/index.js'

const env = makeShellEnvironment()

const stored = async (): Promise<{ readonly folder: string; readonly path: string; readonly host: Host }> => {
  const opened = await openHost({ topology: { sockets: 1, coresPerSocket: 2, threadsPerCore: 1 } })()
  if (opened._tag === 'Left') throw new Error(opened.left.reason)
  const folder = mkdtempSync(join(tmpdir(), 'xensim-host-'))
  const path = join(folder, 'host.json')
  const host = opened.right.snapshot()
  writeHostFile(env, path, host)
  return { folder, path, host }
}

const later = (host: Host, ns: number): Host => {
  const done = advance(env, host, host.nowNs + ns, { trace: false })
  if (done._tag === 'Left') throw new Error(done.left._tag)
  return done.right[0]
}

describe('a host file', () => {
  it('gives back the host that was written', async () => {
    const { path, host } = await stored()
    expect(readHostFile(env, path)).toEqual(host)
  })

  it('is changed by one at a time: no update is lost', async () => {
    const { folder, path } = await stored()
    const change = (): Promise<null> => updateHostFile(env, path, (host) => [later(host, 1000), null])
    await Promise.all(Array.from({ length: 10 }, change))
    expect(readHostFile(env, path).nowNs).toBe(10_000)
    expect(readdirSync(folder)).toEqual(['host.json'])
  })

  it('is not written when nothing changed, and not when the change failed', async () => {
    const { folder, path, host } = await stored()
    writeFileSync(join(folder, 'other'), '')
    const before = readFileSync(path, 'utf8')
    expect(await updateHostFile(env, path, (same) => [same, 'answer'])).toBe('answer')
    const failing = updateHostFile(env, path, () => {
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(readFileSync(path, 'utf8')).toBe(before)
    expect(digestHost(readHostFile(env, path))).toBe(digestHost(host))
    expect(readdirSync(folder)).toEqual(['host.json', 'other'])
  })

  it('that is none is the fault of the input, one that cannot be written is not', async () => {
    const { folder, host } = await stored()
    const errorOf = (action: () => void): unknown => {
      try {
        action()
      } catch (error) {
        return error
      }
      return null
    }
    const missing = errorOf(() => readHostFile(env, join(folder, 'none')))
    expect(missing).toBeInstanceOf(HostFileError)
    expect(missing).toMatchObject({ isInput: true })
    const unwritable = errorOf(() => writeHostFile(env, join(folder, 'none/host.json'), host))
    expect(unwritable).toBeInstanceOf(HostFileError)
    expect(unwritable).toMatchObject({ isInput: false })
  })
})
