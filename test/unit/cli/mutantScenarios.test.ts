import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { xensim } from './bundle.js'

const folder = fileURLToPath(new URL('../../fixtures/mutants/', import.meta.url))
const files = readdirSync(folder)
const scenarios = files.filter((file) => file.endsWith('.json') && !file.endsWith('.laboratory.json'))
const journals = files.filter((file) => file.endsWith('.journal'))

test('there are scenarios and journals of bugs that real Xen had', () => {
  expect([scenarios.length, journals.length]).toEqual([10, 1])
})

test.each(scenarios)('xensim run takes %s', (file) => {
  const { code, out, err } = xensim(['run', `${folder}${file}`, '--report', 'json'])
  expect([code, err]).toEqual([0, ''])
  expect((JSON.parse(out) as { readonly mismatchesTotal: number }).mismatchesTotal).toBe(0)
})

test.each(journals)('xensim replay takes %s', (file) => {
  const { code, err } = xensim(['replay', `${folder}${file}`])
  expect([code, err]).toEqual([0, ''])
})
