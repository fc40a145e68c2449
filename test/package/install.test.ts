import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, inject, it } from 'vitest'

import { entries, manifest, root } from '../../scripts/entries.mjs'
import { run } from '../../scripts/consumer.mjs'

interface Result {
  readonly surface: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly outcome: unknown
}

const specifiers = entries.map((entry) => entry.specifier)
const withoutPeer = specifiers.filter((specifier) => !specifier.endsWith('/testing'))

const runIn = (cwd: string, args: readonly string[]): Result =>
  JSON.parse(run(process.execPath, ['main.js', ...args], { cwd })) as Result

describe('the packed tarball', () => {
  it('loads in an ESM project, every entry point', () => {
    const { surface } = runIn(inject('esm'), specifiers)
    expect(Object.keys(surface)).toEqual(entries.map((entry) => entry.name))
    for (const exports of Object.values(surface)) expect(Object.keys(exports)).not.toEqual([])
  })

  it('loads in a CJS project without the optional peer, every entry point but the test kit', () => {
    const { surface } = runIn(inject('cjs'), withoutPeer)
    expect(Object.keys(surface)).toHaveLength(entries.length - 1)
  })

  it('needs fast-check for the test kit, and for nothing else', () => {
    expect(() => runIn(inject('cjs'), ['@xensim/core/hypercalls', '@xensim/core/testing'])).toThrow(
      /fast-check/
    )
  })

  it('offers and does the same through import and through require', () => {
    expect(runIn(inject('cjs'), withoutPeer)).toEqual(runIn(inject('esm'), withoutPeer))
  })

  it('reaches nothing but its entry points', () => {
    expect(() => runIn(inject('esm'), ['@xensim/core/hypercalls', '@xensim/core/dist/esm/index.js'])).toThrow(
      /ERR_PACKAGE_PATH_NOT_EXPORTED/
    )
  })

  it('installs the command', () => {
    const bin = join(inject('esm'), 'node_modules/.bin/xensim')
    expect(run(bin, ['--help'], { cwd: inject('esm') })).toMatch(/xensim/)
  })

  it('runs a campaign on threads of its own, to the same bytes as on one', () => {
    const cwd = inject('esm')
    const bin = join(cwd, 'node_modules/.bin/xensim')
    const campaign = {
      format: 'xensim-campaign',
      version: 1,
      scenario: {
        version: 1,
        topology: '1x1x1',
        memoryMiB: 1024,
        duration: '100ms',
        dom0: false,
        domains: ['a', 'b'].map((name) => ({ name, workload: { program: 'hog' } }))
      },
      seeds: { count: 3 },
      axes: [{ axis: 'weight', domain: 'a', values: [128, 256] }],
      measures: [{ measure: 'share', domain: 'a' }]
    }
    writeFileSync(join(cwd, 'campaign.json'), JSON.stringify(campaign))
    const results = ['1', '2'].map((threads) => {
      run(bin, ['run', 'campaign.json', '--threads', threads, '--results', `r${threads}`], { cwd })
      return readFileSync(join(cwd, `r${threads}`), 'utf8')
    })
    expect(results[0]?.split('\n')).toHaveLength(8)
    expect(results[1]).toBe(results[0])
  })

  it('knows threads in the shell only: nothing that another entry point leads to names piscina', () => {
    const folder = join(inject('esm'), 'node_modules', manifest.name, 'dist/esm')
    const reached = (name: string, seen = new Set<string>()): Set<string> => {
      if (seen.has(name)) return seen
      seen.add(name)
      const text = readFileSync(join(folder, name), 'utf8')
      for (const [, next = ''] of text.matchAll(/(?:from|import)\s*\(?\s*["']\.\/([^"']+\.js)["']/g)) {
        reached(next, seen)
      }
      return seen
    }
    const naming = entries
      .map(({ name }) => name)
      .filter((name) =>
        [...reached(`${name}.js`)].some((file) =>
          readFileSync(join(folder, file), 'utf8').includes('piscina')
        )
      )
    expect(naming).toEqual(['shell'])
  })

  it('holds no sources, tests or settings of ours, and brings its licence', () => {
    const files = run('tar', ['-tzf', inject('tarball')], { cwd: root })
      .trim()
      .split('\n')
    expect(files).toContain('package/LICENSE')
    const strangers = files.filter(
      (file) => !/^package\/(dist\/|package\.json$|LICENSE$|README\.md$|CHANGELOG\.md$)/.test(file)
    )
    expect(strangers).toEqual([])
  })

  it('satisfies a strict TypeScript consumer, as a Node project and under a bundler', () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const strict = [
      ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'],
      ...['--noPropertyAccessFromIndexSignature', '--verbatimModuleSyntax', '--skipLibCheck', 'false'],
      ...['--target', 'es2022', '--lib', 'es2022']
    ]
    const modes = [
      ['--module', 'nodenext', '--moduleResolution', 'nodenext'],
      ['--module', 'esnext', '--moduleResolution', 'bundler']
    ]
    for (const mode of modes) {
      expect(run(process.execPath, [tsc, ...strict, ...mode, 'consumer.ts'], { cwd: inject('esm') })).toBe('')
    }
  })

  it('allows the Node that runs this test', () => {
    const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(manifest.engines.node) ?? []
    const [majorHere, minorHere] = process.versions.node.split('.').map(Number)
    const here = (majorHere ?? 0) * 1000 + (minorHere ?? 0)
    expect(here).toBeGreaterThanOrEqual(Number(major) * 1000 + Number(minor))
  })

  it('is marked free of side effects', () => {
    const installed = join(inject('esm'), 'node_modules', manifest.name, 'package.json')
    expect(JSON.parse(readFileSync(installed, 'utf8'))).toMatchObject({ sideEffects: false, license: 'MIT' })
  })
})
