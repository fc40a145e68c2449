import type { DomainEnvironment } from '../../../../src/toolstack/cfg/DomainParse.js'
import { xlSettingsDefault } from '../../../../src/toolstack/cfg/xlConf.js'

export const uuidDrawn = '01234567-89ab-cdef-0123-456789abcdef'

/** The recorded machine: 4 pCPUs on 2 nodes. */
export const environment: DomainEnvironment = {
  topology: {
    pcpusTotal: 4,
    nodes: [
      [0, 1],
      [2, 3]
    ]
  },
  uuid: uuidDrawn,
  settings: xlSettingsDefault
}
