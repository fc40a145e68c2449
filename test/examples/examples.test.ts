import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { filesUnder, root, textOf } from '../tidy/sources.js'
import { fromMarkdown, fromSource, type Example } from './extract.js'

/** Inside the project, so that what the examples import is found as from any other file of ours. */
const directory = join(root, '.tmp/examples')

const markdown = ['README.md', ...(existsSync(join(root, 'docs/guides')) ? filesUnder('docs/guides') : [])]
  .filter((path) => path.endsWith('.md') && existsSync(join(root, path)))
  .flatMap((path) => fromMarkdown(path, textOf(path)))
const comments = filesUnder('src')
  .filter((path) => path.endsWith('.ts'))
  .flatMap((path) => fromSource(path, textOf(path)))

interface Written extends Example {
  readonly file: string
}

const examples: readonly Written[] = [...markdown, ...comments].map((example, index) => ({
  ...example,
  file: join(directory, example.name ?? `example${index}.ts`)
}))

/** Every complaint of the compiler about any example, in one go: a program for each would take minutes. */
const complaints = (files: readonly Written[]): string[] => {
  const configFile = join(root, 'tsconfig.json')
  const { config } = ts.readConfigFile(configFile, (path) => ts.sys.readFile(path)) as { config: unknown }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root, {}, configFile)
  const program = ts.createProgram(
    files.map(({ file }) => file),
    { ...options, noEmit: true, noUnusedLocals: false }
  )
  return files.flatMap(({ file, place }) => {
    const source = program.getSourceFile(file)
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return found.map((diagnostic) => {
      const { line } = ts.getLineAndCharacterOfPosition(source ?? diagnostic.file!, diagnostic.start ?? 0)
      return `${place} + ${line}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`
    })
  })
}

beforeAll(() => {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  for (const { file, code } of examples) writeFileSync(file, `${code}\nexport {}\n`)
})

afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

describe('examples', () => {
  it('are found in documents and in doc comments', () => {
    expect(fromMarkdown('a.md', 'text\n```ts\nconst x = 1\n```\n```sh\nls\n```\n')).toEqual([
      { place: 'a.md:3', code: 'const x = 1', name: null }
    ])
    expect(fromMarkdown('a.md', '```ts name=b.ts\nconst x = 1\n```\n')).toMatchObject([{ name: 'b.ts' }])
    expect(
      fromSource(
        'a.ts',
        '/**\n * A.\n *\n * @example\n * f(1)\n * f(2)\n *\n * @since 0.1.0\n */\nexport const f = 1'
      )
    ).toEqual([{ place: 'a.ts:5', code: 'f(1)\nf(2)', name: null }])
    expect(comments.length).toBeGreaterThan(0)
  })

  it('compile', () => {
    expect(complaints(examples)).toEqual([])
  })

  it('check a value: an example that asserts nothing shows nothing', () => {
    const idle = examples.filter(({ code, name }) => name === null && !/\bassert\b/.test(code))
    expect(idle.map(({ place }) => place)).toEqual([])
  })

  it.each(examples.map(({ place, file }) => ({ place, file })))('$place runs', async ({ file }) => {
    await import(/* @vite-ignore */ pathToFileURL(file).href)
  })
})
