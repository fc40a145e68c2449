import * as fc from 'fast-check'

import { seedFixed } from './seed.js'

// One seed for all properties of a run; a failure prints it together with the path to the shrunk value.
fc.configureGlobal({
  seed: Number(process.env['XENSIM_SEED'] ?? seedFixed),
  ...(process.env['XENSIM_LONG'] === '1' ? { numRuns: 2_000 } : {})
})
