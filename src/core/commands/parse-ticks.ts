/** A box of the sticky comment: a manual item of an environment's checklist. */
export interface Tick {
  readonly environment: string
  readonly item: string
  readonly signed: boolean
}

/** What stands before and after the words of a box. */
export function writeTick({ environment, item, signed }: Tick): {
  readonly before: string
  readonly after: string
} {
  return {
    before: `- [${signed ? 'x' : ' '}] `,
    after: ` <!-- attest:${encodeURIComponent(environment)}:${item} -->`,
  }
}

const box = /^- \[([ xX])\] .{0,2000}<!-- attest:([^:\s]{1,300}):([a-z0-9-]{1,63}) -->\s*$/

/** Boxes that an edit of the comment ticked or unticked, in their order. */
export function changedTicks(before: string, after: string): readonly Tick[] {
  const was = readTicks(before)
  return [...readTicks(after)]
    .filter(([key, tick]) => was.get(key)?.signed !== undefined && was.get(key)?.signed !== tick.signed)
    .map(([, tick]) => tick)
}

/** The first box of each item: the boxes stand above everything that a pull request can write into the comment. */
function readTicks(body: string): ReadonlyMap<string, Tick> {
  const ticks = new Map<string, Tick>()
  for (const line of body.slice(0, 100_000).split(/\r?\n/)) {
    const found = box.exec(line)
    const environment = decoded(found?.[2] ?? '')
    if (found === null || environment === undefined) continue
    const item = found[3] ?? ''
    const key = JSON.stringify([environment, item])
    if (!ticks.has(key)) ticks.set(key, { environment, item, signed: found[1] !== ' ' })
  }
  return ticks
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
