/** Files of the environment before, each with the file of this environment that it goes to. */
export interface PathPair {
  readonly from: string
  readonly to: string
}

/**
 * The files that `from` names (with at most one `*`, which stands for one name between slashes or a part of one), each paired with `to`, whose `*` stands for
 * the same. Without `*` the pair itself. Sorted by `from`.
 */
export function pairPaths(from: string, to: string, paths: Iterable<string>): readonly PathPair[] {
  const [head, tail] = from.split('*')
  if (head === undefined || tail === undefined) return [{ from, to }]
  const pairs: PathPair[] = []
  for (const path of paths) {
    if (!path.startsWith(head) || !path.endsWith(tail) || path.length < head.length + tail.length) continue
    const name = path.slice(head.length, path.length - tail.length)
    if (name === '' || name.includes('/')) continue
    pairs.push({ from: path, to: to.replace('*', () => name) })
  }
  return pairs.sort((a, b) => (a.from < b.from ? -1 : 1))
}
