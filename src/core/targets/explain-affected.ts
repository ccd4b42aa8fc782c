import type { Closure, FileLookup } from './close-inputs.ts'
import { parentOf } from './file-tree.ts'
import { nodeKey } from './node.ts'

/** One side of a target: where its inputs are found, and which they are. */
export interface Side {
  readonly tree: FileLookup
  readonly closure: Closure
}

/**
 * The shortest chain from a changed file to the target: the file, the directories that name each other, the target. Inputs of both
 * sides count, so that a removed file explains itself. Undefined when every input is the same.
 */
export function explainAffected(
  target: string,
  base: Side | undefined,
  head: Side | undefined,
): readonly string[] {
  const chains = [head, base].flatMap((side) => (side === undefined ? [] : changedChains(side, base, head)))
  const [shortest] = chains.sort((a, b) => a.length - b.length || (a.join('\n') < b.join('\n') ? -1 : 1))
  return shortest ?? [target]
}

function changedChains(
  side: Side,
  base: Side | undefined,
  head: Side | undefined,
): readonly (readonly string[])[] {
  return side.closure.nodes.flatMap((node) =>
    node.inputs
      .filter((path) => isChanged(path, base, head))
      .map((path) => [path, ...(side.closure.chains.get(nodeKey(node)) ?? [parentOf(path)])]),
  )
}

function isChanged(path: string, base: Side | undefined, head: Side | undefined): boolean {
  const [before, after] = [base, head].map((side) => side?.tree.files.get(path))
  return before?.blob !== after?.blob || before?.mode !== after?.mode
}
