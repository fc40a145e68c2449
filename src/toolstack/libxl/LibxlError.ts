/**
 * How libxl fails, and what it logs on the way, as data (toolstack.md §2, xl-commands.md §1.1).
 *
 * @since 0.1.0
 */
import type { DomainId, Errno } from '../../abi/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A line of the library's log. `place` is file and function, as libxl prints them; the id is shown when it
 * is a guest's.
 *
 * @category model
 * @since 0.1.0
 */
export interface LogLine {
  readonly level: 'info' | 'warning' | 'error'
  readonly place: LogPlace
  readonly domid: DomainId | null
  readonly text: string
}

/**
 * @category model
 * @since 0.1.0
 */
export interface LogPlace {
  readonly file: string
  readonly function: string
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * @category errors
 * @since 0.1.0
 */
export type LibxlErrorName = keyof typeof libxlErrorNumber

/**
 * Why an operation failed, with what the library logged before it gave up.
 *
 * @category errors
 * @since 0.1.0
 */
export interface LibxlError {
  readonly _tag: LibxlErrorName
  readonly log: ReadonlyArray<LogLine>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The numbers of libxl's interface.
 *
 * @category constants
 * @since 0.1.0
 */
export const libxlErrorNumber = {
  NONSPECIFIC: -1,
  VERSION: -2,
  FAIL: -3,
  NI: -4,
  NOMEM: -5,
  INVAL: -6,
  BADFAIL: -7,
  GUEST_TIMEDOUT: -8,
  TIMEDOUT: -9,
  NOPARAVIRT: -10,
  NOT_READY: -11,
  OSEVENT_REG_FAIL: -12,
  BUFFERFULL: -13,
  UNKNOWN_CHILD: -14,
  LOCK_FAIL: -15,
  JSON_CONFIG_EMPTY: -16,
  DEVICE_EXISTS: -17,
  CHECKPOINT_DEVOPS_DOES_NOT_MATCH: -18,
  CHECKPOINT_DEVICE_NOT_SUPPORTED: -19,
  VNUMA_CONFIG_INVALID: -20,
  DOMAIN_NOTFOUND: -21,
  ABORTED: -22,
  NOTFOUND: -23,
  DOMAIN_DESTROYED: -24,
  FEATURE_REMOVED: -25,
  PROTOCOL_ERROR_QMP: -26,
  UNKNOWN_QMP_ERROR: -27,
  QMP_GENERIC_ERROR: -28,
  QMP_COMMAND_NOT_FOUND: -29,
  QMP_DEVICE_NOT_ACTIVE: -30,
  QMP_DEVICE_NOT_FOUND: -31,
  QEMU_API: -32
} as const

/**
 * What C's `strerror` says of each error number.
 *
 * @category constants
 * @since 0.1.0
 */
export const errnoText: Readonly<Record<Errno, string>> = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  ESRCH: 'No such process',
  EIO: 'Input/output error',
  E2BIG: 'Argument list too long',
  EAGAIN: 'Resource temporarily unavailable',
  ENOMEM: 'Cannot allocate memory',
  EACCES: 'Permission denied',
  EFAULT: 'Bad address',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  ENODEV: 'No such device',
  EINVAL: 'Invalid argument',
  ENOSPC: 'No space left on device',
  ERANGE: 'Numerical result out of range',
  ENOSYS: 'Function not implemented',
  EOVERFLOW: 'Value too large for defined data type',
  EOPNOTSUPP: 'Operation not supported',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address'
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const libxlError = (tag: LibxlErrorName, ...log: ReadonlyArray<LogLine>): LibxlError => ({
  _tag: tag,
  log
})

/**
 * A line of level error; `place` is `file.c:function`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const errorLine = (place: string, domid: DomainId | null, text: string): LogLine => {
  const [file = '', name = ''] = place.split(':')
  return { level: 'error', place: { file, function: name }, domid, text }
}

/**
 * @category constructors
 * @since 0.1.0
 */
export const warningLine = (place: string, domid: DomainId | null, text: string): LogLine => ({
  ...errorLine(place, domid, text),
  level: 'warning'
})

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The line as libxl prints it. The line number of the C source is always 0: no promise is made about it.
 *
 * @category queries
 * @since 0.1.0
 */
export const logText = ({ level, place, domid, text }: LogLine): string => {
  const isGuest = domid !== null && domid > 0 && domid < domidFirstReserved
  return `libxl: ${level}: ${place.file}:0:${place.function}: ${isGuest ? `Domain ${domid}:` : ''}${text}`
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const domidFirstReserved = 0x7ff0
