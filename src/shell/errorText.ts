/**
 * Errors of the lower floors as a line for people.
 *
 * @since 0.1.0
 */
import type { TopologyError } from '../abi/index.js'
import type { TransitionError } from '../machine/index.js'
import type { BootError } from '../toolstack/index.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Why the machine refused an input.
 *
 * @category queries
 * @since 0.1.0
 */
export const transitionErrorText = (error: TransitionError): string => {
  switch (error._tag) {
    case 'TimeGoesBack':
      return `time does not go back: it is ${error.nowNs} ns, which is later than ${error.toNs} ns`
    case 'TimeOutOfRange':
      return `${error.toNs} is not a time: whole nanoseconds up to 2^53 - 1 (104 days) are`
    case 'Refused':
      return `refused: ${error.errno}`
    case 'SchedulerFailed':
      return `scheduler ${error.scheduler} failed in its hook ${error.hook}: ${error.reason}`
    case 'NoSuchToolstackOperation':
      return `the toolstack has no operation ${error.name}`
  }
}

/**
 * Why a machine can't be switched on.
 *
 * @category queries
 * @since 0.1.0
 */
export const bootErrorText = (error: BootError): string => {
  switch (error._tag) {
    case 'Topology':
      return topologyErrorText(error.error)
    case 'TooLittleMemory':
      return `memory: ${error.memoryBytes} bytes are too little for Xen and domain 0`
    case 'NotImplemented':
      return `NotImplemented: ${error.feature}`
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const topologyErrorText = (error: TopologyError): string => {
  switch (error._tag) {
    case 'NotAPositiveInteger':
      return `topology: ${fieldNames[error.field]} must be at least 1, not ${error.value}`
    case 'TooManyPcpus':
      return `topology: ${error.pcpusTotal} pCPUs are more than Xen's ${error.pcpusMax}`
    case 'UnevenNodes':
      return `topology: ${error.pcpusTotal} pCPUs do not spread evenly over ${error.nodesTotal} NUMA nodes`
  }
}

const fieldNames = {
  sockets: 'sockets',
  coresPerSocket: 'cores per socket',
  threadsPerCore: 'threads per core',
  nodesTotal: 'NUMA nodes'
} as const
