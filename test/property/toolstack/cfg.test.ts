import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import * as ConfigFile from '../../../src/toolstack/cfg/ConfigFile.js'
import type { ConfigValue } from '../../../src/toolstack/cfg/ConfigFile.js'
import { parseCpuList } from '../../../src/toolstack/cfg/cpuList.js'
import { parseDisk } from '../../../src/toolstack/cfg/DeviceDisk.js'
import { parsePci } from '../../../src/toolstack/cfg/DevicePci.js'
import { domainConfigToJson } from '../../../src/toolstack/cfg/domainConfigJson.js'
import { jsonArray, jsonCPretty, jsonObject } from '../../../src/toolstack/cfg/jsonC.js'
import type { JsonValue } from '../../../src/toolstack/cfg/jsonC.js'
import { parseConfigFile } from '../../../src/toolstack/cfg/parseConfigFile.js'
import { parseDomainConfig } from '../../../src/toolstack/cfg/parseDomainConfig.js'
import { vdevNumber } from '../../../src/toolstack/cfg/vdev.js'
import { xlSettingsDefault } from '../../../src/toolstack/cfg/xlConf.js'

const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })

/** Texts that get deep into the grammar: its own tokens in any order. */
const tokens = fc
  .array(
    fc.constantFrom(
      ...['name', 'disk', 'vif', 'cpus', 'a', '=', '+=', '[', ']', ',', ';', '\n', ' ', '\t', '"x"', "'y'"],
      ...['1', '0x10', '"a,b=c"', '#c\n', '"\\n"', '"\\q"', '-', 'A', '"', "'", '\\', '\r', '\0', '#']
    ),
    { maxLength: 60 }
  )
  .map((parts) => parts.join(''))

const anyText = fc.oneof(bytes, tokens)

const environment = {
  topology: {
    pcpusTotal: 8,
    nodes: [
      [0, 1, 2, 3],
      [4, 5, 6, 7]
    ]
  },
  uuid: '01234567-89ab-cdef-0123-456789abcdef',
  settings: xlSettingsDefault
}

const identifier = fc.stringMatching(/^[a-z][._0-9a-z]{0,8}$/)

const single: fc.Arbitrary<ConfigValue> = bytes
  .map((text) => text.replaceAll('\0', ''))
  .map((text) => ({ _tag: 'Single', text }))

const value: fc.Arbitrary<ConfigValue> = fc.letrec<{ value: ConfigValue; list: ConfigValue }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, single, tie('list')),
  list: fc.array(tie('value'), { maxLength: 4 }).map((items) => ({ _tag: 'List', items }))
})).value

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t'
}

const print = (item: ConfigValue): string =>
  item._tag === 'Single'
    ? `"${item.text.replace(/["\\\n\r\t]/g, (c) => escapes[c] ?? c)}"`
    : `[ ${item.items.map(print).join(', ')} ]`

describe('texts of configurations', () => {
  it('any text gives a configuration or lines that name the source, and never an exception', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseConfigFile('s', text)
        if (E.isRight(parsed)) return
        expect(parsed.left.length).toBeGreaterThan(0)
        const remarks = parsed.left.filter((line) => !/^s:\d+: config parsing error near /.test(line))
        expect(remarks.length === 0 || remarks.every((line) => line.startsWith('warning: '))).toBe(true)
      }),
      { numRuns: 2000 }
    )
  })

  it('the tokens of the grammar give both outcomes, and printed texts have lists', () => {
    const outcomes = fc
      .sample(tokens, { numRuns: 500, seed: 7 })
      .map((text) => parseConfigFile('s', text)._tag)
    expect(outcomes.filter((tag) => tag === 'Left').length).toBeGreaterThan(50)
    const valid = fc.sample(fc.array(fc.tuple(identifier, value)), { numRuns: 100, seed: 7 })
    expect(valid.some((settings) => settings.some(([, item]) => item._tag === 'List'))).toBe(true)
  })

  it('a printed configuration reads as what was printed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(identifier, value), { maxLength: 6 }),
        fc.constantFrom('\n', ';', ' # remark\n', '\n\n'),
        (settings, end) => {
          const text = settings.map(([name, item]) => `${name}=${print(item)}${end}`).join('')
          const parsed = parseConfigFile('s', text)
          expect(
            E.isRight(parsed) ? parsed.right.settings.map((s) => [s.name, s.value]) : parsed.left
          ).toEqual(settings)
        }
      )
    )
  })

  it('an addition is the same as writing the longer value', () => {
    fc.assert(
      fc.property(fc.array(single, { maxLength: 5 }), fc.array(single, { maxLength: 5 }), (before, after) => {
        const list = (items: ReadonlyArray<ConfigValue>) => print({ _tag: 'List', items })
        const parsed = parseConfigFile('s', `k=${list(before)}\nk+=${list(after)}\n`)
        const found = E.isRight(parsed) ? ConfigFile.lookup(parsed.right, 'k')?.value : undefined
        expect(found).toEqual({ _tag: 'List', items: [...before, ...after] })
      })
    )
  })

  it.each([
    ['hashes', '# '.repeat(50_000)],
    ['quotes', '" '.repeat(50_001)],
    ['backslashes', '\\ "'.repeat(30_000)],
    ['brackets', '['.repeat(100_000)],
    ['errors', 'x y\n'.repeat(30_000)],
    ['commas', `a=[${'1,'.repeat(50_000)}]`],
    ['digits', `a=${'9'.repeat(100_000)}`],
    ['blanks', `a=1#${' '.repeat(50_000)}x${' '.repeat(50_000)}\n b=`],
    ['additions', 'a+=["x"]\n'.repeat(10_000)]
  ])(
    'long runs of %s take no long time',
    (_, text) => {
      const parsed = parseConfigFile('s', text)
      if (E.isRight(parsed)) ConfigFile.readNumber(parsed.right, 'a')
      expect(['Left', 'Right']).toContain(parsed._tag)
    },
    5000
  )
})

describe('configurations of domains', () => {
  const keys = [
    ...['type', 'builder', 'uuid', 'memory', 'maxmem', 'vcpus', 'maxvcpus', 'cpus', 'cpus_soft', 'on_crash'],
    ...['disk', 'vif', 'pci', 'vfb', 'vtpm', 'channel', 'p9', 'usbctrl', 'usbdev', 'vkb', 'virtio', 'vsnd'],
    ...['vnuma', 'cpuid', 'ioports', 'irqs', 'iomem', 'tsc_mode', 'timer_mode', 'viridian', 'smbios', 'rdm'],
    ...['bootloader_args', 'llc_colors', 'xenstore_quota', 'firmware', 'serial', 'mmio_hole', 'altp2m']
  ]
  const words = fc.oneof(
    bytes,
    fc.constantFrom(
      'hvm',
      'pvh',
      '0-3',
      'all',
      '/a,raw,xvda,w',
      'mac=1:2:3:4:5:6',
      '01:00.0',
      '512',
      '-1',
      ''
    ),
    fc.constantFrom(
      'backend=x',
      'connection=pty',
      'type=pv',
      'backend-type=qemu',
      'pnode=0',
      'size=1',
      'host,a=1'
    )
  )
  const text = fc
    .array(
      fc.tuple(
        fc.constantFrom(...keys),
        fc.oneof(words, fc.array(words, { maxLength: 3 }), fc.array(fc.array(words, { maxLength: 2 })))
      ),
      { maxLength: 4 }
    )
    .map((settings) => {
      const show = (item: string | ReadonlyArray<unknown>): ConfigValue =>
        typeof item === 'string'
          ? { _tag: 'Single', text: item.replaceAll('\0', '') }
          : { _tag: 'List', items: item.map((part) => show(part as string)) }
      const lines = settings.map(([key, item]) => `${key}=${print(show(item))}`)
      return `name="g"\nkernel="/k"\n${lines.join('\n')}\n`
    })

  it('any values give a configuration or an exit status with lines, and never an exception', () => {
    fc.assert(
      fc.property(text, (source) => {
        const parsed = parseDomainConfig(environment, 's', source)
        if (E.isLeft(parsed)) {
          expect(parsed.left.exitCode).toBeGreaterThan(0)
          return
        }
        const json = jsonCPretty(domainConfigToJson(parsed.right.config, 'stored'))
        expect(() => JSON.parse(json) as unknown).not.toThrow()
        expect(JSON.parse(JSON.stringify(parsed.right.config))).toEqual(parsed.right.config)
      }),
      { numRuns: 2000 }
    )
  })

  it('both outcomes are common', () => {
    const outcomes = fc
      .sample(text, { numRuns: 500, seed: 11 })
      .map((source) => parseDomainConfig(environment, 's', source)._tag)
    for (const tag of ['Left', 'Right'])
      expect(outcomes.filter((found) => found === tag).length).toBeGreaterThan(50)
  })

  it('reading is a function of the text', () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(parseDomainConfig(environment, 's', source)).toEqual(
          parseDomainConfig(environment, 's', source)
        )
      }),
      { numRuns: 100 }
    )
  })
})

describe('specifications of devices', () => {
  it('any text is a disk or is refused with a line', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(bytes, tokens), { maxLength: 4 }), (words) => {
        const disk = parseDisk('s', words)
        if (E.isLeft(disk))
          expect(disk.left.every((line) => line.startsWith('s: config parsing error'))).toBe(true)
        else expect(disk.right.vdev).toBeDefined()
      }),
      { numRuns: 1000 }
    )
  })

  it('a disk written with names reads as it was written', () => {
    const word = fc.stringMatching(/^[a-z0-9/.:-]{1,12}$/)
    fc.assert(
      fc.property(
        word,
        word,
        fc.constantFrom('raw', 'qcow2', 'vhd'),
        fc.boolean(),
        (path, vdev, format, isRw) => {
          const spec = `vdev=${vdev}, format=${format},access=${isRw ? 'rw' : 'ro'}, target=${path}`
          expect(parseDisk('s', [spec])).toEqual(
            E.right({ vdev, format, pdevPath: path, ...(isRw ? { readwrite: true } : {}) })
          )
        }
      )
    )
  })

  it('PCI specifications never throw', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, fc.stringMatching(/^[0-9a-f:.@,=*a-z]{0,20}$/)), (spec) => {
        expect(['Left', 'Right']).toContain(parsePci({}, spec)._tag)
      })
    )
  })

  it('different Xen disks have different numbers', () => {
    const disk = fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(disk, disk, (a, b) => {
        const number = ([letters, partition]: readonly [string, number]) =>
          vdevNumber(`xvd${letters}${partition === 0 ? '' : partition}`)
        const [x, y] = [number(a), number(b)]
        expect(O.isSome(x) && O.isSome(y)).toBe(true)
        if (a[0] !== b[0] || a[1] !== b[1]) expect(x).not.toEqual(y)
      })
    )
  })
})

describe('cpu lists', () => {
  const term = fc.record({
    isExcluded: fc.boolean(),
    isNode: fc.boolean(),
    first: fc.integer({ min: 0, max: 9 }),
    span: fc.integer({ min: 0, max: 4 })
  })

  it('agree with sets evaluated by hand', () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 6 }), (terms) => {
        const text = terms.map(
          ({ isExcluded, isNode, first, span }) =>
            `${isExcluded ? '^' : ''}${isNode ? 'node:' : ''}${first}${span === 0 ? '' : `-${first + span}`}`
        )
        const expected = new Set<number>()
        for (const { isExcluded, isNode, first, span } of terms) {
          for (let number = first; number <= first + span; number += 1) {
            const cpus = isNode ? (environment.topology.nodes[number] ?? []) : number < 8 ? [number] : []
            for (const cpu of cpus) {
              if (isExcluded) expected.delete(cpu)
              else expected.add(cpu)
            }
          }
        }
        const sorted = [...expected].sort((a, b) => a - b)
        expect(parseCpuList(text.join(','), environment.topology)).toEqual(E.right(sorted))
      })
    )
  })

  it('any text is a set or is refused, and large numbers cost nothing', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, fc.stringMatching(/^[0-9,^-]{0,20}$/)), (text) => {
        const parsed = parseCpuList(text, environment.topology)
        if (E.isRight(parsed)) expect(parsed.right.every((cpu) => cpu >= 0 && cpu < 8)).toBe(true)
      }),
      { numRuns: 1000 }
    )
    expect(parseCpuList('0-18446744073709551614', environment.topology)).toEqual(
      parseCpuList('all', environment.topology)
    )
  })
})

describe('JSON text', () => {
  const json: fc.Arbitrary<JsonValue> = fc.letrec<{ json: JsonValue; list: JsonValue; object: JsonValue }>(
    (tie) => ({
      json: fc.oneof(
        { maxDepth: 3 },
        bytes,
        fc.maxSafeInteger().map((n) => n + 0),
        fc.boolean(),
        tie('list'),
        tie('object')
      ),
      list: fc.array(tie('json'), { maxLength: 4 }).map(jsonArray),
      object: fc
        .uniqueArray(fc.tuple(bytes, tie('json')), { selector: ([key]) => key, maxLength: 4 })
        .map(jsonObject)
    })
  ).json

  const plain = (item: JsonValue): unknown => {
    if (typeof item !== 'object' || item === null) return item
    if (item._tag === 'Array') return item.items.map(plain)
    return Object.fromEntries(item.members.map(([key, member]) => [key, plain(member)]))
  }

  it('reads back as the value', () => {
    fc.assert(
      fc.property(json, (item) => {
        expect(JSON.parse(jsonCPretty(item))).toEqual(plain(item))
      })
    )
  })
})
