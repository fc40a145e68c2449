/** The number of top headings of a Markdown text, fenced code left out. */
export const topHeadings = (markdown: string): number => {
  let isFenced = false
  let count = 0
  for (const line of markdown.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) isFenced = !isFenced
    else if (!isFenced && /^# \S/.test(line)) count += 1
  }
  return count
}

/** Paths that exist on one machine only, and addresses that a lock file would tie every clone to. */
const machineBound = [
  /(?<![\w.])\/(?:work|farm)\/\w/,
  /bash[_]jobs/,
  /registry\.(?:npm|yarn)/,
  /(?:deb|security)\.debian\.org/,
  /https?:\/\/(?:localhost|127\.0\.0\.1):\d+\/.*\.tgz/
]

/** The places in a text that only make sense on the machine where it was written. */
export const machineBoundComplaints = (path: string, text: string): string[] => {
  const complaints: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const match = machineBound.map((pattern) => pattern.exec(line)).find((found) => found !== null)
    if (match !== undefined) complaints.push(`${path}:${index + 1} names ${match[0]}`)
  }
  return complaints
}
