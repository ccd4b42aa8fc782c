/**
 * The lines of a comment or review that a person wrote as prose: outside fenced code and HTML comments, without their line ends. What
 * starts with a command is one of these; a quoted or indented line is given as it stands, and starts with something else. An HTML
 * comment within a line leaves a space behind, so that what follows it does not move to the start of the line.
 * https://github.github.com/gfm/#fenced-code-blocks
 */
export function proseLines(body: string): readonly string[] {
  const lines: string[] = []
  let fence: string | undefined
  let commented = false
  for (const line of body.split(/\r\n|\r|\n/)) {
    if (fence !== undefined) {
      const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
      if (closing?.startsWith(fence)) fence = undefined
      continue
    }
    const opening = commented ? undefined : /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1]
    if (opening !== undefined) {
      fence = opening
      continue
    }
    const rest = withoutComments(line, commented)
    commented = rest.commented
    lines.push(rest.text.trimEnd())
  }
  return lines
}

/** A line without its HTML comments, and whether one is still open at its end. */
function withoutComments(line: string, commented: boolean): { text: string; commented: boolean } {
  let text = ''
  let from = 0
  let inside = commented
  for (;;) {
    const found = line.indexOf(inside ? '-->' : '<!--', from)
    if (!inside) text += line.slice(from, found === -1 ? undefined : found)
    if (found === -1) return { text, commented: inside }
    if (inside) text += ' '
    from = found + (inside ? 3 : 4)
    inside = !inside
  }
}
