import { createHash } from 'node:crypto'
import type { FileEntry } from './file-tree.ts'
import { nodeKey, type InputNode, type NodeName } from './node.ts'
import type { InputGraph } from './read-graph.ts'
import type { RenderFailure } from './target.ts'

/** Every file that rendering a target reads, at one commit. */
export interface Closure {
  /** Paths, sorted. */
  readonly inputs: readonly string[]
  /** The chain of directories from each node to the target, the node first. */
  readonly chains: ReadonlyMap<string, readonly string[]>
  /** Nodes that read a file, nearest to the target first. */
  readonly nodes: readonly InputNode[]
  readonly failures: readonly RenderFailure[]
  readonly missing: readonly RenderFailure[]
  /** Of the inputs, those that only a template of ytt reads. */
  readonly beside: ReadonlySet<string>
  readonly component: boolean
  /** kustomize needs helm for it. */
  readonly charts: boolean
  /** sha256 over path, mode and blob id of every input, and how it is rendered. Equal digests render equally. */
  readonly digest: string
}

/** Where files are found by their path. */
export interface FileLookup {
  readonly files: Pick<ReadonlyMap<string, FileEntry>, 'get'>
}

/** Walks the graph from a target. A cycle of kustomizations is a failure. */
export function closeInputs(tree: FileLookup, graph: InputGraph, target: NodeName): Closure {
  const chains = new Map<string, readonly string[]>([[nodeKey(target), [target.path]]])
  const nodes: InputNode[] = []
  const queue: NodeName[] = [target]
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const node = graph.get(nodeKey(name))
    if (node === undefined) continue
    nodes.push(node)
    const chain = chains.get(nodeKey(name)) ?? [name.path]
    for (const child of node.children) {
      if (chains.has(nodeKey(child))) continue
      chains.set(nodeKey(child), [child.path, ...chain])
      queue.push(child)
    }
  }
  const inputs = [...new Set(nodes.flatMap((node) => node.inputs))].sort()
  const cycle = findCycle(graph, target)
  return {
    inputs,
    chains,
    nodes,
    failures: [
      ...nodes.flatMap((node) => node.failures),
      ...(cycle === undefined ? [] : [cycleFailure(cycle)]),
    ],
    missing: nodes.flatMap((node) => node.missing),
    beside: new Set(nodes.flatMap((node) => node.beside ?? [])),
    component: graph.get(nodeKey(target))?.component === true,
    charts: nodes.some((node) => node.charts),
    digest: digestOf(tree, target, inputs),
  }
}

function digestOf(tree: FileLookup, target: NodeName, inputs: readonly string[]): string {
  const lines = inputs.map((path) => {
    const entry = tree.files.get(path)
    return JSON.stringify([path, entry?.mode ?? null, entry?.blob ?? null])
  })
  const text = [JSON.stringify([target.kind, target.path]), ...lines].join('\n')
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** A node that is its own descendant, as the chain of directories that leads back to it. */
function findCycle(graph: InputGraph, target: NodeName): readonly string[] | undefined {
  const finished = new Set<string>()
  const path: { readonly name: NodeName; readonly children: NodeName[] }[] = []
  const enter = (name: NodeName): void => {
    path.push({ name, children: [...(graph.get(nodeKey(name))?.children ?? [])] })
  }
  enter(target)
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const child = top.children.shift()
    if (child === undefined) {
      finished.add(nodeKey(top.name))
      path.pop()
      continue
    }
    const start = path.findIndex(({ name }) => nodeKey(name) === nodeKey(child))
    if (start >= 0) return [...path.slice(start).map(({ name }) => name.path), child.path]
    if (!finished.has(nodeKey(child))) enter(child)
  }
  return undefined
}

function cycleFailure(cycle: readonly string[]): RenderFailure {
  return {
    code: 'input-refused',
    message: `kustomizations name each other in a circle: ${cycle.join(' → ')}`,
    file: cycle[0],
  }
}
