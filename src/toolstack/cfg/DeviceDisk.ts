/**
 * Disk specifications (xl-cfg.md §5): the mini-language of `disk = [...]` and of `xl block-attach`.
 *
 * The language is the one of a scanner that takes, at each place, the longest piece any of its patterns
 * matches, and of two equally long ones the pattern listed first. Odd consequences follow (of an unknown
 * parameter only the first character of its value is shown), and the table of patterns below has them too.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { parseLeadingInt } from './cNumber.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export type DiskFormat = 'qcow' | 'qcow2' | 'vhd' | 'raw' | 'empty' | 'qed'

/**
 * @category model
 * @since 0.1.0
 */
export type DiskBackend = 'phy' | 'tap' | 'qdisk' | 'standalone'

/**
 * @category model
 * @since 0.1.0
 */
export type DiskSpecification = 'xen' | 'virtio'

/**
 * A disk as libxl has it before its own defaults. A field that is absent has libxl's initial value.
 *
 * @category model
 * @since 0.1.0
 */
export interface DeviceDisk {
  readonly backendDomid?: number
  readonly backendDomname?: string
  readonly pdevPath?: string
  readonly vdev?: string
  readonly backend?: DiskBackend
  readonly format?: DiskFormat
  readonly script?: string
  readonly removable?: boolean
  readonly readwrite?: boolean
  readonly isCdrom?: boolean
  readonly directIoSafe?: boolean
  readonly discardEnable?: boolean
  readonly specification?: DiskSpecification
  readonly transport?: 'mmio'
  readonly irq?: number
  readonly base?: number
  readonly coloEnable?: boolean
  readonly coloRestoreEnable?: boolean
  readonly coloHost?: string
  readonly coloPort?: number
  readonly coloExport?: string
  readonly activeDisk?: string
  readonly hiddenDisk?: string
  readonly trusted?: boolean
  readonly grantUsage?: boolean
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads the words of one disk specification, one for a configuration, any number for a command line:
 * positions go on from word to word. Left: the lines to print; the exit status is 1.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseDisk = (
  source: string,
  words: ReadonlyArray<string>
): Either<ReadonlyArray<string>, DeviceDisk> => {
  const parse: DiskParse = {
    source,
    lines: [],
    disk: { readwrite: true },
    hasPrefix: false,
    hasAccess: false,
    spec: '(null)'
  }
  for (const word of words) {
    parse.spec = word
    scanSpec(parse, word)
    if (parse.lines.length > 0) return E.left(parse.lines)
  }
  finish(parse)
  return parse.lines.length > 0 ? E.left(parse.lines) : E.right(withoutDefaults(parse.disk))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Draft<T> = { -readonly [K in keyof T]: T[K] }

interface DiskParse {
  readonly source: string
  readonly lines: string[]
  readonly disk: Draft<DeviceDisk>
  hasPrefix: boolean
  hasAccess: boolean
  spec: string
}

/** `stop` ends the word at once. */
type Action = (parse: DiskParse, matched: string) => 'stop' | undefined

interface Pattern {
  /** The whole match counts for the length, but only the first group is consumed. */
  readonly regexp: RegExp
  readonly action: Action
}

const fail = (parse: DiskParse, message: string, near?: string): undefined => {
  const place = near === undefined ? '' : `: near \`${near}'`
  const text = `config parsing error in disk specification: ${message}${place} in \`${parse.spec}'`
  parse.lines.push(`${parse.source}: ${text}`)
  return undefined
}

const stripComma = (matched: string): string => (matched.endsWith(',') ? matched.slice(0, -1) : matched)

const valueAfterEquals = (matched: string): string => matched.slice(matched.indexOf('=') + 1)

type TextKey =
  'backendDomname' | 'pdevPath' | 'vdev' | 'script' | 'coloHost' | 'coloExport' | 'activeDisk' | 'hiddenDisk'

/** A text may replace an empty one without complaint. */
const saveText = (parse: DiskParse, key: TextKey, what: string, value: string): undefined => {
  if ((parse.disk[key] ?? '') !== '') return fail(parse, `${what} respecified`, value)
  parse.disk[key] = value
  return undefined
}

const formats: ReadonlyArray<DiskFormat> = ['raw', 'qcow', 'qcow2', 'vhd', 'empty', 'qed']
const backends: ReadonlyArray<DiskBackend> = ['phy', 'tap', 'qdisk', 'standalone']
const specifications: ReadonlyArray<DiskSpecification> = ['xen', 'virtio']

const setFormat = (parse: DiskParse, text: string): undefined => {
  const format = text === '' ? 'raw' : formats.find((candidate) => candidate === text)
  if (format === undefined) return fail(parse, 'unknown value for format', text)
  if (parse.disk.format !== undefined && parse.disk.format !== format) {
    return fail(parse, 'format respecified', text)
  }
  parse.disk.format = format
  return undefined
}

const setBackend = (parse: DiskParse, text: string): undefined => {
  const backend = backends.find((candidate) => candidate === text)
  if (backend === undefined) return fail(parse, 'unknown value for backendtype', text)
  if (parse.disk.backend !== undefined && parse.disk.backend !== backend) {
    return fail(parse, 'backend respecified', text)
  }
  parse.disk.backend = backend
  return undefined
}

const setSpecification = (parse: DiskParse, text: string): undefined => {
  const specification = specifications.find((candidate) => candidate === text)
  if (specification === undefined) return fail(parse, 'unknown value for specification', text)
  if (parse.disk.specification !== undefined && parse.disk.specification !== specification) {
    return fail(parse, 'specification respecified', text)
  }
  parse.disk.specification = specification
  return undefined
}

const setAccess = (parse: DiskParse, text: string): undefined => {
  if (text === 'r' || text === 'ro') parse.disk.readwrite = false
  else if (text === 'rw' || text === 'w' || text === '') parse.disk.readwrite = true
  else return fail(parse, 'unknown value for access', text)
  return undefined
}

const setColoPort = (parse: DiskParse, text: string): undefined => {
  const port = parseLeadingInt(text)
  if (port === 0) return fail(parse, 'unknown value for colo_port', text)
  parse.disk.coloPort = port
  return undefined
}

/** `<vdev>:cdrom` and `<vdev>:disk`. True when the text has a colon, whatever comes after it. */
const takesVdevAndType = (parse: DiskParse, text: string): boolean => {
  const colon = text.lastIndexOf(':')
  if (colon < 0) return false
  saveText(parse, 'vdev', 'vdev', text.slice(0, colon))
  const type = text.slice(colon + 1)
  if (type === 'cdrom' || type === 'disk') parse.disk.isCdrom = type === 'cdrom'
  else fail(parse, 'unknown deprecated type', type)
  return true
}

const positional: Action = (parse, matched) => {
  const text = stripComma(matched)
  const { disk } = parse
  // An error may only lead to more of them.
  if (parse.lines.length > 0) return undefined
  if (disk.pdevPath === undefined) return saveText(parse, 'pdevPath', 'target', text)
  if (!parse.hasPrefix && disk.format === undefined) {
    if (disk.pdevPath !== '' || !takesVdevAndType(parse, text)) return setFormat(parse, text)
    disk.format = 'empty'
    return undefined
  }
  if (disk.vdev === undefined) {
    return takesVdevAndType(parse, text) ? undefined : saveText(parse, 'vdev', 'vdev', text)
  }
  if (!parse.hasAccess) {
    parse.hasAccess = true
    return setAccess(parse, text)
  }
  fail(parse, 'too many positional parameters', text)
  return 'stop'
}

type FlagKey = 'directIoSafe' | 'discardEnable' | 'coloEnable' | 'trusted' | 'grantUsage' | 'isCdrom'

const named = (name: string, set: (parse: DiskParse, value: string) => undefined): Pattern => ({
  regexp: new RegExp(`(${name}=[^,]*,?)`, 'y'),
  action: (parse, matched) => set(parse, valueAfterEquals(stripComma(matched)))
})

const textParameter = (name: string, key: TextKey): Pattern =>
  named(name, (parse, value) => saveText(parse, key, name, value))

const flag = (word: string, key: FlagKey, value: boolean): Pattern => ({
  regexp: new RegExp(`(${word},?)`, 'y'),
  action: (parse) => {
    parse.disk[key] = value
    return undefined
  }
})

const prefix = (words: string, set: (parse: DiskParse, word: string) => undefined): Pattern => ({
  regexp: new RegExp(`((?:${words}):)[^\\n]*`, 'y'),
  action: (parse, matched) => {
    parse.hasPrefix = true
    return set(parse, matched.slice(0, -1))
  }
})

const patterns: ReadonlyArray<Pattern> = [
  { regexp: /([ \t\n]+)(?:[^ \t\n][^\n]*)?/y, action: () => undefined },
  named('format', setFormat),
  flag('cdrom', 'isCdrom', true),
  flag('devtype=cdrom', 'isCdrom', true),
  flag('devtype=disk', 'isCdrom', false),
  {
    regexp: /(devtype=[^,]*,?)/y,
    action: (parse, matched) => fail(parse, 'unknown value for type', matched)
  },
  named('access', setAccess),
  textParameter('backend', 'backendDomname'),
  named('backendtype', setBackend),
  named('specification', setSpecification),
  textParameter('vdev', 'vdev'),
  textParameter('script', 'script'),
  flag('direct-io-safe', 'directIoSafe', true),
  flag('discard', 'discardEnable', true),
  flag('no-discard', 'discardEnable', false),
  flag('colo', 'coloEnable', true),
  flag('no-colo', 'coloEnable', false),
  textParameter('colo-host', 'coloHost'),
  named('colo-port', setColoPort),
  textParameter('colo-export', 'coloExport'),
  textParameter('active-disk', 'activeDisk'),
  textParameter('hidden-disk', 'hiddenDisk'),
  flag('trusted', 'trusted', true),
  flag('untrusted', 'trusted', false),
  flag('grant_usage=1', 'grantUsage', true),
  flag('grant_usage=0', 'grantUsage', false),
  {
    regexp: /(target=[^\n]*)/y,
    action: (parse, matched) => saveText(parse, 'pdevPath', 'target', valueAfterEquals(stripComma(matched)))
  },
  {
    regexp: /([a-z][-a-z0-9]*=[^,],?)/y,
    action: (parse, matched) => fail(parse, 'unknown parameter', matched)
  },
  prefix('raw|qcow2?|vhd', setFormat),
  prefix('iscsi|e?nbd|drbd', (parse, word) => saveText(parse, 'script', 'script', `block-${word}`)),
  prefix('tapdisk|tap2?|aio|ioemu|file|phy', () => undefined),
  {
    regexp: /([a-z][a-z0-9]*:)(?:[^a-z0-9\n][^\n]*)?/y,
    action: (parse, matched) => {
      fail(parse, 'unknown deprecated disk prefix', matched)
      return 'stop'
    }
  },
  { regexp: /([^=,]*,|[^=,]+)/y, action: positional }
]

const longestMatch = (
  word: string,
  pos: number
): { readonly action: Action; readonly text: string } | undefined => {
  let best: { readonly action: Action; readonly text: string } | undefined
  let bestLength = 0
  for (const { regexp, action } of patterns) {
    regexp.lastIndex = pos
    const match = regexp.exec(word)
    const text = match?.[1]
    if (match === null || text === undefined || match[0].length <= bestLength) continue
    best = { action, text }
    bestLength = match[0].length
  }
  return best
}

/** What no pattern matches starts with `=`; one that is the very last character goes unnoticed. */
const scanSpec = (parse: DiskParse, word: string): void => {
  let pos = 0
  while (pos < word.length) {
    const match = longestMatch(word, pos)
    if (match === undefined) {
      if (pos + 1 < word.length) fail(parse, 'bad disk syntax', word.slice(pos).split('\n', 1)[0])
      return
    }
    if (match.action(parse, match.text) === 'stop') return
    pos += match.text.length
  }
}

const finish = (parse: DiskParse): void => {
  const { disk } = parse
  disk.format ??= 'raw'
  if (disk.isCdrom === true) {
    disk.removable = true
    disk.readwrite = false
    if ((disk.pdevPath ?? '') === '') disk.format = 'empty'
  }
  if (disk.vdev === undefined) fail(parse, 'no vdev specified')
  else if (disk.pdevPath === undefined && disk.removable !== true) {
    fail(parse, 'no target specified (and device not removable)')
  }
}

/** Plain flags that are off are libxl's initial value, and initial values are absent. */
const withoutDefaults = (disk: Draft<DeviceDisk>): DeviceDisk => {
  const { readwrite, isCdrom, ...rest } = disk
  return {
    ...rest,
    ...(readwrite === true ? { readwrite } : {}),
    ...(isCdrom === true ? { isCdrom } : {})
  }
}
