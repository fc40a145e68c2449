/**
 * Devices of kinds that the simulation does not model (xl-cfg.md §6.3): read and checked as `xl` does, kept
 * as plain fields in libxl's order. Private to this folder.
 *
 * @since 0.1.0
 */
import { parseLeadingInt, parseUnsigned } from './cNumber.js'
import { parseUuid } from './createSection.js'
import type { PlainDevice, PlainField } from './DomainConfig.js'
import { commaWords, wordAmong } from './DomainParse.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * One specification, and where remarks on it go.
 *
 * @category model
 * @since 0.1.0
 */
export interface SmallSpec {
  readonly spec: string
  readonly devid: number
  readonly domainName: string
  readonly lines: string[]
}

/**
 * A device, or the line with which the program ends.
 *
 * @category model
 * @since 0.1.0
 */
export type SmallKind = (spec: SmallSpec) => PlainDevice | string

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const p9: SmallKind = ({ spec, domainName }) => {
  const fields = new Map<string, PlainField>()
  for (const word of spec.split(',')) {
    if (word === '') continue
    const pair = splitPair(word)
    if (pair === undefined) return `failed to parse 9pfs configuration: ${word}`
    const [key, value] = pair
    if (key === 'type') {
      const type = wordAmong(['unknown', 'qemu', 'xen_9pfsd'], value)
      if (type === undefined) return `failed to parse 9pfs type: ${value}`
      if (type !== 'unknown') fields.set('type', type)
    } else if (key === 'max-files' || key === 'max-open-files' || key === 'max-space') {
      const number = parseUnsigned(value, 10)
      if (number.length === 0 || number.isOutOfRange) return `xl: failed to convert "${value}" to number`
      if (number.value !== 0) fields.set(key.replaceAll('-', '_'), number.value)
    } else if (key === 'auto-delete') {
      if (parseUnsigned(value, 0).value !== 0) fields.set('auto_delete', true)
    } else {
      const field = p9Texts.find(([name]) => name === key)?.[1]
      if (field === undefined) return `Unknown 9pfs parameter '${key}'`
      fields.set(field, value)
    }
  }
  if (fields.get('type') === 'xen_9pfsd' && !fields.has('path')) {
    fields.set('path', `/var/log/xen/guests/${domainName}`)
  }
  return inOrder(fields, p9Order)
}

/**
 * @category constructors
 * @since 0.1.0
 */
export const vtpm: SmallKind = ({ spec, devid }) => {
  const fields = new Map<string, PlainField>([['devid', devid]])
  for (const word of commaWords(spec)) {
    const equals = word.indexOf('=')
    if (equals < 0) break
    const key = word.slice(0, equals)
    const value = word.slice(equals + 1)
    if (key === 'backend') fields.set('backend_domname', value)
    else if (key === 'uuid') {
      const uuid = parseUuid(value)
      if (uuid === undefined) return `Failed to parse vtpm UUID: ${value}`
      fields.set('uuid', uuid)
    } else return `Unknown string \`${key}' in vtpm spec`
  }
  if (!fields.has('backend_domname')) return 'vtpm spec missing required backend field!'
  return inOrder(fields, ['backend_domname', 'devid', 'uuid'])
}

/**
 * @category constructors
 * @since 0.1.0
 */
export const pvcalls: SmallKind = ({ spec, devid }) => {
  const fields = new Map<string, PlainField>([['devid', devid]])
  for (const word of commaWords(spec)) {
    const equals = word.indexOf('=')
    if (equals < 0) break
    if (word.slice(0, equals) !== 'backend') {
      return `Unknown string \`${word.slice(0, equals)}' in pvcalls spec`
    }
    fields.set('backend_domname', word.slice(equals + 1))
  }
  return inOrder(fields, ['backend_domname', 'devid'])
}

/**
 * @category constructors
 * @since 0.1.0
 */
export const channel: SmallKind = ({ spec, lines }) => {
  const fields = new Map<string, PlainField>()
  let connection: string | undefined
  let path: string | undefined
  for (const word of spec.split(',')) {
    if (word === '') continue
    const pair = splitPair(word)
    if (pair === undefined) return `failed to parse channel configuration: ${word}`
    const [key, value] = pair
    if (key === 'backend') fields.set('backend_domname', value)
    else if (key === 'name') fields.set('name', value)
    else if (key === 'path') path = value
    else if (key === 'connection') {
      if (value !== 'pty' && value !== 'socket') return `unknown channel connection '${value}'`
      connection = value
    } else lines.push(`unknown channel parameter '${key}', ignoring`)
  }
  if (connection === undefined) return "channel has unknown 'connection'"
  if (connection === 'socket' && path === undefined) {
    return "channel connection 'socket' requires path=.."
  }
  const isSocket = connection === 'socket' && path !== undefined
  fields.set(`connection.${connection}`, isSocket ? [['path', path ?? '']] : [])
  return inOrder(fields, ['backend_domname', 'name', `connection.${connection}`])
}

/**
 * @category constructors
 * @since 0.1.0
 */
export const usbctrl: SmallKind = ({ spec, devid }) => {
  const fields = new Map<string, PlainField>([['devid', devid]])
  for (const word of commaWords(spec)) {
    const [key, value] = splitWord(word)
    if (key === 'type') {
      const type = wordAmong(['auto', 'pv', 'devicemodel', 'qusb'], value)
      if (type === undefined) return `Invalid usb controller type '${value}'`
      if (type !== 'auto') fields.set('type', type)
    } else if (key === 'version' || key === 'ports') {
      const number = parseLeadingInt(value)
      if (number !== 0) fields.set(key, number)
    } else return `Unknown string \`${word}' in usbctrl spec`
  }
  return inOrder(fields, ['type', 'devid', 'version', 'ports'])
}

/**
 * @category constructors
 * @since 0.1.0
 */
export const usbdev: SmallKind = ({ spec }) => {
  const fields = new Map<string, PlainField>()
  const hostdev = new Map<string, PlainField>()
  for (const word of commaWords(spec)) {
    const [key, value] = splitWord(word)
    if (key === 'type') {
      // The reference prints an unrelated string here.
      if (value.toLowerCase() !== 'hostdev') return 'Invalid usb device type: (null)'
    } else if (key === 'hostbus' || key === 'hostaddr') {
      const number = parseUnsigned(value, 0).value % 256
      if (number !== 0) hostdev.set(key, number)
    } else if (key === 'controller') fields.set('ctrl', parseLeadingInt(value))
    else if (key === 'port') fields.set('port', parseLeadingInt(value))
    else return `Unknown string \`${word}' in usbdev spec`
  }
  fields.set('type.hostdev', inOrder(hostdev, ['hostbus', 'hostaddr']))
  return inOrder(fields, ['ctrl', 'port', 'type.hostdev'])
}

/**
 * @category constructors
 * @since 0.1.0
 */
export const vkb: SmallKind = ({ spec, devid }) => {
  const fields = new Map<string, PlainField>([['devid', devid]])
  for (const word of commaWords(spec)) {
    const [key, value] = splitWord(word)
    const named = vkbKeys.find(([name]) => name === key)
    if (named === undefined) return `Unknown string "${word}" in vkb spec`
    const [, field, kind] = named
    const number = parseUnsigned(value, 0).value % 2 ** 32
    if (kind === 'text') fields.set(field, value)
    else if (kind === 'flag') setUnless(fields, field, number !== 0, false)
    else if (kind === 'number') setUnless(fields, field, number, 0)
    else {
      const type = wordAmong(['unknown', 'qemu', 'linux'], value)
      if (type === undefined) return `Unknown backend_type "${value}" in vkb spec`
      setUnless(fields, field, type, 'unknown')
    }
  }
  if (!fields.has('backend_type')) return 'backend-type should be set in vkb spec'
  const hasTouch = ['multi_touch_width', 'multi_touch_height', 'multi_touch_num_contacts'].some((field) =>
    fields.has(field)
  )
  if (hasTouch) fields.set('feature_multi_touch', true)
  if (fields.has('feature_multi_touch') && !hasTouch) {
    const names = 'multi-touch-width, multi-touch-height, multi-touch-num-contacts'
    return `${names} should be set for multi touch in vkb spec`
  }
  return inOrder(fields, vkbOrder)
}

/**
 * @category constructors
 * @since 0.1.0
 */
export const virtio: SmallKind = ({ spec, devid }) => {
  const fields = new Map<string, PlainField>([['devid', devid]])
  const words = [...commaWords(spec)]
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    // A type such as `virtio,device22` has a comma of its own.
    const isWhole = !word.startsWith('type=virtio')
    const [key, value] = splitWord(isWhole ? word : `${word},${words.shift() ?? ''}`)
    if (key === 'backend') fields.set('backend_domname', value)
    else if (key === 'type') fields.set('type', value)
    else if (key === 'transport') {
      const transport = wordAmong(['unknown', 'mmio'], value)
      if (transport === undefined) return ''
      setUnless(fields, 'transport', transport, 'unknown')
    } else if (key === 'grant_usage') {
      fields.set('grant_usage', parseUnsigned(value, 0).value === 0 ? 'False' : 'True')
    } else return `Unknown string "${word}" in virtio spec`
  }
  return inOrder(fields, ['backend_domname', 'type', 'transport', 'grant_usage', 'devid'])
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const p9Texts: ReadonlyArray<readonly [string, string]> = [
  ['security_model', 'security_model'],
  ['path', 'path'],
  ['tag', 'tag'],
  ['backend', 'backend_domname']
]

const p9Order: ReadonlyArray<string> = [
  ...['backend_domname', 'tag', 'path', 'security_model', 'type', 'max_space', 'max_files'],
  ...['max_open_files', 'auto_delete']
]

const vkbKeys: ReadonlyArray<readonly [string, string, 'text' | 'flag' | 'number' | 'backend']> = [
  ['backend', 'backend_domname', 'text'],
  ['backend-type', 'backend_type', 'backend'],
  ['unique-id', 'unique_id', 'text'],
  ['feature-disable-keyboard', 'feature_disable_keyboard', 'flag'],
  ['feature-disable-pointer', 'feature_disable_pointer', 'flag'],
  ['feature-abs-pointer', 'feature_abs_pointer', 'flag'],
  ['feature-raw-pointer', 'feature_raw_pointer', 'flag'],
  ['feature-multi-touch', 'feature_multi_touch', 'flag'],
  ['width', 'width', 'number'],
  ['height', 'height', 'number'],
  ['multi-touch-width', 'multi_touch_width', 'number'],
  ['multi-touch-height', 'multi_touch_height', 'number'],
  ['multi-touch-num-contacts', 'multi_touch_num_contacts', 'number']
]

const vkbOrder: ReadonlyArray<string> = [
  'backend_domname',
  'devid',
  ...vkbKeys.slice(1).map(([, field]) => field)
]

const inOrder = (fields: ReadonlyMap<string, PlainField>, order: ReadonlyArray<string>): PlainDevice =>
  order.flatMap((name): PlainDevice => {
    const value = fields.get(name)
    return value === undefined ? [] : [[name, value]]
  })

const setUnless = (
  fields: Map<string, PlainField>,
  name: string,
  ...[value, unset]: readonly [PlainField, PlainField]
): void => {
  if (value === unset) fields.delete(name)
  else fields.set(name, value)
}

/** `key=value`; a word without `=` has no key. */
const splitWord = (word: string): readonly [string, string] => {
  const equals = word.indexOf('=')
  return equals < 0 ? ['', word] : [word.slice(0, equals), word.slice(equals + 1)]
}

/** `key=value` with blanks around both trimmed; the value may not be missing. */
const splitPair = (word: string): readonly [string, string] | undefined => {
  const equals = word.indexOf('=')
  if (equals < 0 || equals === word.length - 1) return undefined
  return [word.slice(0, equals).trim(), word.slice(equals + 1).trim()]
}
