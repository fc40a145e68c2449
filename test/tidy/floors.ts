import { importsOf, targetOf, type Import, type Source } from './sources.js'

/** The floors of the house (docs/architecture.md). A folder that is not listed here has no place in `src`. */
export const floors: Readonly<Record<string, number>> = {
  prelude: 0,
  abi: 1,
  sched: 2,
  memory: 2,
  grant: 2,
  evtchn: 2,
  xenstore: 2,
  domain: 2,
  machine: 3,
  hypercalls: 4,
  devices: 5,
  guest: 5,
  toolstack: 6,
  replay: 7,
  trace: 7,
  testing: 8,
  shell: 8,
  // The command stands on the shell: it has no power of its own.
  cli: 9
}

const floorFpTs = 0
const floorIoTs = 1

/** `src/sched/credit/Credit.ts` lies in `sched`, `src/index.ts` in ''. */
export const folderOf = (path: string): string => path.split('/').slice(1, -1)[0] ?? ''

const isImpure = (folder: string): boolean => folder === 'shell' || folder === 'cli'

/**
 * Devices and guests have a guest's powers only: they know the subsystems' words and the shapes of
 * hypercalls.
 */
const isGuestSide = (folder: string): boolean => folder === 'devices' || folder === 'guest'

const complaintAcross = (from: string, to: string, { isTypeOnly }: Import): string | undefined => {
  const here = floors[from]
  const there = floors[to]
  if (there === undefined) return `${to} is on no floor`
  if (here === undefined) return undefined
  if (there > here) return `${from} (floor ${here}) must not look up to ${to} (floor ${there})`
  if (there === here) return `${from} must not look sideways to ${to} (both on floor ${here})`
  if (isGuestSide(from) && there === 4 && !isTypeOnly) return `${from} may use only types of ${to}`
  if (isGuestSide(from) && there === 3) return `${from} must not know ${to}`
  return undefined
}

const complaintAboutPackage = (folder: string, specifier: string): string | undefined => {
  const floor = floors[folder] ?? floorIoTs
  if (specifier.startsWith('node:')) return isImpure(folder) ? undefined : 'only the shell may use Node'
  if (/^fp-ts\/lib\/[A-Za-z]+\.js$/.test(specifier))
    return floor >= floorFpTs ? undefined : 'too low for fp-ts'
  if (specifier === 'io-ts' || /^io-ts\/lib\/[A-Za-z]+\.js$/.test(specifier)) {
    return floor >= floorIoTs ? undefined : 'too low for io-ts'
  }
  if (specifier === 'immer') return folder === 'prelude' ? undefined : 'only the prelude may use immer'
  if (specifier === 'piscina') return folder === 'shell' ? undefined : 'only the shell may use threads'
  if (specifier === 'fast-check') return folder === 'testing' ? undefined : 'only testing may use fast-check'
  return 'not a module that this folder may import'
}

/**
 * A folder's `codec.ts` is a door of its own, for other folders' `codec.ts`: who does not read files need not
 * carry what reads them (decision 0006).
 */
const isCodecDoor = (from: string, target: string): boolean =>
  from.endsWith('/codec.ts') && /^src\/[a-z]+\/codec\.ts$/.test(target)

/** Every import of `file` that the floors forbid. */
export const floorComplaints = (file: Source): string[] => {
  const folder = folderOf(file.path)
  const complaints: string[] = []
  for (const found of importsOf(file)) {
    const { line, specifier } = found
    const say = (text: string | undefined): void => {
      if (text !== undefined) complaints.push(`${file.path}:${line} imports ${specifier}: ${text}`)
    }
    if (!specifier.startsWith('.')) {
      say(complaintAboutPackage(folder, specifier))
      continue
    }
    if (!specifier.endsWith('.js')) say('relative imports end in .js')
    const target = targetOf(file, specifier)
    const folderTarget = folderOf(target)
    if (target === 'src/index.ts') say('nothing imports src/index.ts')
    else if (!target.startsWith('src/')) say('leads out of src')
    else if (folderTarget !== folder) {
      if (target !== `src/${folderTarget}/index.ts` && !isCodecDoor(file.path, target))
        say(`goes past the index of ${folderTarget}`)
      say(complaintAcross(folder, folderTarget, found))
    } else if (target.endsWith('/index.ts')) say('inside a folder import the file itself')
  }
  return complaints
}

/** The files of `src` that no entry point leads to. */
export const unreachable = (files: readonly Source[], entryPaths: readonly string[]): string[] => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const seen = new Set<string>()
  const queue = [...entryPaths]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const file = byPath.get(path)
    if (file === undefined || seen.has(path)) continue
    seen.add(path)
    for (const { specifier } of importsOf(file)) {
      if (specifier.startsWith('.')) queue.push(targetOf(file, specifier))
    }
  }
  return files.map((file) => file.path).filter((path) => !seen.has(path))
}
