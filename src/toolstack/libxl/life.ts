/**
 * The life of a domain after its creation: unpause, pause, rename, destroy (toolstack.md §8, §9).
 *
 * @since 0.1.0
 */
import type { DomainId } from '../../abi/index.js'
import { begin, failed, issue, succeeded } from './Change.js'
import type { Change, Course, Libxl } from './Change.js'
import { noSuchGuest } from './create.js'
import { findDomain, toUserdata } from './DomainRecord.js'
import { errnoText, errorLine, libxlError } from './LibxlError.js'
import { nameToDomid } from './names.js'
import { drawUuid } from './uuid.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Counts one pause of the toolstack. Domain 0, which would pause itself, is refused.
 *
 * @category transitions
 * @since 0.1.0
 */
export const domainPause = (libxl: Libxl, domid: DomainId): Change<void> => {
  const course = begin(libxl.host)
  const paused = isSelf(domid)
    ? ({ _tag: 'Left', left: 'EINVAL' } as const)
    : issue(libxl, course, { _tag: 'DomainPause', domid })
  if (paused._tag === 'Right') return succeeded(paused.right, undefined)
  const text = `Pausing domain: ${errnoText[paused.left]}`
  return failed(course, libxlError('FAIL', errorLine('libxl_domain.c:libxl_domain_pause', domid, text)))
}

/**
 * Takes one pause back. The first time a domain runs, its kernel brings its other vCPUs up.
 *
 * @category transitions
 * @since 0.1.0
 */
export const domainUnpause = (libxl: Libxl, domid: DomainId): Change<void> => {
  const course = begin(libxl.host)
  if (findDomain(libxl.host, domid) === null) {
    const line = errorLine(
      'libxl_dom.c:libxl__domain_type',
      domid,
      `unable to get dominfo: ${errnoText.ESRCH}`
    )
    return failed(course, libxlError('FAIL', line))
  }
  const unpaused = isSelf(domid)
    ? ({ _tag: 'Left', left: 'EINVAL' } as const)
    : issue(libxl, course, { _tag: 'DomainUnpause', domid })
  if (unpaused._tag === 'Right') return succeeded(startKernel(libxl, unpaused.right, domid), undefined)
  const text = `Unpausing domain: ${errnoText[unpaused.left]}`
  return failed(course, libxlError('FAIL', errorLine('libxl_domain.c:domain_unpause_done', domid, text)))
}

/**
 * Gives a domain another name; the empty name may be had by many.
 *
 * @category transitions
 * @since 0.1.0
 */
export const domainRename = (libxl: Libxl, domid: DomainId, name: string): Change<void> => {
  const course = begin(libxl.host)
  const owner = name === '' ? null : nameToDomid(libxl.host, name)
  if (owner !== null && owner._tag === 'Right' && owner.right !== domid) {
    const text = `Domain with name "${name}" already exists.`
    return failed(course, libxlError('INVAL', errorLine('libxl_domain.c:libxl__domain_rename', domid, text)))
  }
  const renamed = issue(libxl, course, { _tag: 'DomainRename', domid, name })
  return renamed._tag === 'Right' ? succeeded(renamed.right, undefined) : failed(course, libxlError('FAIL'))
}

/**
 * Keeps a domain under another name and a new uuid, so that its own are free for the next one.
 *
 * @category transitions
 * @since 0.1.0
 */
export const domainPreserve = (libxl: Libxl, domid: DomainId, name: string): Change<void> => {
  const [uuid, random] = drawUuid(libxl.host.random)
  const renamed = domainRename({ ...libxl, host: { ...libxl.host, random } }, domid, name)
  if (renamed.result._tag === 'Left') return renamed
  const set = issue(libxl, renamed, { _tag: 'DomainHandle', domid, uuid })
  return set._tag === 'Right' ? succeeded(set.right, undefined) : failed(renamed, libxlError('FAIL'))
}

/**
 * Destroys a domain at once. Domain 0 can't destroy itself.
 *
 * @category transitions
 * @since 0.1.0
 */
export const domainDestroy = (libxl: Libxl, domid: DomainId): Change<void> => {
  const course = begin(libxl.host)
  if (findDomain(libxl.host, domid) === null) {
    return failed(course, libxlError('DOMAIN_NOTFOUND', ...noSuchGuest(domid)))
  }
  const gone = isSelf(domid)
    ? ({ _tag: 'Left', left: 'EINVAL' } as const)
    : issue(libxl, course, { _tag: 'DomainDestroy', domid, inPlace: false })
  if (gone._tag === 'Right') return succeeded(gone.right, undefined)
  const text = `xc_domain_destroy failed: ${errnoText[gone.left]}`
  return failed(course, libxlError('FAIL', errorLine('libxl_domain.c:libxl__destroy_domid', domid, text)))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The toolstack runs in domain 0. */
const isSelf = (domid: DomainId): boolean => domid === 0

/** Stands in for the guest's kernel, which brings up at boot what the configuration has online. */
const startKernel = (libxl: Libxl, course: Course, domid: DomainId): Course => {
  const found = findDomain(course.host, domid)
  if (found === null || found.record.broughtUpAtStart.length === 0) return course
  if (found.domain.controllerPauses > 0) return course
  const userdata = toUserdata({ ...found.record, broughtUpAtStart: [] })
  return found.record.broughtUpAtStart.reduce(
    (next, vcpu) => {
      const up = issue(libxl, next, { _tag: 'VcpuOnline', domid, vcpu })
      return up._tag === 'Right' ? up.right : next
    },
    orSame(course, issue(libxl, course, { _tag: 'DomainUserdata', domid, userdata }))
  )
}

const orSame = (course: Course, result: ReturnType<typeof issue>): Course =>
  result._tag === 'Right' ? result.right : course
