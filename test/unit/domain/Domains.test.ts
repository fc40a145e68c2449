import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import { Domains } from '../../../src/domain/index.js'

const info = { name: 'd', uuid: '', type: 'pv', userdata: null } as const

const withDomids = (...domids: ReadonlyArray<number>): Domains.Domains =>
  domids.reduce<Domains.Domains>((domains, domid) => {
    const added = Domains.add(domains, domid, info, 0)
    if (added._tag === 'Left') throw new Error(added.left)
    return added.right
  }, Domains.empty)

describe('domids', () => {
  it('are given out in order, beginning at 1', () => {
    expect(Domains.nextDomid(withDomids(0))).toEqual(E.right(1))
    expect(Domains.nextDomid(withDomids(0, 1, 2))).toEqual(E.right(3))
  })
  it('of dead domains are not used again at once', () => {
    expect(Domains.nextDomid(Domains.remove(withDomids(0, 1, 2), 2))).toEqual(E.right(3))
  })
  it('go round below the reserved ones and skip those in use', () => {
    const last = Domains.domidReserved - 1
    expect(Domains.nextDomid(withDomids(0, 1, 3, last))).toEqual(E.right(2))
  })
  it('at or above the reserved ones are refused', () => {
    expect(Domains.add(Domains.empty, Domains.domidReserved, info, 0)).toEqual(E.left('EINVAL'))
    expect(Domains.add(Domains.empty, -1, info, 0)).toEqual(E.left('EINVAL'))
  })
  it('are used once', () => expect(Domains.add(withDomids(4), 4, info, 0)).toEqual(E.left('EEXIST')))
})

describe('the list', () => {
  it('stands in ascending order of domid, whatever the order of creation', () => {
    expect(withDomids(5, 0, 3).records.map((record) => record.domid)).toEqual([0, 3, 5])
  })
  it('is the same object after an update that changes nothing', () => {
    const domains = withDomids(1)
    expect(Domains.update(domains, 1, () => undefined)).toEqual(E.right(domains))
  })
})

describe('pauses by the toolstack', () => {
  it('are counted', () => {
    const once = Domains.pause(withDomids(1), 1)
    expect(E.isRight(once) && Domains.find(once.right, 1)?.controllerPauses).toBe(1)
  })
  it('overflow at 255', () => {
    let domains = withDomids(1)
    for (let i = 0; i < Domains.controllerPausesMax; i++) {
      const paused = Domains.pause(domains, 1)
      if (paused._tag === 'Left') throw new Error(paused.left)
      domains = paused.right
    }
    expect(Domains.pause(domains, 1)).toEqual(E.left('EOVERFLOW'))
  })
  it('cannot be taken back when there is none', () => {
    expect(Domains.unpause(withDomids(1), 1)).toEqual(E.left('EINVAL'))
    expect(Domains.unpause(withDomids(1), 2)).toEqual(E.left('ESRCH'))
  })
})
