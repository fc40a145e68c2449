import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { cliSource, entries } from '../scripts/entries.mjs'
import { machineBoundComplaints, topHeadings } from './tidy/documents.js'
import { floorComplaints, floors, folderOf, unreachable } from './tidy/floors.js'
import { impurities } from './tidy/purity.js'
import {
  docComplaints,
  exposedBy,
  functionComplaints,
  habitComplaints,
  headingComplaints,
  indexComplaints,
  lengthComplaints
} from './tidy/shape.js'
import { filesUnder, root, source, sourcesUnder, textOf, type Source } from './tidy/sources.js'

const src = sourcesUnder('src')
const code = [...src, ...['test', 'scripts', 'bench', 'examples'].flatMap((folder) => written(folder))]

function written(folder: string): Source[] {
  if (!existsSync(join(root, folder))) return []
  return sourcesUnder(folder, /\.(ts|mjs|cjs)$/).filter(({ path }) => !path.startsWith('test/fixtures/'))
}

/** Rules with a text that breaks each: a rule that lets its own counter-example pass proves nothing. */
const rules: ReadonlyArray<{
  readonly name: string
  readonly complaints: (file: Source) => string[]
  readonly over: readonly Source[]
  readonly broken: ReadonlyArray<readonly [path: string, text: string]>
}> = [
  {
    name: 'a file imports from lower floors only, and through their index',
    complaints: floorComplaints,
    over: src,
    broken: [
      ['src/abi/A.ts', "import { Host } from '../machine/index.js'"],
      ['src/sched/A.ts', "import type { P2m } from '../memory/index.js'"],
      ['src/machine/A.ts', "import * as Credit from '../sched/Credit.js'"],
      ['src/machine/A.ts', "export { x } from '../sched/index'"],
      ['src/machine/A.ts', "import { x } from '../sched/codec.js'"],
      ['src/machine/codec.ts', "import { x } from '../sched/rows.js'"],
      ['src/machine/A.ts', "import { transition } from '../index.js'"],
      ['src/machine/A.ts', "import { x } from './index.js'"],
      ['src/guest/A.ts', "import { hypercalls } from '../hypercalls/index.js'"],
      ['src/devices/A.ts', "import type { Host } from '../machine/index.js'"],
      ['src/toolstack/A.ts', "import { readFileSync } from 'node:fs'"],
      ['src/toolstack/A.ts', "import { pipe } from 'fp-ts/function'"],
      ['src/toolstack/A.ts', "import { produce } from 'immer'"],
      ['src/replay/A.ts', "import * as fc from 'fast-check'"],
      ['src/cli/A.ts', "const { Piscina } = await import('piscina')"],
      ['src/prelude/A.ts', "import * as t from 'io-ts'"],
      ['src/sched/A.ts', "type P = import('../memory/index.js').P2m"]
    ]
  },
  {
    name: 'the core touches no clock, no chance, no promise and nothing of the place where it runs',
    complaints: impurities,
    over: src,
    broken: [
      ['src/sched/A.ts', 'const now = Date.now()'],
      ['src/sched/A.ts', 'const now = performance.now()'],
      ['src/sched/A.ts', 'const x = Math.random()'],
      ['src/sched/A.ts', 'const x = Math.log2(8)'],
      ['src/sched/A.ts', "const x = Math['random']()"],
      ['src/sched/A.ts', 'console.log(1)'],
      ['src/sched/A.ts', 'const f = () => { setTimeout(f, 1) }'],
      ['src/sched/A.ts', 'const f = async () => 1'],
      ['src/sched/A.ts', 'const x = process.env'],
      ['src/sched/A.ts', 'export type P = Promise<number>'],
      ['src/sched/A.ts', "const x = 'a'.localeCompare('b')"],
      ['src/sched/A.ts', 'const x = [2, 1].sort()']
    ]
  },
  {
    name: 'a file has at most 400 lines of at most 110 columns',
    complaints: lengthComplaints,
    over: code,
    broken: [
      ['src/sched/A.ts', '\n'.repeat(401)],
      ['src/sched/A.ts', `// ${'x '.repeat(60)}`]
    ]
  },
  {
    name: 'a function has at most 60 lines',
    complaints: functionComplaints,
    over: src,
    broken: [['src/sched/A.ts', `const f = (): void => {${'\n'.repeat(60)}}`]]
  },
  {
    name: 'no default export, no nameless star, no module variable, no escape from a check',
    complaints: habitComplaints,
    over: src.filter(({ path }) => path !== cliSource),
    broken: [
      ['src/sched/A.ts', 'let count = 0'],
      ['src/sched/A.ts', 'export let count = 0'],
      ['src/sched/A.ts', 'export default 1'],
      ['src/sched/A.ts', 'export default function f() {}'],
      ['src/sched/A.ts', "export * from './B.js'"],
      ['src/sched/A.ts', "import './B.js'"],
      ['src/sched/A.ts', 'register()'],
      ['src/sched/A.ts', 'const x = (y: any) => y'],
      ['src/sched/A.ts', '// @ts-ignore\nconst x = 1'],
      ['src/sched/A.ts', 'enum E { A }']
    ]
  },
  {
    name: 'every export that leaves its folder says @since and @category',
    complaints: docComplaints(new Map([...exposedBy(src), ['src/sched/Broken.ts', null]])),
    over: src,
    broken: [
      ['src/sched/Broken.ts', 'const x = 1'],
      [
        'src/sched/Broken.ts',
        '/** A.\n * @since 0.1.0\n */\n\n/** X.\n * @since 0.1.0\n */\nexport const x = 1'
      ],
      [
        'src/sched/Broken.ts',
        '/** A.\n * @since 0.1.0\n */\n\n/** X.\n * @category model\n */\nexport type X = 1'
      ],
      ['src/sched/Broken.ts', '/** A.\n * @since 0.1.0\n */\nimport x from "y"\nexport function f() {}']
    ]
  },
  {
    name: 'sections stand under ruled headings in their fixed order',
    complaints: headingComplaints,
    over: src,
    broken: [
      ['src/sched/A.ts', heading('queries') + heading('model')],
      ['src/sched/A.ts', heading('things')],
      ['src/sched/A.ts', heading('model', 40)]
    ]
  },
  {
    name: 'an index holds re-exports only, sorted',
    complaints: indexComplaints,
    over: src,
    broken: [
      ['src/sched/index.ts', 'export const x = 1'],
      ['src/sched/index.ts', "export { b } from './b.js'\nexport { a } from './a.js'"]
    ]
  }
]

function heading(name: string, dashes = 85): string {
  const rule = `// ${'-'.repeat(dashes)}`
  return `${rule}\n// ${name}\n${rule}\n`
}

describe('house rules', () => {
  describe.each(rules)('$name', ({ complaints, over, broken }) => {
    it('holds', () => {
      expect(over.flatMap(complaints)).toEqual([])
    })

    it.each(broken)('finds its counter-example %# in %s', (path, text) => {
      expect(complaints(source(path, text))).not.toEqual([])
    })
  })

  it('a file may be long when its first comment says why', () => {
    const text = `/**\n * Longer than 400\n * lines because it is a table.\n */${'\n'.repeat(401)}`
    expect(lengthComplaints(source('src/abi/Table.ts', text))).toEqual([])
  })

  it('an export leaves its folder by name or with its whole namespace', () => {
    const text =
      "export * as A from './A.js'\nexport { b as c } from './B.js'\nexport type { D } from './B.js'"
    expect(exposedBy([source('src/sched/index.ts', text)])).toEqual(
      new Map([
        ['src/sched/A.ts', null],
        ['src/sched/B.ts', new Set(['b', 'D'])]
      ])
    )
  })

  it('names that only look like a banned one are fine', () => {
    const text =
      'export interface A { readonly process: number }\nconst f = (a: A) => a.process + Math.floor(1)'
    expect(impurities(source('src/sched/A.ts', text))).toEqual([])
  })

  it('every folder of src is on a floor and is named in one lower-case word', () => {
    const misplaced = src.filter(
      ({ path }) => path !== 'src/index.ts' && floors[folderOf(path)] === undefined
    )
    expect(misplaced.map(({ path }) => path)).toEqual([])
    const folders = new Set(src.flatMap(({ path }) => path.split('/').slice(1, -1)))
    expect([...folders].filter((folder) => !/^[a-z][a-z0-9]*$/.test(folder))).toEqual([])
  })

  it('no two files of a folder differ only in case', () => {
    const paths = src.map(({ path }) => path.toLowerCase())
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([])
  })

  it('every file of src is reachable from an entry point', () => {
    const entryPaths = [...entries.map((entry) => entry.source), cliSource]
    expect(unreachable(src, entryPaths)).toEqual([])
    expect(unreachable([source('src/a/A.ts', ''), source('src/index.ts', '')], ['src/index.ts'])).toEqual([
      'src/a/A.ts'
    ])
  })

  it('every Markdown document has one top heading', () => {
    const documents = filesUnder('.').filter((path) => path.endsWith('.md') && !path.startsWith('etc/'))
    expect(documents.filter((path) => topHeadings(textOf(path)) !== 1)).toEqual([])
    expect(topHeadings('# One\n```sh\n# a comment\n```\n# Two\n')).toBe(2)
  })

  it('nothing in the tree names a path of one machine or the address of a registry', () => {
    const sizeMaxBytes = 2_000_000
    const texts = filesUnder('.').filter(
      (path) => !/\.(gz|png|zst)$/.test(path) && statSync(join(root, path)).size < sizeMaxBytes
    )
    expect(texts.flatMap((path) => machineBoundComplaints(path, textOf(path)))).toEqual([])
    expect(machineBoundComplaints('a', ['see ', 'work', 'shared'].join('/'))).toHaveLength(1)
  })
})
