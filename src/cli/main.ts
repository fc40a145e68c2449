#!/usr/bin/env node
/**
 * The file behind the command `xensim`. It ends by itself when all is written, never by force: what goes into
 * a pipe arrives there whole.
 *
 * @since 0.1.0
 */
import { exitCode } from './Command.js'
import { dispatch } from './dispatch.js'

/**
 * Nobody reads any more: no reason to stop, a host file may still have to be written. Any other error is one.
 */
const onStreamError = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') return
  process.exitCode = exitCode.failure
  if (error.syscall === 'write') process.stderr.write(`xensim: output: ${error.message}\n`)
}
process.stdout.on('error', onStreamError)
process.stderr.on('error', () => undefined)

const surroundings = {
  out: (text: string): void => void process.stdout.write(text),
  err: (text: string): void => void process.stderr.write(text),
  environment: process.env
}

dispatch(process.argv.slice(2), surroundings).then(
  (code) => {
    if (code !== exitCode.success) process.exitCode = code
  },
  async (error: unknown) => {
    process.exitCode = exitCode.failure
    const { reportBug } = await import('./bug.js')
    reportBug(error, surroundings, process.cwd())
  }
)
