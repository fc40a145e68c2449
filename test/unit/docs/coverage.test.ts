import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { notImplemented as devices } from '../../../src/devices/index.js'
import { notImplemented as evtchn } from '../../../src/evtchn/index.js'
import { notImplemented as grant } from '../../../src/grant/index.js'
import { HypercallTable, notImplemented as hypercalls } from '../../../src/hypercalls/index.js'
import { builtCommands as programs } from '../../../src/toolstack/xl/builtCommands.js'
import { commandTable as commands } from '../../../src/toolstack/xl/commandTable.js'
import { notImplemented as xenstore } from '../../../src/xenstore/index.js'

const root = join(import.meta.dirname, '../../..')
const path = join(root, 'docs/coverage.md')
const text = readFileSync(path, 'utf8')

const rows = text
  .split('\n')
  .filter((line) => /^\| M\d+ /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

const subsystems = [devices, evtchn, grant, hypercalls, xenstore].map(({ feature }) => `- ${feature}`)

const absent = commands.filter(({ name }) => !(name in programs)).map(({ name }) => `\`${name}\``)

const states = HypercallTable.hypercalls.map(
  ({ number, name, pv, hvm, state }) =>
    `| ${number} | ${name} | ${pv} | ${hvm} | ${state._tag === 'Removed' ? 'removed in Xen' : 'not yet'} |`
)

const generated = {
  subsystems: subsystems.join('\n'),
  xl: absent.join(', '),
  hypercalls: ['| number | name | PV | HVM, PVH | here |', '| --- | --- | --- | --- | --- |', ...states].join(
    '\n'
  )
}

const block = (name: string): RegExp => new RegExp(`(<!-- generated: ${name} -->\n)([^]*?)(<!-- end -->)`)

/** What does not depend on how a formatter lays a table or a paragraph out. */
const plain = (part: string): string => part.replace(/[-\s]+/g, ' ').trim()

describe('docs/coverage.md', () => {
  it('has every row of the mission once, in order', () => {
    expect(rows.map((cells) => cells[1])).toEqual(Array.from({ length: 36 }, (_, i) => `M${i + 1}`))
  })
  it('names a test for everything that works, and only tests that exist', () => {
    for (const [, row, , state = '', proof = ''] of rows) {
      const tests = [...proof.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')
      if (!state.startsWith('not yet')) expect(tests, row).not.toEqual([])
      for (const test of tests) expect(existsSync(join(root, test)), test).toBe(true)
    }
  })
  it.each(Object.entries(generated))('says of %s what the code says', (name, expected) => {
    const found = block(name).exec(text)
    if (process.env['XENSIM_UPDATE'] === '1') {
      const before = readFileSync(path, 'utf8')
      writeFileSync(path, before.replace(block(name), `$1\n${expected}\n\n$3`))
      return
    }
    expect(plain(found?.[2] ?? '')).toBe(plain(expected))
  })
})
