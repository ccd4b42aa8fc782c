import { closeInputs, type Closure } from '../core/targets/close-inputs.ts'
import { kindOfDirectory } from '../core/targets/describe-node.ts'
import { indexTree, type FileTree } from '../core/targets/file-tree.ts'
import { discoverObjects, discoverTargets, mayDeclare } from '../core/targets/discover/discover-targets.ts'
import {
  gitOpsObjects,
  makesObjects,
  readObjects,
  type GitOpsObject,
} from '../core/targets/discover/read-objects.ts'
import { closeRecipe, recipeInputs, type RecipeInputs } from '../core/targets/discover/recipe-inputs.ts'
import type { DiscoveredTarget, Discovery, Recipe } from '../core/targets/discover/recipe.ts'
import type { JsonObject, Resource } from '../core/change/resource.ts'
import type { NodeKind, NodeName } from '../core/targets/node.ts'
import { readGraph, type InputGraph } from '../core/targets/read-graph.ts'
import type { Remotes } from '../ports/remotes.ts'
import type { Files, Tree } from '../ports/repository.ts'
import { Mounts } from './mounts.ts'
import { readContents, type Contents } from './read-contents.ts'

/** A target to look for: what a glob found, or what an object declares at a commit. */
export interface TargetName {
  /** The same on both sides: the path, or with the object that declares it. */
  readonly key: string
  readonly path: string
  readonly declared?: DiscoveredTarget | undefined
}

/** One target at one commit. */
export interface TargetSide {
  readonly path: string
  readonly kind: NodeKind
  readonly closure: Closure
  readonly recipe?: Recipe | undefined
  /** A kustomization that the deployer makes where there is none. */
  readonly generated?: JsonObject | undefined
}

/** One commit: its tree and, once closed, what every target reads. */
export interface GatheredSide {
  readonly tree: FileTree
  /** Its files and those of repositories elsewhere that targets name. */
  readonly mounts: Mounts
  /** By key. A target that is absent, or a component, at this commit is not listed. */
  readonly sides: ReadonlyMap<string, TargetSide>
  /** Reads the inputs of these targets, all of them together, in as few rounds as their references are deep. */
  close(names: readonly TargetName[]): Promise<void>
  /** What Argo CD and Flux objects declare. `repository`: its name on GitHub; absent, every source that fits is taken for this one. */
  discover(repository: string | undefined): Promise<Discovery>
  /** What GitOps objects declare that a target makes when it is rendered. */
  discoverMade(
    resources: readonly Resource[],
    file: string,
    repository: string | undefined,
  ): Promise<Discovery>
  /** Templates that make GitOps objects; known once `discover` was called. */
  readonly makers: ReadonlySet<string>
  /** GitOps objects in a file as they are written; none before `discover` was called. */
  objectsIn(path: string): readonly GitOpsObject[]
}

/** Sides by the tree object that the repository keeps: the same commit is gathered once, for as long as its tree is kept. */
const gathered = new WeakMap<Tree, Map<Remotes | undefined, GatheredSide>>()

/** Without `remotes` nothing from elsewhere is allowed. What could not be had from there is tried anew the next time. */
export async function gatherSide(files: Files, treeish: string, remotes?: Remotes): Promise<GatheredSide> {
  const listed = await files.tree(treeish)
  const sides = gathered.get(listed) ?? new Map<Remotes | undefined, GatheredSide>()
  gathered.set(listed, sides)
  const known = sides.get(remotes)
  if (known !== undefined && !known.mounts.isIncomplete) return known
  const side = openSide(files, listed, remotes)
  sides.set(remotes, side)
  return side
}

function openSide(files: Files, listed: Tree, remotes: Remotes | undefined): GatheredSide {
  const tree = indexTree(listed)
  const mounts = new Mounts(tree, files, remotes)
  const sides = new Map<string, TargetSide>()
  const closed = new Set<string>()
  let graph: InputGraph = new Map()
  const close = async (names: readonly TargetName[]): Promise<void> => {
    const fresh = names.filter(({ key }) => !closed.has(key)).flatMap((name) => startOf(tree, name))
    if (fresh.length === 0) return
    const contents: Contents = new Map()
    const steps = readGraph(
      tree,
      fresh.flatMap(({ start, inputs }) => [start, ...(inputs?.nodes ?? [])]),
      graph,
      mounts,
    )
    let step = steps.next()
    while (step.done !== true) {
      await mounts.mount(step.value.remotes)
      await mounts.read(step.value.paths, contents)
      step = steps.next(texts(contents))
    }
    graph = step.value
    for (const { key, start, declared, inputs } of fresh) {
      closed.add(key)
      const isDeclared = declared !== undefined && inputs !== undefined
      const closure = isDeclared
        ? closeRecipe(mounts, graph, declared, inputs)
        : closeInputs(mounts, graph, start)
      if (closure.component) continue
      sides.set(key, { ...start, closure, recipe: declared?.recipe, generated: inputs?.generated })
    }
  }
  const makers = new Set<string>()
  let declarations: ReadonlyMap<string, string> = new Map()
  const declaring = once(async (_: undefined) => {
    const contents = await readDeclaring(files, tree)
    declarations = contents
    for (const [path, text] of contents) if (makesObjects(tree, path, text)) makers.add(path)
    return contents
  })
  const discover = once(async (repository: string | undefined) =>
    discoverTargets(tree, await declaring(undefined), sourceIn(repository)),
  )
  const discoverMade: GatheredSide['discoverMade'] = async (resources, file, repository) =>
    discoverObjects(tree, gitOpsObjects(resources, file), await declaring(undefined), sourceIn(repository))
  const objectsIn = (path: string): readonly GitOpsObject[] =>
    makers.has(path) ? [] : readObjects(path, declarations.get(path) ?? '')
  return { tree, mounts, sides, close, discover, discoverMade, makers, objectsIn }
}

/** Remembers what was asked before; a failure is not remembered. */
function once<Key, Value>(work: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const known = new Map<Key, Promise<Value>>()
  return (key) => {
    const started = known.get(key) ?? work(key)
    known.set(key, started)
    started.catch(() => known.delete(key))
    return started
  }
}

function startOf(
  tree: FileTree,
  { key, path, declared }: TargetName,
): readonly { key: string; start: NodeName; declared?: DiscoveredTarget; inputs?: RecipeInputs }[] {
  if (declared !== undefined)
    return [{ key, start: { path, kind: declared.kind }, declared, inputs: recipeInputs(tree, declared) }]
  const kind = kindOfDirectory(tree, path)
  return kind === undefined ? [] : [{ key, start: { path, kind } }]
}

/** Texts of all files that may declare targets. */
async function readDeclaring(files: Files, tree: FileTree): Promise<ReadonlyMap<string, string>> {
  const contents: Contents = new Map()
  const paths = [...tree.files.values()].filter(
    ({ path, mode }) => mode.startsWith('100') && mayDeclare(path),
  )
  await readContents(
    files,
    tree,
    paths.map(({ path }) => path),
    contents,
  )
  return texts(contents)
}

/** Whether a source is this repository, by its name on GitHub. */
function sourceIn(repository: string | undefined): (url: string) => boolean {
  const name = repository?.toLowerCase()
  return (url) =>
    name === undefined ||
    url
      .toLowerCase()
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .replace(':', '/')
      .endsWith(`/${name}`)
}

/** What is too large to read has no text: the failure comes when it is to be rendered. */
function texts(contents: Contents): ReadonlyMap<string, string> {
  return new Map(
    [...contents].map(([path, content]) => [path, Buffer.isBuffer(content) ? content.toString('utf8') : '']),
  )
}
