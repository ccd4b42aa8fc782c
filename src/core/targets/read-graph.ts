import { describeNode } from './describe-node.ts'
import type { FileTree } from './file-tree.ts'
import { nodeKey, type InputNode, type NodeName } from './node.ts'

/** Nodes of one commit and what they name, by node key. */
export type InputGraph = ReadonlyMap<string, InputNode>

/**
 * Reads everything that the given nodes depend on. A generator, so that it stays pure: it yields the paths whose content it needs
 * next, all of them at once, and takes the contents of every path asked for so far (a path without content: empty text). Nodes that
 * are in `known`, a graph of the same tree, are taken from there.
 */
export function* readGraph(
  tree: FileTree,
  starts: readonly NodeName[],
  known: InputGraph = new Map(),
): Generator<readonly string[], InputGraph, ReadonlyMap<string, string>> {
  const graph = new Map<string, InputNode>(known)
  let contents: ReadonlyMap<string, string> = new Map()
  let waiting = new Map(starts.map((start) => [nodeKey(start), start]))
  while (waiting.size > 0) {
    const needed = new Set<string>()
    const next = new Map<string, NodeName>()
    for (const [key, name] of waiting) {
      if (graph.has(key)) continue
      let isComplete = true
      const node = describeNode(tree, name, (path) => {
        const content = contents.get(path)
        if (content === undefined) {
          isComplete = false
          needed.add(path)
        }
        return content
      })
      if (!isComplete) next.set(key, name)
      else {
        graph.set(key, node)
        for (const child of node.children) if (!graph.has(nodeKey(child))) next.set(nodeKey(child), child)
      }
    }
    if (needed.size > 0) contents = yield [...needed]
    waiting = next
  }
  return graph
}
