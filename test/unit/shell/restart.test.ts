import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { digestHost } from '../../../src/machine/index.js'
import { decodeJournal, replay } from '../../../src/replay/index.js'
import { makeShellEnvironment, openHost } from '../../../src/shell/index.js'

const second = 1_000_000_000

it('restarts of a domain are no inputs: a journal has them from the run itself', async () => {
  const opened = await openHost({
    topology: { sockets: 1, coresPerSocket: 2, threadsPerCore: 1, nodesTotal: 1 },
    commandLine: 'dom0_mem=1G,max:1G dom0_max_vcpus=1',
    files: [{ path: '/boot/guest', kind: 'kernel', bytes: 1 << 20 }]
  })()
  if (opened._tag === 'Left') throw new Error(opened.left.reason)
  const handle = opened.right
  const file = join(mkdtempSync(join(tmpdir(), 'xensim-restart-')), 'a.cfg')
  writeFileSync(file, 'name="a"\ntype="pv"\nkernel="/boot/guest"\nmemory=128\nextra="mode=reboot"\n')
  expect(await handle.promises.xl(['create', file])).toMatchObject({ rc: 0 })
  // A life lasts a second, and the next begins two seconds later.
  await handle.promises.advance(10 * second)
  expect((await handle.promises.domain.list()).map(({ domid }) => domid)).toEqual([0])
  await handle.promises.advance(2 * second)
  expect((await handle.promises.domain.list()).map(({ domid }) => domid)).toEqual([0, 5])
  const env = makeShellEnvironment()
  const journal = decodeJournal(env, handle.journal(), 'journal')
  if (journal._tag === 'Left') throw new Error(journal.left.reason)
  const kinds = new Set(journal.right.journal.entries.map(({ input }) => input._tag))
  expect([...kinds]).toEqual(['Toolstack', 'Advance'])
  const replayed = replay(env, journal.right.journal)
  if (replayed._tag !== 'Matched') throw new Error(JSON.stringify(replayed))
  expect(digestHost(replayed.host)).toBe(digestHost(handle.snapshot()))
})
