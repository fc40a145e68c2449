/**
 * PCI passthrough specifications (xl-cfg.md §6.3).
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
 * A device, by address or by name. A field that is absent has libxl's initial value.
 *
 * @category model
 * @since 0.1.0
 */
export interface DevicePci {
  readonly func?: number
  readonly dev?: number
  readonly bus?: number
  readonly domain?: number
  /** Slot and function in the guest: the slot times 8. */
  readonly vdevfn?: number
  /** 1 for one function, all ones for all of them. */
  readonly vfuncMask?: number
  readonly msitranslate?: boolean
  readonly powerMgmt?: boolean
  readonly permissive?: boolean
  readonly seize?: boolean
  readonly rdmPolicy?: RdmPolicy
  readonly name?: string
}

/**
 * @category model
 * @since 0.1.0
 */
export type RdmPolicy = 'strict' | 'relaxed' | 'invalid'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * @category constants
 * @since 0.1.0
 */
export const allFunctionsMask = 0xffff_ffff

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads a specification on top of `defaults`. Left: what is printed *before* the caller's own message and
 * without a newline, usually nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parsePci = (defaults: DevicePci, spec: string): Either<string, DevicePci> => {
  const address = parseAddress(spec)
  let pci = defaults
  let pos = 0
  if (address !== undefined) {
    pci = { ...pci, ...address.fields }
    pos = address.length
    if (spec[pos] === '@') {
      const slot = parseSlot(spec.slice(pos + 1))
      if (slot === undefined) return invalid
      pci = { ...pci, vdevfn: slot.vdevfn }
      pos += 1 + slot.length
    }
    if (spec[pos] === ',') pos += 1
    else if (pos < spec.length) return invalid
  }
  return applyOptions(pci, spec.slice(pos), address !== undefined)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const invalid: Either<string, never> = E.left('')

interface Address {
  readonly fields: DevicePci
  readonly length: number
}

/** `[DDDD:]BB:DD.F`; what comes after it is the caller's. Fields that are 0 are absent. */
const parseAddress = (text: string): Address | undefined => {
  const match = /^(?:([0-9a-fA-F]+):)?([0-9a-fA-F]+):([0-9a-fA-F]+)\.(\*|[0-9a-fA-F]+)/.exec(text)
  if (match === null) return undefined
  const domain = hexWithin(match[1] ?? '0', 0xffff)
  const bus = hexWithin(match[2], 0xff)
  const dev = hexWithin(match[3], 0x1f)
  const isAll = match[4] === '*'
  const func = isAll ? 0 : hexWithin(match[4], 7)
  if (domain === undefined || bus === undefined || dev === undefined || func === undefined) return undefined
  const fields: DevicePci = {
    ...(func === 0 ? {} : { func }),
    ...(dev === 0 ? {} : { dev }),
    ...(bus === 0 ? {} : { bus }),
    ...(domain === 0 ? {} : { domain }),
    vfuncMask: isAll ? allFunctionsMask : 1
  }
  return { fields, length: match[0].length }
}

const hexWithin = (digits: string | undefined, max: number): number | undefined => {
  const significant = digits?.replace(/^0+/, '') ?? ''
  if (significant.length > 8) return undefined
  const value = significant === '' ? 0 : parseInt(significant, 16)
  return value <= max ? value : undefined
}

const parseSlot = (text: string): { readonly vdevfn: number; readonly length: number } | undefined => {
  const digits = /^[0-9a-fA-F]+/.exec(text)?.[0]
  const slot = digits === undefined ? undefined : hexWithin(digits, 0x1f)
  return digits === undefined || slot === undefined ? undefined : { vdevfn: slot * 8, length: digits.length }
}

const applyOptions = (start: DevicePci, text: string, hasAddress: boolean): Either<string, DevicePci> => {
  let pci = start
  let isAddressed = hasAddress
  let isNamed = false
  let rest = text
  while (rest !== '') {
    const match = /^([^=]+)=([^,]+)(,|$)/.exec(rest)
    if (match === null) return invalid
    const [whole, key = '', value = ''] = match
    rest = rest.slice(whole.length)
    if ((key === 'bdf' && isAddressed) || (key === 'name' && isNamed)) return invalid
    if (key === 'bdf') isAddressed = true
    if (key === 'name') isNamed = true
    const next = applyOption(pci, key, value)
    if (E.isLeft(next)) return next
    pci = next.right
  }
  return isAddressed === isNamed ? invalid : E.right(pci)
}

const applyOption = (pci: DevicePci, key: string, value: string): Either<string, DevicePci> => {
  const isOn = parseLeadingInt(value) !== 0
  switch (key) {
    case 'bdf': {
      const address = parseAddress(value)
      return address === undefined ? invalid : E.right({ ...pci, ...address.fields })
    }
    case 'name':
      return E.right({ ...pci, name: value })
    case 'vslot': {
      const slot = parseSlot(value)
      return slot === undefined ? invalid : E.right({ ...pci, vdevfn: slot.vdevfn })
    }
    case 'permissive':
      return E.right({ ...pci, permissive: isOn })
    case 'msitranslate':
      return E.right({ ...pci, msitranslate: isOn })
    case 'seize':
      return E.right({ ...pci, seize: isOn })
    case 'power_mgmt':
      return E.right({ ...pci, powerMgmt: isOn })
    case 'rdm_policy': {
      const policy = value.toLowerCase()
      if (policy !== 'strict' && policy !== 'relaxed' && policy !== 'invalid') {
        return E.left(`Unknown RDM policy: ${value}`)
      }
      return E.right({ ...pci, rdmPolicy: policy })
    }
    default:
      return E.left(`Unknown PCI_SPEC_STRING option: ${key}`)
  }
}
