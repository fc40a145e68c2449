/**
 * Why a host file or a journal was not read: which file, where in it, and the reason.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * - `CutOff`: the text ends in the middle.
 * - `NotJson`: not JSON, from `place` on.
 * - `WrongFormat`: JSON, but not a file of the kind that is wanted.
 * - `NewerVersion`: written by a later version of this package.
 * - `Malformed`: the value at `place` is not what the format says.
 * - `Damaged`: well formed, but the digest in the file is that of something else.
 * - `MissingNeed`: it needs a scheduler or a guest program that is not there in that version.
 *
 * @category errors
 * @since 0.1.0
 */
export interface FileError {
  readonly _tag:
    'CutOff' | 'NotJson' | 'WrongFormat' | 'NewerVersion' | 'Malformed' | 'Damaged' | 'MissingNeed'
  readonly file: string
  readonly place: string
  readonly reason: string
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The error as one line for people.
 *
 * @category queries
 * @since 0.1.0
 */
export const fileErrorText = ({ file, place, reason }: FileError): string => `${file}: ${place}: ${reason}`
