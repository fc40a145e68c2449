/**
 * What kind of domain it is: labels, type, name, uuid, pool, limits of xenstore (xl-cfg.md §3.1, §3.2).
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { XenstoreQuota } from './BuildInfo.js'
import { parseUnsigned } from './cNumber.js'
import { fatal, takeBool, takeFields, takeList, takeNumber, takeString } from './ConfigReader.js'
import type { Fatal } from './ConfigReader.js'
import { invalidDomid, randomDomid } from './DomainConfig.js'
import type { DomainType } from './DomainConfig.js'
import { typeOf } from './DomainParse.js'
import type { DomainParse, Section } from './DomainParse.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const createSection: Section = (parse) => {
  const { reader, create, build, environment } = parse
  takeLabels(parse)
  create.runHotplugScripts = environment.settings.runHotplugScripts
  const wrongType = takeType(parse)
  if (wrongType !== undefined) return wrongType
  takeFields(reader, create, [['bool', 'hap', 'hap']])
  const name = takeString(reader, 'name')
  if (name === undefined) return fatal(reader, 'Domain name must be specified.')
  create.name = name
  create.domid = environment.settings.domidPolicy === 'random' ? randomDomid : invalidDomid
  const wrongUuid = takeUuid(parse)
  if (wrongUuid !== undefined) return wrongUuid
  takeFields(reader, create, [
    ['bool', 'oos', 'oos'],
    ['string', 'pool', 'poolName']
  ])
  const mask = takeNumber(reader, 'xenstore_feature_mask')
  if (mask !== undefined && mask !== allFeatures) build.xenstoreFeatureMask = mask
  const wrongQuota = takeQuota(parse)
  if (wrongQuota !== undefined) return wrongQuota
  if (typeOf(parse) === 'pvh') {
    takeFields(reader, parse.pvh, [
      ['bool', 'pvshim', 'pvshim'],
      ['string', 'pvshim_path', 'pvshimPath'],
      ['string', 'pvshim_cmdline', 'pvshimCmdline'],
      ['string', 'pvshim_extra', 'pvshimExtra']
    ])
  }
  const { blkdevStart } = environment.settings
  if (blkdevStart !== undefined) build.blkdevStart = blkdevStart
  return undefined
}

/**
 * A quota of the store, `name=value`, the value by C's rules. Left: the line to print.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseXenstoreQuota = (text: string): Either<string, XenstoreQuota> => {
  const equals = text.indexOf('=')
  if (equals < 0) return E.left(`Quota specification "${text}" lacks "=".`)
  const valueText = text.slice(equals + 1)
  const parsed = parseUnsigned(valueText, 0)
  const isNumber = parsed.length > 0 && parsed.length === valueText.length && parsed.value <= allFeatures
  return isNumber
    ? E.right({ name: text.slice(0, equals), val: parsed.value })
    : E.left(`Quota specification "${text}" uses illegal value "${valueText}".`)
}

/**
 * The last keys of a configuration.
 *
 * @category constructors
 * @since 0.1.0
 */
export const finalSection: Section = (parse) => {
  const { reader, create, build } = parse
  takeFields(reader, create, [['bool', 'xend_suspend_evtchn_compat', 'xendSuspendEvtchnCompat']])
  const msrRelaxed = takeBool(reader, 'msr_relaxed')
  if (msrRelaxed !== undefined) {
    build.archX86 = { msrRelaxed }
    reader.lines.push(
      'WARNING: msr_relaxed will be removed in future versions.',
      'If it fixes an issue you are having please report to xen-devel@lists.xenproject.org.'
    )
  }
  takeFields(reader, build, [['bool', 'vpmu', 'vpmu']])
  return undefined
}

/**
 * A uuid in any case, with the dashes in the usual places or without any; lower case and with dashes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseUuid = (text: string): string | undefined => {
  const match =
    /^([0-9a-fA-F]{8})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{12})$/.exec(text)
  return match === null ? undefined : match.slice(1).join('-').toLowerCase()
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** All bits of a 32-bit number: as a mask, every feature; as a quota, the largest. */
const allFeatures = 0xffff_ffff

/** With both labels the first holds at creation, the second afterwards. */
const takeLabels = ({ reader, create, build }: DomainParse): void => {
  const initial = takeString(reader, 'init_seclabel')
  if (initial !== undefined) create.ssidLabel = initial
  const label = takeString(reader, 'seclabel')
  if (label === undefined) return
  if (initial === undefined) create.ssidLabel = label
  else build.execSsidLabel = label
}

/** A text counts as the first word it is a beginning of, so that the empty text is `hvm`. */
const typeFrom = (
  text: string,
  words: ReadonlyArray<readonly [string, DomainType]>
): DomainType | undefined => words.find(([word]) => word.startsWith(text))?.[1]

const takeType = ({ reader, create }: DomainParse): Fatal | undefined => {
  const text = takeString(reader, 'type')
  const type =
    text === undefined
      ? undefined
      : typeFrom(text, [
          ['hvm', 'hvm'],
          ['pv', 'pv'],
          ['pvh', 'pvh']
        ])
  if (text !== undefined && type === undefined) return fatal(reader, `Invalid domain type ${text}.`)
  const builderText = takeString(reader, 'builder')
  const builder =
    builderText === undefined
      ? undefined
      : typeFrom(builderText, [
          ['hvm', 'hvm'],
          ['generic', 'pv']
        ])
  if (builderText !== undefined && builder === undefined) {
    return fatal(reader, `Invalid domain type ${builderText}.`)
  }
  if (type !== undefined && builder !== undefined && type !== builder) {
    return fatal(reader, 'Contradicting "builder" and "type" options specified.')
  }
  create.type = builder ?? type ?? 'pv'
  return undefined
}

const takeUuid = ({ reader, create, environment }: DomainParse): Fatal | undefined => {
  const text = takeString(reader, 'uuid')
  const uuid = text === undefined ? environment.uuid : parseUuid(text)
  if (uuid === undefined) return fatal(reader, `Failed to parse UUID: ${text ?? ''}`)
  create.uuid = uuid
  return undefined
}

const takeQuota = ({ reader, build }: DomainParse): Fatal | undefined => {
  const items = takeList(reader, 'xenstore_quota')
  if (items === undefined) return undefined
  const quota: XenstoreQuota[] = []
  for (const [index, item] of items.entries()) {
    if (item._tag === 'List') return fatal(reader, `xl: Can't get element ${index} in Xenstore quota list`)
    const parsed = parseXenstoreQuota(item.text)
    if (E.isLeft(parsed)) return fatal(reader, parsed.left)
    quota.push(parsed.right)
  }
  build.xenstoreQuota = quota
  return undefined
}
