/**
 * What is wrong with a value that a codec refused, and where in it.
 *
 * @since 0.1.0
 */
import type { Errors } from 'io-ts'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What is wrong with a value that was read: the path inside it ('' for itself) and the reason.
 *
 * @category model
 * @since 0.1.0
 */
export type Fault = readonly [path: string, reason: string]

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The first fault of a failed reading, as path and reason; the path is '' for the whole value.
 *
 * @category queries
 * @since 0.1.0
 */
export const faultOf = (errors: Errors): Fault => {
  const [error] = errors
  if (error === undefined) return ['', 'refused']
  const path = error.context.map(({ key }) => key).reduce(pathJoin, '')
  return [path, error.message ?? `not ${error.context[error.context.length - 1]?.type.name ?? 'as expected'}`]
}

/**
 * A path one step further: `.name` for a field, `[n]` for a place.
 *
 * @category queries
 * @since 0.1.0
 */
export const pathJoin = (path: string, key: string): string => {
  if (key === '' || key.startsWith('[')) return path + key
  if (/^\d+$/.test(key)) return `${path}[${key}]`
  if (!/^[A-Za-z_][\w.[\]]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}
