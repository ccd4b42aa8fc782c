/** A slash command as a person wrote it. */
export type Command =
  | { readonly kind: 'merge' }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'unhold' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'status' }
  | { readonly kind: 'retry' }
  | { readonly kind: 'help' }
  /** `/approve`, `/lgtm`: answered with how to approve. */
  | { readonly kind: 'approve' }
  /** Words where none belong, or something that is no command but looks like one. */
  | { readonly kind: 'misused'; readonly word: string; readonly usage: string }
  | { readonly kind: 'unknown'; readonly word: string; readonly suggestion: string | undefined }

/** Every command with its usage, in the order of `/help`. */
export const usages = {
  merge: '`/merge`: merge as soon as every gate is satisfied; stays asked until the head changes',
  hold: '`/hold [reason]`: keep it from merging',
  unhold: '`/unhold`: lift the hold',
  cancel: '`/cancel`: withdraw `/merge`',
  status: '`/status`: why it is where it is, slot by slot',
  retry: '`/retry`: judge again now',
  help: '`/help`: these commands',
} as const satisfies Record<string, string>

type Word = keyof typeof usages

/** A comment longer than this is prose; GitHub allows 65,536 characters. */
const commandsPerComment = 10

/** Cheap test before anything is queued: some line starts with a slash and a letter. */
export function mightBeCommand(body: string): boolean {
  return /^\/[a-z]/im.test(body)
}

/**
 * The commands of a comment: `/word` at the very start of a line, outside quotes, code and HTML comments, followed by white
 * space or the line's end. Paths (`/usr/bin`), look-alike characters and indented lines are prose. At most ten, in order.
 */
export function parseCommands(body: string): readonly Command[] {
  const commands: Command[] = []
  for (const line of proseLines(body)) {
    const match = /^\/([a-z][a-z-]{0,40})(?:[ \t]+(.*))?$/i.exec(line)
    if (match === null) continue
    commands.push(toCommand((match[1] ?? '').toLowerCase(), (match[2] ?? '').trim()))
    if (commands.length === commandsPerComment) break
  }
  return commands
}

/** The lines of a comment that are neither quoted nor code nor commented out. https://github.github.com/gfm/#fenced-code-blocks */
function proseLines(body: string): readonly string[] {
  const lines: string[] = []
  let fence: string | undefined
  let commented = false
  for (const line of body.split(/\r\n|\r|\n/)) {
    if (fence !== undefined) {
      const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
      if (closing?.startsWith(fence)) fence = undefined
      continue
    }
    if (commented) {
      if (line.includes('-->')) commented = false
      continue
    }
    const opening = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1]
    if (opening !== undefined) {
      fence = opening
      continue
    }
    const start = line.lastIndexOf('<!--')
    if (start !== -1 && !line.includes('-->', start)) {
      commented = true
      continue
    }
    if (line.startsWith('/')) lines.push(line)
  }
  return lines
}

function toCommand(word: string, rest: string): Command {
  switch (word) {
    case 'hold':
      return { kind: 'hold', reason: rest }
    case 'merge':
    case 'unhold':
    case 'cancel':
    case 'status':
    case 'retry':
    case 'help':
      return rest === '' ? { kind: word } : { kind: 'misused', word, usage: usages[word] }
    case 'approve':
    case 'lgtm':
      return { kind: 'approve' }
    default:
      return { kind: 'unknown', word, suggestion: nearest(word) }
  }
}

/** The command that was probably meant: at most two edits away. */
function nearest(word: string): Word | undefined {
  const distances = (Object.keys(usages) as Word[]).map((known) => ({
    known,
    distance: editDistance(word, known),
  }))
  const best = distances.toSorted((a, b) => a.distance - b.distance)[0]
  return best !== undefined && best.distance <= 2 && best.distance < best.known.length - 1
    ? best.known
    : undefined
}

/** Optimal string alignment: swapped neighbours count as one. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      rows[i]?.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + change,
          swapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      )
    }
  }
  return at(a.length, b.length)
}
