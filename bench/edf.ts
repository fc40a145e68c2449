/**
 * The baseline of the real-time row: global earliest deadline first over periodic tasks, in plain mutable
 * JavaScript and nothing else - no hypervisor, no budgets, no values. Tasks are released at every period, run
 * for their time on the pCPUs with the earliest deadlines, and are done.
 */

export interface Task {
  readonly periodNs: number
  readonly runNs: number
}

/** A task set of a total utilisation: periods from 5 to 50 ms in steps, shares drawn by a fixed rule. */
export const taskSet = (count: number, pcpus: number, utilisation: number): ReadonlyArray<Task> => {
  const weights = Array.from({ length: count }, (_, i) => 1 + ((i * 7919) % 13))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight, i) => {
    const periodNs = 1_000_000 * (5 + ((i * 31) % 46))
    const share = Math.min(0.9, (utilisation * pcpus * weight) / sum)
    return { periodNs, runNs: Math.floor(periodNs * share) }
  })
}

/** Runs the tasks up to a time; gives the jobs that were completed and those that came too late. */
export const globalEdf = (
  tasks: ReadonlyArray<Task>,
  pcpus: number,
  durationNs: number
): { readonly jobs: number; readonly missed: number } => {
  const left = tasks.map(() => 0)
  const deadline = tasks.map(() => 0)
  const release = tasks.map(() => 0)
  const releases = new Heap(release)
  const ready = new Heap(deadline)
  for (let task = 0; task < tasks.length; task++) releases.push(task)
  const running = new Array<number>(pcpus).fill(-1)
  const endNs = new Array<number>(pcpus).fill(Infinity)
  let [jobs, missed] = [0, 0]
  for (;;) {
    let now = release[releases.first()] as number
    for (let cpu = 0; cpu < pcpus; cpu++) if ((endNs[cpu] as number) < now) now = endNs[cpu] as number
    if (now > durationNs) return { jobs, missed }
    for (let cpu = 0; cpu < pcpus; cpu++) {
      if (endNs[cpu] !== now) continue
      jobs++
      if (now > (deadline[running[cpu] as number] as number)) missed++
      running[cpu] = -1
      endNs[cpu] = Infinity
    }
    while (release[releases.first()] === now) {
      const task = releases.pop()
      const { periodNs, runNs } = tasks[task] as Task
      deadline[task] = now + periodNs
      release[task] = now + periodNs
      left[task] = runNs
      ready.push(task)
      releases.push(task)
    }
    while (ready.size > 0) {
      const cpu = latest(running, deadline)
      const out = running[cpu] as number
      if (out >= 0 && (deadline[out] as number) <= (deadline[ready.first()] as number)) break
      const task = ready.pop()
      if (out >= 0) {
        left[out] = (endNs[cpu] as number) - now
        ready.push(out)
      }
      running[cpu] = task
      endNs[cpu] = now + (left[task] as number)
    }
  }
}

/** The pCPU that idles, or else runs the latest deadline. */
const latest = (running: ReadonlyArray<number>, deadline: ReadonlyArray<number>): number => {
  let [found, at] = [0, -1]
  for (let cpu = 0; cpu < running.length; cpu++) {
    const task = running[cpu] as number
    if (task < 0) return cpu
    if ((deadline[task] as number) <= at) continue
    at = deadline[task] as number
    found = cpu
  }
  return found
}

/** A binary heap of tasks by a key of theirs, the smallest first. */
class Heap {
  private readonly items: number[] = []

  constructor(private readonly key: ReadonlyArray<number>) {}

  get size(): number {
    return this.items.length
  }

  first(): number {
    return this.items[0] as number
  }

  push(task: number): void {
    const { items, key } = this
    let at = items.length
    items.push(task)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if ((key[items[parent] as number] as number) <= (key[task] as number)) break
      items[at] = items[parent] as number
      at = parent
    }
    items[at] = task
  }

  pop(): number {
    const { items, key } = this
    const top = items[0] as number
    const last = items.pop() as number
    const count = items.length
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= count) break
      if (
        child + 1 < count &&
        (key[items[child + 1] as number] as number) < (key[items[child] as number] as number)
      )
        child++
      if ((key[items[child] as number] as number) >= (key[last] as number)) break
      items[at] = items[child] as number
      at = child
    }
    if (count > 0) items[at] = last
    return top
  }
}
