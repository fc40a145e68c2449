import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'

import { applyNicWord } from '../../../../src/toolstack/cfg/DeviceNic.js'
import type { DeviceNic } from '../../../../src/toolstack/cfg/DeviceNic.js'
import { allFunctionsMask, parsePci } from '../../../../src/toolstack/cfg/DevicePci.js'
import { vdevNumber } from '../../../../src/toolstack/cfg/vdev.js'
import { parseVifRate } from '../../../../src/toolstack/cfg/vifRate.js'

describe('device numbers of xl-cfg.md §10.2', () => {
  it.each([
    ['xvda', 51712],
    ['xvdb', 51728],
    ['xvda1', 51713],
    ['xvdp', 51952],
    ['xvdp15', 51967],
    ['xvdq', 268439552],
    ['xvda16', 268435472],
    ['xvdz', 268441856],
    ['xvdaa', 268442112],
    ['hda', 768],
    ['hdb', 832],
    ['hdc', 5632],
    ['hdd', 5696],
    ['sda', 2048],
    ['sda1', 2049],
    ['sdb', 2064],
    ['sdp', 2288],
    ['d5p3', 51795],
    ['d20p1', 268440577],
    ['0xca00', 51712]
  ])('%s is %i', (vdev, number) => {
    expect(vdevNumber(vdev)).toEqual(O.some(number))
  })

  it.each(['hde', 'sdq', 'hda64', 'xvda01', 'xvd', '', 'xvda256', 'd1', 'd1p256', '4294967296', 'xvda1x'])(
    '%j is none',
    (vdev) => {
      expect(vdevNumber(vdev)).toEqual(O.none)
    }
  )
})

describe('rates of xl-cfg.md §10.3', () => {
  it.each([
    ['10Mb/s', 62500, 50000],
    ['250KB/s', 12500, 50000],
    ['1MB/s@20ms', 20000, 20000],
    ['1GB/s', 50000000, 50000],
    ['1Gb/s', 6250000, 50000],
    ['100B/s@1s', 100, 1000000],
    ['1MB/s@5', 5000000, 5000000],
    ['1MB/s@5us', 5, 5]
  ])('%s', (text, bytesPerInterval, intervalUsecs) => {
    expect(parseVifRate('t.cfg', text)).toEqual(E.right({ bytesPerInterval, intervalUsecs }))
  })

  it.each([
    ['0B/s', 'rate overflow', '0B/s'],
    ['10Mb', 'invalid rate', '10Mb'],
    ['10mb/s', 'invalid rate', '10mb/s'],
    ['1MB/s@', 'invalid replenishment interval', ''],
    ['1MB/s@5ns', 'invalid replenishment interval', '5ns'],
    ['@20ms', 'no rate specified', '@20ms'],
    ['5000000000B/s', 'rate overflow', '5000000000B/s'],
    ['1MB/s@5000s', 'replenishment interval overflow', '5000s'],
    ['4294967295GB/s@4294s', 'rate overflow', '4294967295GB/s@4294s']
  ])('%s is refused', (text, message, shown) => {
    expect(parseVifRate('t.cfg', text)).toEqual(
      E.left(`t.cfg: config parsing error in vif: ${message} in \`${shown}'`)
    )
  })
})

describe('PCI specifications of xl-cfg.md §10.4', () => {
  it.each([
    ['01:00.0', { bus: 1, vfuncMask: 1 }],
    ['1:0.0@4', { bus: 1, vfuncMask: 1, vdevfn: 0x20 }],
    ['01:00.*', { bus: 1, vfuncMask: allFunctionsMask }],
    [
      '01:00.0@5,msitranslate=1,seize=1,power_mgmt=1',
      { bus: 1, vfuncMask: 1, vdevfn: 0x28, msitranslate: true, seize: true, powerMgmt: true }
    ],
    ['bdf=01:00.1,vslot=7', { bus: 1, func: 1, vfuncMask: 1, vdevfn: 0x38 }],
    ['name=foo', { name: 'foo' }],
    [
      '0002:ff:1f.7,rdm_policy=Relaxed',
      { domain: 2, bus: 255, dev: 31, func: 7, vfuncMask: 1, rdmPolicy: 'relaxed' }
    ]
  ])('%s', (spec, pci) => {
    expect(parsePci({}, spec)).toEqual(E.right(pci))
  })

  it.each([
    '01:00.0,name=foo',
    '01:00.8',
    '20000:01:00.0',
    '01:00.0,bogus=1',
    '01:00.0@20',
    '',
    '01:20.0',
    'x'
  ])('%j is refused', (spec) => {
    expect(E.isLeft(parsePci({}, spec))).toBe(true)
  })
})

describe('network interfaces (xl-cfg.md §6.1)', () => {
  const apply = (...words: ReadonlyArray<string>) => {
    let nic: DeviceNic = {}
    const lines: string[] = []
    for (const word of words) {
      const applied = applyNicWord('t.cfg', nic, word)
      lines.push(...applied.lines)
      if (applied._tag === 'Fatal') return { fatal: true, lines }
      nic = applied.nic
    }
    return { nic, lines }
  }

  it('all keys', () => {
    expect(
      apply(
        ...['mac=00:16:3E:1:02-aA', 'bridge=b', 'gatewaydev=g', 'type=ioemu', 'model=e1000', 'vifname=v'],
        ...['script=s', 'ip=1.2.3.4', 'backend=net', 'devid=3', 'vlan=7', 'mtu=9000', 'rate=10Mb/s'],
        ...['untrusted', 'forwarddev=f', 'colo_checkpoint_port=1', 'colo_sock_mirror_id=2']
      )
    ).toEqual({
      nic: {
        mac: '00:16:3e:01:02:aa',
        bridge: 'b',
        gatewaydev: 'g',
        nictype: 'vif_ioemu',
        model: 'e1000',
        ifname: 'v',
        script: 's',
        ip: '1.2.3.4',
        backendDomname: 'net',
        devid: 3,
        vlan: '7',
        mtu: 9000,
        rateBytesPerInterval: 62500,
        rateIntervalUsecs: 50000,
        trusted: false,
        coloftForwarddev: 'f',
        colo: [
          ['colo_sock_mirror_id', '2'],
          ['colo_checkpoint_port', '1']
        ]
      },
      lines: []
    })
  })

  it.each([
    ['bogus=1', "unrecognized argument `bogus=1'"],
    ['mac=0:1:2', "Invalid parameter `mac'."],
    ['mac=100:1:2:3:4:5', "Invalid parameter `mac'."],
    ['type=x', "Invalid parameter `type'."],
    ['accel=1', 'the accel parameter for vifs is currently not supported'],
    ['netdev=eth0', 'the netdev parameter is deprecated, please use gatewaydev instead']
  ])('%s is remarked on', (word, line) => {
    expect(apply(word).lines).toEqual([line])
  })

  it('a wrong rate or number is fatal', () => {
    expect(apply('rate=1')).toEqual({
      fatal: true,
      lines: ["t.cfg: config parsing error in vif: invalid rate in `1'"]
    })
    expect(apply('devid=x')).toEqual({ fatal: true, lines: ['xl: failed to convert "x" to number'] })
  })
})
