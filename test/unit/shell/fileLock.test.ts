import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtempSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { lockFile } from '../../../src/shell/fileLock.js'

const scratch = (): string => mkdtempSync(join(tmpdir(), 'xensim-lock-'))

describe('the lock of a file', () => {
  it('is held by one at a time, and the others get it in their turn', async () => {
    const folder = scratch()
    const path = join(folder, 'count')
    writeFileSync(path, '0')
    const addOne = async (): Promise<void> => {
      const lock = await lockFile(path)
      const before = Number(readFileSync(path, 'utf8'))
      await sleep(1)
      writeFileSync(path, String(before + 1))
      lock.release()
    }
    await Promise.all(Array.from({ length: 20 }, addOne))
    expect(readFileSync(path, 'utf8')).toBe('20')
    expect(readdirSync(folder)).toEqual(['count'])
  })

  it('is refused after a while, with the name of its owner', async () => {
    const path = join(scratch(), 'host')
    const lock = await lockFile(path)
    await expect(lockFile(path, 50)).rejects.toThrow(
      `host: in use by process ${process.pid} on ${hostname()}`
    )
    lock.release()
    lock.release()
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  it('is taken over from a process that died, also by several at once', async () => {
    const folder = scratch()
    const path = join(folder, 'host')
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    writeFileSync(`${path}.lock`, `${hostname()} ${dead} token`)
    let held = 0
    let heldMax = 0
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await lockFile(path, 5000)
        heldMax = Math.max(heldMax, ++held)
        await sleep(2)
        held--
        lock.release()
      })
    )
    expect(heldMax).toBe(1)
    expect(readdirSync(folder)).toEqual([])
  })

  it('of another machine is left alone', async () => {
    const path = join(scratch(), 'host')
    writeFileSync(`${path}.lock`, 'elsewhere.example 1 token')
    await expect(lockFile(path, 20)).rejects.toThrow('in use by process 1 on elsewhere.example')
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe('elsewhere.example 1 token')
  })

  it('of a file in a folder that does not exist is an error that says so', async () => {
    await expect(lockFile('/nowhere/host', 20)).rejects.toThrow(
      /^\/nowhere\/host.lock: No such file or directory$/
    )
  })
})
