import { closeInputs, type Closure } from '../core/targets/close-inputs.ts'
import { kindOfDirectory } from '../core/targets/describe-node.ts'
import { indexTree, type FileTree } from '../core/targets/file-tree.ts'
import type { NodeKind } from '../core/targets/node.ts'
import { readGraph, type InputGraph } from '../core/targets/read-graph.ts'
import type { Files, Tree } from '../ports/repository.ts'
import { readContents, type Contents } from './read-contents.ts'

/** One target at one commit. */
export interface TargetSide {
  readonly path: string
  readonly kind: NodeKind
  readonly closure: Closure
}

/** One commit: its tree and, once closed, what every target reads. */
export interface GatheredSide {
  readonly tree: FileTree
  /** By target path. A target that is absent, or a component, at this commit is not listed. */
  readonly sides: ReadonlyMap<string, TargetSide>
  /** Reads the inputs of these targets, all of them together, in as few rounds as their references are deep. */
  close(paths: readonly string[]): Promise<void>
}

/** Sides by the tree object that the repository keeps: the same commit is gathered once, for as long as its tree is kept. */
const gathered = new WeakMap<Tree, GatheredSide>()

export async function gatherSide(files: Files, treeish: string): Promise<GatheredSide> {
  const listed = await files.tree(treeish)
  const known = gathered.get(listed) ?? openSide(files, listed)
  gathered.set(listed, known)
  return known
}

function openSide(files: Files, listed: Tree): GatheredSide {
  const tree = indexTree(listed)
  const sides = new Map<string, TargetSide>()
  const closed = new Set<string>()
  let graph: InputGraph = new Map()
  const close = async (paths: readonly string[]): Promise<void> => {
    const names = paths.flatMap((path) => {
      const kind = closed.has(path) ? undefined : kindOfDirectory(tree, path)
      return kind === undefined ? [] : [{ path, kind }]
    })
    if (names.length === 0) return
    const contents: Contents = new Map()
    const steps = readGraph(tree, names, graph)
    let step = steps.next()
    while (step.done !== true) {
      await readContents(files, tree, step.value, contents)
      step = steps.next(texts(contents))
    }
    graph = step.value
    for (const name of names) {
      closed.add(name.path)
      const closure = closeInputs(tree, graph, name)
      if (!closure.component) sides.set(name.path, { ...name, closure })
    }
  }
  return { tree, sides, close }
}

/** What is too large to read has no text: the failure comes when it is to be rendered. */
function texts(contents: Contents): ReadonlyMap<string, string> {
  return new Map(
    [...contents].map(([path, content]) => [path, Buffer.isBuffer(content) ? content.toString('utf8') : '']),
  )
}
