import { readFileSync, writeFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { decodeJournal, parseScenario, replay } from '../../../src/replay/index.js'
import { makeShellEnvironment } from '../../../src/shell/index.js'
import {
  checkLaws,
  drawRun,
  genericLaws,
  labToJournal,
  labToScenario,
  nearOverloadArbitrary,
  observeLaboratory,
  registryDefault,
  reportFailure,
  rtdsNoMiss,
  violationsOf
} from '../../../src/testing/index.js'
import type { Laboratory, Registry, Run } from '../../../src/testing/index.js'
import { hunts } from '../../mutants/hunts.js'
import type { Hunt } from '../../mutants/hunts.js'
import { mutantOf, registryWith } from '../../mutants/mutantOf.js'
import { mutations } from '../../mutants/mutations.js'
import { seedFixed } from '../../seed.js'

/** `XENSIM_MUTANTS=write` writes the fixtures anew from what is found. */
const isWriting = process.env['XENSIM_MUTANTS'] === 'write'
const parameters = { seed: seedFixed, numRuns: 300 }

const fixture = (name: string): URL => new URL(`../../fixtures/mutants/${name}`, import.meta.url)
const text = (name: string): string => readFileSync(fixture(name), 'utf8')
const laboratoryOf = (name: string): Laboratory => JSON.parse(text(`${name}.laboratory.json`)) as Laboratory

const huntOf = (name: string): Hunt => {
  const hunt = hunts[name]
  if (hunt === undefined) throw new Error(`nobody looks for ${name}`)
  return hunt
}

const observe = (laboratory: Laboratory, registry: Registry): Run => {
  const observed = observeLaboratory(laboratory, registry)
  if (observed._tag === 'Left') throw new Error(observed.left._tag)
  return observed.right
}

/** A scenario file where a scenario can say as much, else a journal, which `xensim replay` takes. */
const write = (name: string, laboratory: Laboratory): void => {
  writeFileSync(fixture(`${name}.laboratory.json`), `${JSON.stringify(laboratory)}\n`)
  const scenario = labToScenario(laboratory)
  if (scenario === null) writeFileSync(fixture(`${name}.journal`), labToJournal(laboratory) ?? '')
  else writeFileSync(fixture(`${name}.json`), scenario)
}

describe.each(mutations)('a bug real Xen had ($fixedBy): $statement', (mutation) => {
  const { name } = mutation
  const { law, labs } = huntOf(name)

  test(`${law.id} finds it, and the report has laboratory, journal and time line`, async () => {
    const registry = registryWith(await mutantOf(mutation))
    const { failure } = checkLaws([law], labs, { parameters, registry })
    expect(failure?.law?.id).toBe(law.id)
    if (failure === null || failure.run === null) return
    if (isWriting) write(name, failure.laboratory)
    const report = reportFailure(failure)
    expect(report).toMatch(new RegExp(`^${law.id} is broken`))
    expect(report).toMatch(/last decisions:\n {2}\d+ ns/)
    expect(report).toContain('the same as a journal:\n{"format"')
    expect(drawRun(failure.run)).toContain('<svg')
  })

  test('the shrunk laboratory breaks the law with the bug and keeps it without', async () => {
    const laboratory = laboratoryOf(name)
    const registry = registryWith(await mutantOf(mutation))
    expect(violationsOf(law, observe(laboratory, registry))).not.toEqual([])
    const real = observe(laboratory, registryDefault)
    for (const one of [law, ...genericLaws]) expect([one.id, violationsOf(one, real)]).toEqual([one.id, []])
  })

  test('the shrunk laboratory is a journal that replays, and a scenario where a scenario can say it', () => {
    const laboratory = laboratoryOf(name)
    const env = makeShellEnvironment()
    const scenario = labToScenario(laboratory)
    // Tables of arinc653 are no part of the format of scenarios.
    expect(scenario === null).toBe(name === 'arinc653-frame-drifts')
    const journal = decodeJournal(
      env,
      scenario === null ? text(`${name}.journal`) : labToJournal(laboratory)!,
      name
    )
    expect(journal._tag).toBe('Right')
    if (journal._tag === 'Right') expect(replay(env, journal.right.journal)._tag).toBe('Matched')
    if (scenario === null) return
    expect(text(`${name}.json`)).toBe(scenario)
    expect(parseScenario(scenario, name)._tag).toBe('Right')
  })
})

test('what a bug costs: near overload, charging the old period misses deadlines', async () => {
  const mutation = mutations.find(({ name }) => name === 'rtds-old-period-new-budget')!
  const registry = registryWith(await mutantOf(mutation))
  const { failure } = checkLaws([rtdsNoMiss], nearOverloadArbitrary(), { parameters, registry })
  expect(failure?.law?.id).toBe('RT-T4')
})
