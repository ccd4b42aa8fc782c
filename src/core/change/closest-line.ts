/** The line of a field, or of the closest one around it that is written; undefined: none of them is. */
export function closestLine(lines: Readonly<Record<string, number>>, path: string): number | undefined {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = Object.hasOwn(lines, at) ? lines[at] : undefined
    if (found !== undefined) return found
  }
  return undefined
}
