import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { Input } from '../../../src/abi/index.js'
import { digestHost, transition } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import {
  appendInput,
  continueJournal,
  decodeJournal,
  encodeJournal,
  fileErrorText,
  packageVersion,
  recordInput,
  replay,
  startJournal
} from '../../../src/replay/index.js'
import type { DecodedJournal, RecorderOptions } from '../../../src/replay/index.js'
import { advanceTo, bootWith, build, busyInputs, makeEnv, millisecond, operate, second } from './rig.js'

const env = makeEnv()

interface Recording {
  readonly text: string
  readonly end: Host
}

const record = (inputs: ReadonlyArray<Input>, options?: RecorderOptions): Recording => {
  const start = bootWith(env)
  const begun = startJournal(env, start, options)
  let { recorder } = begun
  let host = start
  let text = begun.lines.join('')
  for (const input of inputs) {
    const recorded = recordInput(env, recorder, { host, input }, { trace: false })
    recorder = recorded.recorder
    text += recorded.lines.join('')
    if (recorded.result._tag === 'Right') host = recorded.result.right[0]
  }
  return { text, end: host }
}

const decode = (text: string): DecodedJournal => {
  const read = decodeJournal(makeEnv(), text, 'run.journal')
  if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
  return read.right
}

const refusal = (text: string): string => {
  const read = decodeJournal(makeEnv(), text, 'run.journal')
  if (read._tag === 'Right') throw new Error('was read')
  return `${read.left._tag} ${fileErrorText(read.left)}`
}

const short = record(busyInputs(200 * millisecond), { checkpointNs: 10 * millisecond, hostEvery: 5 })

describe('a journal', () => {
  it('of a run of five seconds with several domains replays and matches every digest', () => {
    const { text, end } = record(busyInputs(5 * second))
    const { journal, warning, bytesWhole } = decode(text)
    expect(warning).toBeNull()
    expect(bytesWhole).toBe(text.length)
    const replayed = replay(makeEnv(), journal)
    if (replayed._tag !== 'Matched') throw new Error(JSON.stringify(replayed))
    expect(digestHost(replayed.host)).toBe(digestHost(end))
    expect(replayed.host).toEqual(end)
    expect(replayed.digestsTotal).toBeGreaterThan(45)
  })
  it('has a line for every input, refused ones included', () => {
    const { journal } = decode(short.text)
    expect(journal.entries.map(({ input }) => input)).toEqual(busyInputs(200 * millisecond))
    expect(journal.entries[5]?.result).toEqual({
      _tag: 'Refused',
      error: { _tag: 'Refused', errno: 'ESRCH' }
    })
  })
  it('is read and written again without a change', () => {
    expect(encodeJournal(decode(short.text).journal)).toBe(short.text)
  })
  it('is ASCII, so that it has as many bytes as characters', () => {
    expect(Buffer.byteLength(short.text)).toBe(short.text.length)
    expect(short.text).toContain('\\u00fc')
  })
  it('records an advance in pieces that come to the same as the whole', () => {
    const inputs = busyInputs(200 * millisecond)
    const coarse = record(inputs, { checkpointNs: 0, hostEvery: 0 })
    expect(digestHost(coarse.end)).toBe(digestHost(short.end))
    expect(coarse.text).not.toContain('checkpoint')
    expect(short.text.match(/"checkpoint":/g)?.length).toBeGreaterThan(12)
  })
  it('gives the outputs of the whole when an advance is recorded in pieces', () => {
    const start = bootWith(env)
    const built = transition(env, start, build(1), { trace: false })
    if (built._tag === 'Left') throw new Error('refused')
    const [host] = built.right
    const input = advanceTo(50 * millisecond)
    const whole = transition(env, host, input, { trace: true })
    const { recorder } = startJournal(env, host, { checkpointNs: millisecond, hostEvery: 0 })
    const pieces = recordInput(env, recorder, { host, input }, { trace: true })
    expect(whole._tag === 'Right' && whole.right[1].length).toBeGreaterThan(20)
    expect(pieces.result).toEqual(whole)
  })
  it('goes on after having been read', () => {
    const inputs = busyInputs(200 * millisecond)
    const options = { checkpointNs: 10 * millisecond, hostEvery: 5 }
    const begun = record(inputs.slice(0, 8), options)
    const { journal } = decode(begun.text)
    const replayed = replay(makeEnv(), journal)
    if (replayed._tag !== 'Matched') throw new Error('differs')
    let { host } = replayed
    let recorder = continueJournal(journal, options)
    let { text } = begun
    const other = makeEnv()
    for (const input of inputs.slice(8)) {
      const recorded = recordInput(other, recorder, { host, input }, { trace: false })
      recorder = recorded.recorder
      text += recorded.lines.join('')
      if (recorded.result._tag === 'Right') host = recorded.result.right[0]
    }
    expect(text).toBe(short.text)
  })
  it('takes an input that was carried out elsewhere', () => {
    const start = bootWith(env)
    const { recorder, lines } = startJournal(env, start)
    const input = build(4)
    const appended = appendInput(recorder, {
      host: start,
      input,
      result: transition(env, start, input, { trace: false })
    })
    expect(replay(makeEnv(), decode([...lines, ...appended.lines].join('')).journal)._tag).toBe('Matched')
  })
  it('leaves out a refused input that no file can hold', () => {
    const start = bootWith(env)
    const { recorder } = startJournal(env, start)
    const input = advanceTo(0.5)
    const recorded = recordInput(env, recorder, { host: start, input }, { trace: false })
    expect(recorded.result._tag).toBe('Left')
    expect(recorded.lines).toEqual([])
    expect(recorded.recorder.index).toBe(0)
  })
  it('names the version of the package', () => {
    const path = join(import.meta.dirname, '../../../package.json')
    expect(packageVersion).toBe((JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version)
    expect(decode(short.text).journal.recordedBy).toBe(packageVersion)
  })
})

describe('a journal that was cut off', () => {
  const lines = short.text.split('\n')
  const header = (lines[0] as string).length + 1

  it('in its header is refused', () => {
    for (const length of [0, 1, 100, Math.floor(header / 2), header - 1])
      expect(refusal(short.text.slice(0, length))).toMatch(
        /^CutOff run\.journal: line 1, byte \d+: the text ends/
      )
  })
  it('says after which entry and at which byte', () => {
    const at = short.text.indexOf('"i":3') + 2
    const { journal, warning, bytesWhole } = decode(short.text.slice(0, at))
    expect(journal.entries).toHaveLength(3)
    expect(warning).toMatch(/^run\.journal: cut off after entry 2 \(byte \d+\); \d+ bytes .* left out$/)
    expect(warning).toContain(`(byte ${bytesWhole})`)
    expect(short.text.slice(0, bytesWhole).endsWith('\n')).toBe(true)
  })
  it('before its first entry says that, too', () => {
    const { journal, warning } = decode(short.text.slice(0, header + 10))
    expect(journal.entries).toEqual([])
    expect(warning).toContain('cut off before entry 0')
  })
  it('in the checkpoints of an entry loads up to the entry before', () => {
    const at = short.text.indexOf('{"at":', short.text.indexOf('"checkpoint":3'))
    const { journal, warning } = decode(short.text.slice(0, at))
    expect(journal.entries).toHaveLength(3)
    expect(warning).toContain('cut off after entry 2')
  })
  it('goes on from its last whole entry', () => {
    const { journal, bytesWhole } = decode(short.text.slice(0, short.text.indexOf('"i":7')))
    const replayed = replay(makeEnv(), journal)
    if (replayed._tag !== 'Matched') throw new Error('differs')
    const options = { checkpointNs: 10 * millisecond, hostEvery: 5 }
    const input = busyInputs(200 * millisecond)[7] as Input
    const next = recordInput(
      env,
      continueJournal(journal, options),
      { host: replayed.host, input },
      { trace: false }
    )
    const text = short.text.slice(0, bytesWhole) + next.lines.join('')
    expect(short.text.startsWith(text)).toBe(true)
  })
})

describe('a journal is refused, with line, path and reason,', () => {
  const lines = short.text.split('\n')
  const header = JSON.parse(lines[0] as string) as Record<string, unknown>
  const withHeader = (change: object): string =>
    [JSON.stringify({ ...header, ...change }), ...lines.slice(1)].join('\n')
  const entryAt = lines.findIndex((line) => line.includes('"i":3'))
  const withLine = (change: (line: string) => string): string =>
    lines.map((line, i) => (i === entryAt ? change(line) : line)).join('\n')

  it.each<[string, string, RegExp]>([
    ['when it is empty', '', /^CutOff .*line 1, byte 0/],
    [
      'when it is something else',
      'hello\n',
      /^NotJson run\.journal: line 1, column 1: not JSON: unexpected "h"/
    ],
    [
      'when it is a host file',
      '{"format":"xensim-host","version":1}\n',
      /^WrongFormat .*"xensim-journal", this is a file of format "xensim-host"/
    ],
    [
      'when it is newer',
      withHeader({ version: 2 }),
      /^NewerVersion run\.journal: line 1, version: version 2 of xensim-journal is newer than 1/
    ],
    [
      'when its version is no number',
      withHeader({ version: '1' }),
      /^Malformed .*version: not a version number/
    ],
    [
      'when its header has an unknown key',
      withHeader({ extra: 1 }),
      /^Malformed .*line 1, extra: unknown key/
    ],
    [
      'when a line is damaged',
      withLine((line) => line.replace('"i"', 'i')),
      /^NotJson run\.journal: line \d+, column \d+/
    ],
    [
      'when a line in the middle ends early',
      withLine((line) => line.slice(0, 30)),
      /^CutOff run\.journal: line \d+, byte \d+/
    ],
    [
      'when an entry is missing',
      lines.filter((_, i) => i !== entryAt).join('\n'),
      /^Malformed .*line \d+, (checkpoint|i): entry 3 is expected here, not 4/
    ],
    [
      'when an entry has a misspelt key',
      withLine((line) => line.replace('"input"', '"imput"')),
      /^Malformed .*line \d+, imput: unknown key/
    ],
    [
      'when an input has a number past 2^53',
      withLine((line) => line.replace(/"toNs":\d+/, '"toNs":9007199254740993')),
      /^Malformed .*line \d+, input\.toNs: 9007199254740992 is not an integer that is exact below 2\^53/
    ],
    [
      'when an input has a fraction',
      withLine((line) => line.replace(/"toNs":\d+/, '"toNs":1.5')),
      /^Malformed .*input\.toNs: 1\.5 is not an integer/
    ],
    [
      'when an input is unknown',
      withLine((line) => line.replace('"Advance"', '"Retreat"')),
      /^Malformed .*input\._tag: no such input/
    ],
    [
      'when time goes back',
      withLine((line) => line.replace(/"at":\d+/, '"at":999999999999')),
      /^Malformed .*line \d+, at: later than its checkpoint at \d+/
    ],
    [
      'when the host at the start was changed',
      short.text.replace('"commandLine":"sched=credit2"', '"commandLine":"sched=credit"'),
      /^Damaged .*line 1, start\.digest: damaged: the digest is \w{16}, that of the host is \w{16}/
    ]
  ])('%s', (_name, text, message) => {
    expect(refusal(text)).toMatch(message)
  })

  it('when a program is not here', () => {
    const text = record([build(1), operate({ _tag: 'DomainPause', domid: 1 })], {
      checkpointNs: 0,
      hostEvery: 1
    }).text
    expect(refusal(text.replaceAll('"program":"script"', '"program":"scripted"'))).toMatch(
      /^MissingNeed run\.journal: line 3, host: needs the guest program scripted, version 1, which is not/
    )
  })
})
