/** How many laboratories a property tries: twenty times as many in the long test. */
export const runs = (usual: number): { readonly numRuns: number } => ({
  numRuns: process.env['XENSIM_LONG'] === '1' ? 20 * usual : usual
})
