import { describeNode } from './describe-node.ts'
import type { FileTree } from './file-tree.ts'
import { nodeKey, type InputNode, type NodeName } from './node.ts'
import { remoteKey, type RemoteBase } from './remote-base.ts'
import { isMounted, type RemoteMounts } from './remote-mount.ts'

/** Nodes of one commit and what they name, by node key. */
export type InputGraph = ReadonlyMap<string, InputNode>

/** What has to be there before nodes can be described. */
export interface Needed {
  /** Files whose content is read next. */
  readonly paths: readonly string[]
  /** Repositories elsewhere, each once. */
  readonly remotes: readonly RemoteBase[]
}

/** Mounts, and the tree in which a path below one of them lies. */
export interface GraphRemotes extends RemoteMounts {
  treeOf(path: string): FileTree | undefined
}

/**
 * Reads everything that the given nodes depend on. A generator, so that it stays pure: it yields what it needs next, all of it at once,
 * and takes the contents of every path asked for so far (a path without content: empty text); remotes are then found in `remotes`.
 * Nodes that are in `known`, a graph of the same tree, are taken from there.
 */
export function* readGraph(
  tree: FileTree,
  starts: readonly NodeName[],
  known: InputGraph = new Map(),
  remotes?: GraphRemotes,
): Generator<Needed, InputGraph, ReadonlyMap<string, string>> {
  const graph = new Map<string, InputNode>(known)
  let contents: ReadonlyMap<string, string> = new Map()
  let waiting = new Map(starts.map((start) => [nodeKey(start), start]))
  while (waiting.size > 0) {
    const needed = new Set<string>()
    const wanted = new Map<string, RemoteBase>()
    const next = new Map<string, NodeName>()
    for (const [key, name] of waiting) {
      if (graph.has(key)) continue
      let isComplete = true
      const read = (path: string): string | undefined => {
        const content = contents.get(path)
        if (content === undefined) {
          isComplete = false
          needed.add(path)
        }
        return content
      }
      const find: RemoteMounts['find'] = (base) => {
        const mount = remotes?.find(base)
        if (mount === undefined) {
          isComplete = false
          wanted.set(remoteKey(base), base)
        }
        return mount
      }
      const seen = isMounted(name.path) ? (remotes?.treeOf(name.path) ?? tree) : tree
      const node = describeNode(
        seen,
        name,
        read,
        remotes === undefined ? undefined : { allowed: remotes.allowed, find },
      )
      if (!isComplete) next.set(key, name)
      else {
        graph.set(key, node)
        for (const child of node.children) if (!graph.has(nodeKey(child))) next.set(nodeKey(child), child)
      }
    }
    if (needed.size + wanted.size > 0) contents = yield { paths: [...needed], remotes: [...wanted.values()] }
    waiting = next
  }
  return graph
}
