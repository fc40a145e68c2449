import { readFileSync } from 'node:fs'

import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import { emptyDomainConfig } from '../../../../src/toolstack/cfg/DomainConfig.js'
import type { DomainConfig } from '../../../../src/toolstack/cfg/DomainConfig.js'
import {
  diskToJson,
  domainConfigToJson,
  domainListToJson,
  nicToJson
} from '../../../../src/toolstack/cfg/domainConfigJson.js'
import { parseDisk } from '../../../../src/toolstack/cfg/DeviceDisk.js'
import { storedForm } from '../../../../src/toolstack/cfg/DomainConfig.js'
import { jsonArray, jsonCPretty, jsonObject } from '../../../../src/toolstack/cfg/jsonC.js'
import { parseDomainConfig } from '../../../../src/toolstack/cfg/parseDomainConfig.js'
import { environment, uuidDrawn } from './environment.js'

const fixture = JSON.parse(
  readFileSync(new URL('../../../fixtures/toolstack/xl-list-long.json', import.meta.url), 'utf8')
) as { files: Record<string, string>; listAll: string; listA5: string }

const parsedConfig = (file: string): DomainConfig => {
  const parsed = parseDomainConfig(environment, file, fixture.files[file] ?? '')
  if (E.isLeft(parsed)) throw new Error(parsed.left.lines.join('\n'))
  expect(parsed.right.lines).toEqual([])
  return parsed.right.config
}

const quota = [
  ['nodes', 1000],
  ['watches', 128],
  ['outstanding', 20],
  ['memory', 2621440],
  ['soft-memory', 2097152],
  ['transactions', 10],
  ['transaction-nodes', 1024],
  ['node-permissions', 5],
  ['path-max', 2048],
  ['node-size', 2048]
].map(([name, val]) => ({ name: String(name), val: Number(val) }))

/** What the toolstack merges into a stored configuration before it shows it. */
const live = (config: DomainConfig, uuid?: string): DomainConfig => ({
  ...config,
  createInfo: { ...config.createInfo, ...(uuid === undefined ? {} : { uuid }) },
  buildInfo: {
    ...config.buildInfo,
    schedParams: {
      sched: 'credit2',
      weight: config.buildInfo.schedParams.weight ?? 256,
      cap: config.buildInfo.schedParams.cap ?? 0
    },
    xenstoreQuota: quota
  }
})

const uuids = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/"uuid":"([^"]*)"/g)].map((match) => match[1] ?? '')

describe('xl list -l (recorded)', () => {
  it('domain 0 and four domains, byte for byte', () => {
    const drawn = uuids(fixture.listAll)
    const dom0 = emptyDomainConfig('pv')
    const named: DomainConfig = {
      ...dom0,
      createInfo: { ...dom0.createInfo, name: 'Domain-0' },
      buildInfo: { ...dom0.buildInfo, maxMemkb: 1048576, targetMemkb: 1048576 }
    }
    const entries = ['/tmp/d1.cfg', '/tmp/d2.cfg', '/tmp/d3.cfg', '/tmp/d4.cfg'].map((file, index) => ({
      domid: index + 1,
      config: live(storedForm(parsedConfig(file)), drawn[index])
    }))
    const json = domainListToJson([{ domid: 0, config: live(named) }, ...entries])
    expect(`${jsonCPretty(json)}\n`).toBe(fixture.listAll)
  })

  it('an action that is not the default, byte for byte', () => {
    const config = live(storedForm(parsedConfig('/tmp/a5.cfg')), uuids(fixture.listA5)[0])
    expect(`${jsonCPretty(domainListToJson([{ domid: 8, config }]))}\n`).toBe(fixture.listA5)
  })
})

describe('xl create -n', () => {
  it('shows what was parsed, before the library fills in anything', () => {
    const text = jsonCPretty(domainConfigToJson(parsedConfig('/tmp/d1.cfg'), 'parsed'))
    expect(text).toBe(
      [
        '{',
        '  "c_info":{',
        '    "type":"pv",',
        '    "name":"d1",',
        '    "domid":4294967295,',
        `    "uuid":"${uuidDrawn}",`,
        '    "run_hotplug_scripts":"True"',
        '  },',
        '  "b_info":{',
        '    "max_vcpus":1,',
        '    "avail_vcpus":[',
        '      0',
        '    ],',
        '    "max_memkb":131072,',
        '    "target_memkb":131072,',
        '    "sched_params":{',
        '    },',
        '    "claim_mode":"True",',
        '    "kernel":"\\/tmp\\/vmlinux",',
        '    "cmdline":"console=hvc0 mode=idle",',
        '    "ramdisk":"\\/tmp\\/domu.gz",',
        '    "type.pv":{',
        '    },',
        '    "arch_arm":{',
        '      "arm_sci":{',
        '      }',
        '    },',
        '    "arch_x86":{',
        '    },',
        '    "xenstore_quota":{',
        '    }',
        '  },',
        '  "on_reboot":"restart",',
        '  "on_soft_reset":"soft_reset"',
        '}'
      ].join('\n')
    )
  })

  it('the stored stage adds what creation writes back, and nothing to a stored configuration', () => {
    const config = parsedConfig('/tmp/d2.cfg')
    const stored = storedForm(config)
    expect(stored).not.toEqual(config)
    expect(storedForm(stored)).toEqual(stored)
    expect(domainConfigToJson(config, 'stored')).toEqual(domainConfigToJson(stored, 'parsed'))
  })
})

describe('dry runs of the attach commands (xl-commands.md §11.2)', () => {
  it('a disk', () => {
    const disk = parseDisk('command line', ['phy:/dev/null', 'xvdb', 'w'])
    expect(E.isRight(disk) ? jsonCPretty(diskToJson(disk.right)) : disk.left).toBe(
      '{\n  "pdev_path":"\\/dev\\/null",\n  "vdev":"xvdb",\n  "format":"raw",\n  "readwrite":1\n}'
    )
  })

  it('an interface', () => {
    expect(jsonCPretty(nicToJson({ bridge: 'b0', mac: '00:16:3e:00:00:09' }))).toBe(
      '{\n  "mac":"00:16:3e:00:00:09",\n  "bridge":"b0"\n}'
    )
  })
})

describe('json-c', () => {
  it('escapes what json-c escapes', () => {
    expect(jsonCPretty('a/b"c\\d\n\t\r\b\f\x01\x1f\xe4')).toBe(
      '"a\\/b\\"c\\\\d\\n\\t\\r\\b\\f\\u0001\\u001f\xe4"'
    )
  })

  it('empty arrays and objects take two lines, members keep their order', () => {
    const value = jsonObject([
      ['10', jsonArray([])],
      ['2', jsonArray([1, null, true])]
    ])
    expect(jsonCPretty(value)).toBe('{\n  "10":[\n  ],\n  "2":[\n    1,\n    null,\n    true\n  ]\n}')
  })
})
