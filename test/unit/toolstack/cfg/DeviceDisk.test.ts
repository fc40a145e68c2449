import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import { parseDisk } from '../../../../src/toolstack/cfg/DeviceDisk.js'
import type { DeviceDisk } from '../../../../src/toolstack/cfg/DeviceDisk.js'

const parse = (...words: ReadonlyArray<string>) => parseDisk('t.cfg', words)

/** The line of an error in a specification of one word. */
const line = (message: string, spec: string): string =>
  `t.cfg: config parsing error in disk specification: ${message} in \`${spec}'`

const raw = (pdevPath: string, vdev: string): DeviceDisk => ({
  pdevPath,
  vdev,
  format: 'raw',
  readwrite: true
})

describe('disk specifications of xl-cfg.md §10.2', () => {
  const cases: ReadonlyArray<readonly [string, DeviceDisk]> = [
    ['/dev/vg/lv,raw,xvda,rw', raw('/dev/vg/lv', 'xvda')],
    ['/dev/vg/lv,,hda,r', { pdevPath: '/dev/vg/lv', vdev: 'hda', format: 'raw' }],
    [
      'format=qcow2, vdev=xvdb, access=ro, target=/a,b c',
      { pdevPath: '/a,b c', vdev: 'xvdb', format: 'qcow2' }
    ],
    [
      '/root/image.iso,,hdc,cdrom',
      { pdevPath: '/root/image.iso', vdev: 'hdc', format: 'raw', isCdrom: true, removable: true }
    ],
    [',,hdc:cdrom,r', { pdevPath: '', vdev: 'hdc', format: 'empty', isCdrom: true, removable: true }],
    [',hdc:cdrom,r', { pdevPath: '', vdev: 'hdc', format: 'empty', isCdrom: true, removable: true }],
    ['vdev=hdc,devtype=cdrom', { vdev: 'hdc', format: 'empty', isCdrom: true, removable: true }],
    ['phy:/dev/x,xvda,w', raw('/dev/x', 'xvda')],
    ['file:/img/a.img,xvda,w', raw('/img/a.img', 'xvda')],
    ['tap:aio:/img/a.img,xvda,w', raw('/img/a.img', 'xvda')],
    ['tap:qcow2:/img/a,xvda,w', { ...raw('/img/a', 'xvda'), format: 'qcow2' }],
    ['iscsi:iqn.2001-05,xvda,w', { ...raw('iqn.2001-05', 'xvda'), script: 'block-iscsi' }],
    ['script=block-drbd,vdev=xvda,target=res0', { ...raw('res0', 'xvda'), script: 'block-drbd' }],
    [
      'backend=storage,vdev=xvda,backendtype=phy,target=/dev/sdb',
      { ...raw('/dev/sdb', 'xvda'), backendDomname: 'storage', backend: 'phy' }
    ],
    [',raw,xvda,rw,target=/b', raw('/b', 'xvda')],
    [
      'vdev=xvda,no-discard,direct-io-safe,untrusted,target=/a',
      { ...raw('/a', 'xvda'), discardEnable: false, directIoSafe: true, trusted: false }
    ]
  ]
  it.each(cases)('%s', (spec, disk) => {
    expect(parse(spec)).toEqual(E.right(disk))
  })

  it('positions go on from word to word', () => {
    expect(parse('/dev/vg/lv', 'raw', 'xvda', 'w')).toEqual(E.right(raw('/dev/vg/lv', 'xvda')))
  })

  it.each([
    ['/a,raw,xvda,rw,extra', "too many positional parameters: near `extra'"],
    ['/a,foo,xvda', "unknown value for format: near `foo'"],
    ['/a,raw', 'no vdev specified'],
    ['vdev=xvda', 'no target specified (and device not removable)'],
    ['vdev=xvda,format=raw,format=qcow2,target=/a', "format respecified: near `qcow2'"],
    ['vdev=xvda,access=zz,target=/a', "unknown value for access: near `zz'"],
    ['bogus=1,vdev=xvda,target=/a', "unknown parameter: near `bogus=1,'"],
    ['xyz:/a,xvda,w', "unknown deprecated disk prefix: near `xyz:'"],
    ['/a , raw , xvda , rw', "unknown value for format: near `raw '"],
    ['/a,vdev=xvda,devtype=floppy', "unknown value for type: near `devtype=floppy'"]
  ])('%s is refused', (spec, message) => {
    expect(parse(spec)).toEqual(E.left([line(message, spec)]))
  })

  it('an error names the word it is in', () => {
    expect(parse('/dev/vg/lv', 'xvda')).toEqual(
      E.left([line("unknown value for format: near `xvda'", 'xvda')])
    )
  })
})

describe('the rest of the mini-language (xl-cfg.md §5)', () => {
  it('all named parameters', () => {
    const spec = [
      ...['specification=virtio', 'colo', 'colo-host=h', 'colo-port=9', 'colo-export=e', 'active-disk=a'],
      ...['hidden-disk=b', 'trusted', 'grant_usage=0', 'discard', 'backendtype=standalone', 'vdev=xvdz']
    ].join(',')
    expect(parse(`${spec},target=/x,`)).toEqual(
      E.right({
        ...raw('/x', 'xvdz'),
        specification: 'virtio',
        coloEnable: true,
        coloHost: 'h',
        coloPort: 9,
        coloExport: 'e',
        activeDisk: 'a',
        hiddenDisk: 'b',
        trusted: true,
        grantUsage: false,
        discardEnable: true,
        backend: 'standalone'
      })
    )
  })

  it('of an unknown parameter only the first character of the value is shown', () => {
    expect(parse('bogus=12,vdev=xvda')).toEqual(
      E.left([line("unknown parameter: near `bogus=1'", 'bogus=12,vdev=xvda')])
    )
  })

  it('what no pattern takes is bad syntax, up to the end', () => {
    expect(parse('A=1,vdev=xvda')).toEqual(
      E.left([line("bad disk syntax: near `=1,vdev=xvda'", 'A=1,vdev=xvda')])
    )
  })

  it('several errors of one specification are all reported', () => {
    const parsed = parse('access=x,backendtype=y,vdev=xvda,target=/a')
    expect(E.isLeft(parsed) ? parsed.left : []).toHaveLength(2)
  })

  it('a vdev with an unknown type', () => {
    expect(parse('/a,raw,hdc:floppy')).toEqual(
      E.left([line("unknown deprecated type: near `floppy'", '/a,raw,hdc:floppy')])
    )
  })
})
