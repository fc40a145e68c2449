import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import { memoryOf, storedForm, vcpusOf } from '../../../../src/toolstack/cfg/DomainConfig.js'
import type { DomainConfig } from '../../../../src/toolstack/cfg/DomainConfig.js'
import { parseDomainConfig } from '../../../../src/toolstack/cfg/parseDomainConfig.js'
import { environment, uuidDrawn } from './environment.js'

const parse = (text: string) => parseDomainConfig(environment, 't.cfg', text)

const config = (text: string): DomainConfig => {
  const parsed = parse(text)
  if (E.isLeft(parsed)) throw new Error(parsed.left.lines.join('\n'))
  return parsed.right.config
}

const lines = (text: string): ReadonlyArray<string> => {
  const parsed = parse(text)
  return E.isLeft(parsed) ? parsed.left.lines : parsed.right.lines
}

const failure = (text: string) => {
  const parsed = parse(text)
  return E.isLeft(parsed) ? [parsed.left.exitCode, ...parsed.left.lines] : ['no error']
}

const pv = 'name="g"\nkernel="/k"\n'
const hvm = 'name="g"\ntype="hvm"\n'

describe('what kind of domain (xl-cfg.md §3.1)', () => {
  it.each([
    ['', 'pv'],
    ['type="hvm"', 'hvm'],
    ['type="h"', 'hvm'],
    ['type="p"', 'pv'],
    ['type="pv"', 'pv'],
    ['type="pvh"', 'pvh'],
    ['type=""', 'hvm'],
    ['builder="hvm"', 'hvm'],
    ['builder="generic"', 'pv'],
    ['type="pv"\nbuilder="gen"', 'pv']
  ])('%j is %s', (text, type) => {
    expect(config(`${pv}${text}\n`).createInfo.type).toBe(type)
  })

  it.each([
    ['type="xen"', 'Invalid domain type xen.'],
    ['type="hvm"\nbuilder="generic"', 'Contradicting "builder" and "type" options specified.'],
    ['uuid="zz"', 'Failed to parse UUID: zz'],
    ['passthrough="x"', "ERROR: unknown passthrough option 'x'"],
    ['vcpus=4\nmaxvcpus=2', 'xl: maxvcpus < vcpus'],
    ['cpus="0-9x"\nvcpus=1', 'Invalid pcpu range: 0-9x.'],
    ['on_crash="explode"', 'Unknown on_crash action "explode" specified'],
    ['tsc_mode="x"', 'ERROR: invalid value "x" for "tsc_mode"'],
    ['firmware="pvgrub32"', 'ERROR: both kernel and firmware specified'],
    ['disk=["/a"]', "t.cfg: config parsing error in disk specification: no vdev specified in `/a'"],
    ['vif=["rate=x"]', "t.cfg: config parsing error in vif: invalid rate in `x'"],
    ['vtpm=["uuid=x"]', 'Failed to parse vtpm UUID: x'],
    ['vtpm=[""]', 'vtpm spec missing required backend field!'],
    ['channel=["name=x"]', "channel has unknown 'connection'"],
    ['xenstore_quota=["nodes"]', 'Quota specification "nodes" lacks "=".']
  ])('%j is fatal with exit 1', (text, line) => {
    expect(failure(`${pv}${text}\n`)).toEqual([1, line])
  })

  it('a name, and something to boot, are required', () => {
    expect(failure('memory=1\n')).toEqual([1, 'Domain name must be specified.'])
    expect(failure('name="x"\n')).toEqual([1, 'Neither kernel nor bootloader specified'])
    expect(failure('name="x"\nfirmware="grub"\n')).toEqual([
      1,
      'ERROR: only pvgrub{32|64} supported as firmware options'
    ])
  })

  it('limits on grants out of range end the program without a word', () => {
    expect(failure(`${pv}max_grant_frames="-1"\n`)).toEqual([1])
    expect(failure(`${pv}max_maptrack_frames="x"\n`)).toEqual([1])
  })

  it('other exit codes', () => {
    expect(failure(`${pv}timer_mode=1\n`)).toEqual([
      3,
      'ERROR: "timer_mode" option is not supported for PV guests.'
    ])
    expect(failure(`${pv}pci=["zz"]\n`)).toEqual([6, "unable to parse PCI_SPEC_STRING `zz' for passthrough"])
  })

  it('a text that does not parse', () => {
    expect(failure('a=\n')).toEqual([
      1,
      't.cfg:0: config parsing error near <newline>: syntax error, unexpected NEWLINE, ' +
        "expecting STRING or NUMBER or '['",
      'Failed to parse config: Invalid argument'
    ])
  })

  it('the uuid is the one given, or the one drawn', () => {
    expect(config(pv).createInfo.uuid).toBe(uuidDrawn)
    const given = '11111111-2222-3333-4444-55555555AAAA'
    expect(config(`${pv}uuid="${given}"\n`).createInfo.uuid).toBe(given.toLowerCase())
    expect(config(`${pv}uuid="${given.replaceAll('-', '')}"\n`).createInfo.uuid).toBe(given.toLowerCase())
  })
})

describe('warnings leave the key unset, in the order of the keys (xl-cfg.md §2.2)', () => {
  it('wrong kinds', () => {
    const text = `${pv}vcpus="two"\nmemory=["1"]\ndisk="x"\ncpu_weight=1\ncpu_weight+=2\n`
    expect(lines(text)).toEqual([
      "t.cfg:7: warning: can't use += with numbers for parameter `cpu_weight'",
      "t.cfg:4: warning: parameter `memory' is a list but should be a single value",
      "t.cfg:3: warning: parameter `vcpus' is not a valid number",
      "t.cfg:5: warning: parameter `disk' is a single value but should be a list"
    ])
    expect(config(text).buildInfo.maxVcpus).toBeUndefined()
  })

  it.each([
    ['cmdline="c"\nroot="/dev/x"', 'Warning: ignoring root= and extra= in favour of cmdline='],
    [
      'tsc_mode=2',
      'WARNING: specifying "tsc_mode" as an integer is deprecated. ' +
        'Please use the named parameter variant. e.g. tsc_mode="native"'
    ],
    [
      'bootloader_args="a b"',
      'WARNING: Specifying "bootloader_args" as a string is deprecated. Please use a list of arguments.'
    ],
    ['vif=["bogus=1"]', "unrecognized argument `bogus=1'"],
    ['device_model_override="/x"', 'WARNING: device model override given without specific DM version']
  ])('%j', (text, line) => {
    expect(lines(`${pv}${text}\n`)).toEqual([line])
  })

  it('unknown keys are ignored', () => {
    expect(lines(`${pv}no_such_key=["a"]\nbudget=5\n`)).toEqual([])
  })
})

describe('memory and vCPUs (xl-cfg.md §3.1)', () => {
  it.each([
    ['', { maxMemkb: 32768, targetMemkb: 32768 }],
    ['memory=128', { maxMemkb: 131072, targetMemkb: 131072 }],
    ['maxmem=256', { maxMemkb: 262144, targetMemkb: 262144 }],
    ['memory=128\nmaxmem=0x100', { maxMemkb: 262144, targetMemkb: 131072 }],
    ['memory="256"\nmaxmem=128', { maxMemkb: 131072, targetMemkb: 262144 }]
  ])('%j', (text, memory) => {
    expect(memoryOf(config(`${pv}${text}\n`))).toEqual(memory)
  })

  it.each([
    ['', { maxVcpus: 1, availVcpus: [0] }],
    ['vcpus=2', { maxVcpus: 2, availVcpus: [0, 1] }],
    ['vcpus=2\nmaxvcpus=3', { maxVcpus: 3, availVcpus: [0, 1] }],
    ['vcpus=0', { maxVcpus: 1, availVcpus: [0] }],
    ['maxvcpus=4', { maxVcpus: 4, availVcpus: [0] }]
  ])('%j', (text, vcpus) => {
    expect(vcpusOf(config(`${pv}${text}\n`))).toEqual(vcpus)
  })
})

describe('affinity (xl-cfg.md §4)', () => {
  it('a string holds for all vCPUs; only a soft one stops automatic placement', () => {
    const { buildInfo } = config(`${pv}vcpus=2\nmaxvcpus=3\ncpus="node:1"\n`)
    expect(buildInfo.vcpuHardAffinity).toEqual([
      [2, 3],
      [2, 3],
      [2, 3]
    ])
    expect(buildInfo.numaPlacement).toBeUndefined()
    expect(config(`${pv}vcpus=1\ncpus_soft="0"\n`).buildInfo).toMatchObject({
      vcpuSoftAffinity: [[0]],
      numaPlacement: false
    })
  })

  it('a list gives each vCPU its own, ignores the rest, and stops automatic placement', () => {
    expect(config(`${pv}vcpus=2\ncpus=["0","1-2","3"]\n`).buildInfo).toMatchObject({
      vcpuHardAffinity: [[0], [1, 2]],
      numaPlacement: false
    })
    expect(config(`${pv}vcpus=3\ncpus=["0"]\n`).buildInfo.vcpuHardAffinity).toEqual([[0]])
  })

  it('without a number of vCPUs there is nothing to keep a string for', () => {
    expect(config(`${pv}cpus="1"\n`).buildInfo.vcpuHardAffinity).toBeUndefined()
    expect(failure(`${pv}cpus="^all"\n`)).toEqual([1, 'Can\'t combine "^" and "all".'])
  })
})

describe('vnuma (xl-cfg.md §8)', () => {
  const nodes =
    'vnuma=[["pnode=0","size=64","vcpus=0,1"],["pnode=1","size = 64","vcpus=2-3","vdistances=20,10"]]'

  it('defines vCPUs and memory that are not given', () => {
    const { buildInfo } = config(`${pv}${nodes}\n`)
    expect(buildInfo).toMatchObject({ maxVcpus: 4, maxMemkb: 131072, numaPlacement: false })
    expect(buildInfo.vnumaNodes).toEqual([
      { memkb: 65536, distances: [0, 0], vcpus: [0, 1] },
      { memkb: 65536, distances: [20, 10], pnode: 1, vcpus: [2, 3] }
    ])
  })

  it.each([
    [`maxvcpus=3\n${nodes}`, 'xl: vnuma vcpus and maxvcpus= mismatch'],
    [`maxmem=100\n${nodes}`, 'xl: maxmem and vnuma memory size mismatch'],
    ['vnuma=[["pnode=2"]]', 'xl: invalid pnode number: 2'],
    ['vnuma=["x"]', 'xl: cannot get vnode config option list'],
    ['vnuma=[["size"]]', 'xl: failed to split "size" into pair']
  ])('%j is fatal', (text, line) => {
    expect(failure(`${pv}${text}\n`)).toEqual([1, line])
  })
})

describe('the rest', () => {
  it('command lines', () => {
    expect(config(`${pv}root="/dev/x"\nextra="ro"\n`).buildInfo.cmdline).toBe('root=/dev/x ro')
    expect(config(`${pv}root="/dev/x"\n`).buildInfo.cmdline).toBe('root=/dev/x')
    expect(config(`${pv}extra="ro"\n`).buildInfo.cmdline).toBe('ro')
    expect(config(pv).buildInfo.cmdline).toBeUndefined()
  })

  it('firmware of PV and PVH is a kernel', () => {
    expect(config('name="x"\nfirmware="pvgrub64"\n').buildInfo.kernel).toBe(
      `${environment.settings.firmwareDir}/pvgrub64.bin`
    )
  })

  it('PCI devices of a PV domain force the memory map of the host', () => {
    const { buildInfo, pcidevs } = config(`${pv}pci=["01:00.0"]\npci_permissive=1\n`)
    expect(buildInfo.pv).toEqual({ e820Host: true })
    expect(pcidevs).toEqual([{ bus: 1, vfuncMask: 1, permissive: true, rdmPolicy: 'strict' }])
  })

  it('a framebuffer brings a keyboard; vnc=1 makes one for PV', () => {
    const { vfbs, vkbs } = config(`${pv}vfb=["vnc=1,vnclisten=0.0.0.0,keymap=de"]\n`)
    expect(vfbs).toEqual([{ devid: 0, vnc: { enable: true, listen: '0.0.0.0' }, sdl: {}, keymap: 'de' }])
    expect(vkbs).toEqual([[['devid', 0]]])
    expect(config(`${pv}vnc=1\n`).vfbs).toEqual([{ devid: 0, vnc: { enable: true }, sdl: {} }])
    expect(config(`${pv}vnc=0\n`).vfbs).toEqual([])
  })

  it('keys of HVM domains', () => {
    const keys = [
      ...['boot="c"', 'viridian=["base","!freq","defaults"]', 'vga="stdvga"', 'vnc=1', 'firmware="ue"'],
      ...['serial=["pty","file:x"]', 'mmio_hole=256', 'hvm_pirq=1']
    ]
    const text = `${hvm}${keys.join('\n')}\n`
    expect(config(text).buildInfo.hvm).toEqual({
      boot: 'c',
      viridian: true,
      viridianEnable: [0],
      viridianDisable: [1],
      vga: { kind: 'std' },
      vnc: { enable: true },
      sdl: {},
      bios: 'ovmf',
      serialList: ['pty', 'file:x'],
      mmioHoleMemkb: 262144,
      pirq: true
    })
  })

  it.each([
    ['mmio_hole=255', [1, 'ERROR: invalid value 255 for "mmio_hole"']],
    ['bios="x"', [1, 'ERROR: invalid value "x" for "bios"']],
    ['vga="x"', [1, 'Unknown vga "x" specified']],
    ['viridian=["x"]', [3, "xl: unknown viridian enlightenment 'x'"]],
    ['timer_mode="x"', [1, 'ERROR: invalid value "x" for "timer_mode"']],
    ['vkb=["backend=x"]', [1, 'backend-type should be set in vkb spec']]
  ])('%j is fatal for HVM', (text, expected) => {
    expect(failure(`${hvm}${text}\n`)).toEqual(expected)
  })

  it('the stored form numbers interfaces, gives them a type, and knows the video memory', () => {
    const stored = storedForm(config(`${hvm}vif=["","devid=5"]\ndisk=["/a,raw,hda,w"]\n`))
    expect(stored.nics.map((nic) => [nic.devid, nic.nictype])).toEqual([
      [0, 'vif_ioemu'],
      [5, 'vif_ioemu']
    ])
    expect(stored.buildInfo.videoMemkb).toBe(8192)
    expect(stored.disks[0]?.coloRestoreEnable).toBe(false)
  })

  it('defaults of xl.conf reach interfaces and limits', () => {
    const settings = { ...environment.settings, vifBridge: 'br9', maxGrantFrames: 10, claimMode: false }
    const parsed = parseDomainConfig({ ...environment, settings }, 't.cfg', `${pv}vif=[""]\n`)
    expect(E.isRight(parsed) ? parsed.right.config.nics : []).toEqual([{ bridge: 'br9', devid: 0 }])
    expect(E.isRight(parsed) ? parsed.right.config.buildInfo : {}).toMatchObject({
      maxGrantFrames: 10,
      claimMode: false
    })
  })
})

describe('cache colours', () => {
  it('below 0 wrap to 64 bits as in C and are refused there, at once', () => {
    expect(failure(`${pv}llc_colors=["-1"]\n`)).toEqual([1, 'xl: Invalid LLC color range: -1'])
  })
  it('are listed from first to last', () => {
    expect(config(`${pv}llc_colors=["1-3","7"]\n`).buildInfo.llcColors).toEqual([1, 2, 3, 7])
  })
})
