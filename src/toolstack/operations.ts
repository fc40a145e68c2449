/**
 * The toolstack's operations by name, as inputs of a host: what a journal holds of them is the name and
 * these arguments.
 *
 * @since 0.1.0
 */
import type { PlainData } from '../abi/index.js'
import { domExcOperation } from '../machine/index.js'
import type { ToolstackOperation } from '../machine/index.js'

import type { Workloads } from './libxl/guestModes.js'
import { libxlOperations } from './libxl/libxlOperations.js'
import type { LibxlArguments } from './libxl/libxlOperations.js'
import { restartDomain, restartOperation, watchDomains } from './xl/monitor.js'
import { xl } from './xl/xl.js'
import type { XlWorld } from './xl/XlRun.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Arguments of the operation `xl`: words without the program's name, and the world around it; what is absent
 * is empty. The reply is `{ rc, stdout, stderr }`.
 *
 * @category model
 * @since 0.1.0
 */
export interface XlArguments {
  readonly argv: ReadonlyArray<string>
  readonly files?: XlWorld['files']
  readonly sizes?: XlWorld['sizes']
  readonly workloads?: Workloads
}

/**
 * The names of the operations: `xl`, calls of libxl, and what the processes that watch domains do.
 *
 * @category model
 * @since 0.1.0
 */
export type ToolstackName = 'xl' | keyof LibxlArguments | 'VIRQ_DOM_EXC' | 'xl.restart'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * For the environment of a host.
 *
 * @category constants
 * @since 0.1.0
 */
export const toolstackOperations: Readonly<Record<ToolstackName, ToolstackOperation>> = {
  ...libxlOperations,
  [domExcOperation]: watchDomains,
  [restartOperation]: restartDomain,
  xl: (env, host, args, options) => {
    const { argv, files = {}, sizes = {}, workloads = {} } = args as unknown as XlArguments
    const done = xl(env, host, argv, { files, sizes, workloads }, options)
    const { rc, stdout, stderr } = done
    return [done.host, done.outputs, { rc, stdout, stderr }]
  }
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The arguments as plain data, for an input or a journal.
 *
 * @category constructors
 * @since 0.1.0
 */
export const xlArguments = (args: XlArguments): PlainData => args as unknown as PlainData
