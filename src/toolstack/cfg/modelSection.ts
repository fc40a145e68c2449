/**
 * CPUID policies and the device model (xl-cfg.md §3.1, §3.4).
 *
 * @since 0.1.0
 */
import { leadingStrings } from './ConfigFile.js'
import { fatal, takeFields, takeList, takeString } from './ConfigReader.js'
import type { ConfigReader, Fatal } from './ConfigReader.js'
import { typeOf } from './DomainParse.js'
import type { DomainParse, Section } from './DomainParse.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const modelSection: Section = (parse) => {
  const { reader, build } = parse
  takeCpuid(parse)
  takeDeprecatedModel(parse)
  const wrongVersion = takeModelVersion(parse)
  if (wrongVersion !== undefined) return wrongVersion
  takeFields(reader, build, [
    ['bool', 'device_model_stubdomain_override', 'deviceModelStubdomain'],
    ['string', 'device_model_stubdomain_seclabel', 'deviceModelSsidLabel'],
    ['string', 'device_model_user', 'deviceModelUser'],
    ['string', 'stubdomain_kernel', 'stubdomainKernel'],
    ['string', 'stubdomain_cmdline', 'stubdomainCmdline'],
    ['string', 'stubdomain_ramdisk', 'stubdomainRamdisk'],
    ['mib', 'stubdomain_memory', 'stubdomainMemkb']
  ])
  return (
    takeArguments(parse, 'device_model_args', 'extra') ??
    takeArguments(parse, 'device_model_args_pv', 'extraPv') ??
    takeArguments(parse, 'device_model_args_hvm', 'extraHvm')
  )
}

/**
 * Keys of other architectures, which are checked here too.
 *
 * @category constructors
 * @since 0.1.0
 */
export const foreignSection: Section = ({ reader }) => {
  const keys: ReadonlyArray<readonly [string, ReadonlyArray<string>, number]> = [
    ['gic_version', ['default', 'v2', 'v3'], exitFail],
    ['tee', ['none', 'optee', 'ffa'], exitFail],
    ['sve', ['hw', 'disabled', ...Array.from({ length: 16 }, (_, i) => String(128 * (i + 1)))], 1]
  ]
  for (const [name, words, exitCode] of keys) {
    const text = takeString(reader, name, true)
    if (text !== undefined && !words.includes(text.toLowerCase())) {
      return fatal(reader, `Unknown ${name} "${text}" specified`, exitCode)
    }
  }
  return undefined
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const exitFail = 3

/**
 * CPUID words are kept as they are. Nothing in the simulation reads them, so flag names are not checked; what
 * is wrong with the form of a word is remarked on, and never fatal.
 */
const takeCpuid = ({ reader, build }: DomainParse): void => {
  const list = takeList(reader, 'cpuid', true)
  if (list !== undefined) {
    const lines = leadingStrings(list)
    for (const line of lines) remarkOnRegisters(reader, line)
    if (lines.length > 0) build.cpuid = lines
    return
  }
  const text = takeString(reader, 'cpuid')
  const [first, ...words] = (text ?? '').split(',').filter((word) => word !== '')
  if (text === undefined || first === undefined) return
  if (first !== 'host') {
    reader.lines.push(`while parsing CPUID string: "${text}":`, '  error: first word must be "host"')
    return
  }
  for (const word of words) {
    const value = word.split('=')[1]
    if (value === undefined) remark(reader, ['flag', word], [1, 'missing "=" in key=value'])
    else if (!/^(?:[01xks]|0x[0-9a-fA-F]+|[0-9]+)/.test(value)) {
      remark(reader, ['flag', word], [3, 'illegal CPUID value (must be: [0|1|x|k|s])'])
    }
  }
  build.cpuid = [text]
}

const remark = (
  reader: ConfigReader,
  [what, text]: readonly [string, string],
  [number, message]: readonly [number, string]
): void => {
  reader.lines.push(`while parsing CPUID ${what}: "${text}":`, `  error #${number}: ${message}`)
}

/** `LEAF[,SUBLEAF]:reg=32 characters,reg=…`. */
const remarkOnRegisters = (reader: ConfigReader, line: string): void => {
  const fail = (number: number, message: string): void => remark(reader, ['line', line], [number, message])
  const leaf = /^\s*[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)/.exec(line)?.[0]
  if (leaf === undefined) return fail(1, 'illegal leaf number')
  let rest = line.slice(leaf.length)
  if (rest.startsWith(',')) {
    const subleaf = /^,\s*[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)/.exec(rest)?.[0]
    if (subleaf === undefined) return fail(2, 'illegal subleaf number')
    rest = rest.slice(subleaf.length)
  }
  if (!rest.startsWith(':')) return fail(3, 'missing colon')
  for (const register of rest.slice(1).split(',')) {
    if (!/^\s*e[abcd]x=/.test(register)) return fail(4, 'invalid register name (must be e[abcd]x)')
    if (register.slice(register.indexOf('=') + 1).length !== 32) {
      return fail(5, 'policy string must be exactly 32 characters long')
    }
  }
}

const takeDeprecatedModel = (parse: DomainParse): void => {
  const { reader } = parse
  const text = takeString(reader, 'device_model')
  if (text === undefined) return
  reader.lines.push(
    'WARNING: ignoring device_model directive.',
    'WARNING: Use "device_model_override" instead if you really want a non-default device_model'
  )
  if (!text.includes('stubdom-dm')) return
  reader.lines.push(
    typeOf(parse) === 'hvm'
      ? 'WARNING: Or use "device_model_stubdomain_override" if you  want to enable stubdomains'
      : 'WARNING: ignoring "device_model_stubdomain_override" directive for pv guest'
  )
}

const takeModelVersion = ({ reader, build }: DomainParse): Fatal | undefined => {
  takeFields(reader, build, [['string', 'device_model_override', 'deviceModel']])
  const version = takeString(reader, 'device_model_version')
  if (version === 'qemu-xen') build.deviceModelVersion = 'qemu_xen'
  else if (version !== undefined) {
    return fatal(reader, `Unknown device_model_version "${version}" specified`)
  } else if (build.deviceModel !== undefined) {
    reader.lines.push('WARNING: device model override given without specific DM version')
  }
  return undefined
}

const takeArguments = (
  { reader, build }: DomainParse,
  name: string,
  field: 'extra' | 'extraPv' | 'extraHvm'
): Fatal | undefined => {
  const list = takeList(reader, name)
  if (list === undefined) {
    const isWrong = takeString(reader, name, true) !== undefined
    return isWrong ? fatal(reader, `xl: Unable to parse ${name}.`, exitFail) : undefined
  }
  const words = leadingStrings(list)
  if (words.length > 0) build[field] = words
  return undefined
}
