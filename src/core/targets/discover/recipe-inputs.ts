import { createHash } from 'node:crypto'
import picomatch from 'picomatch'
import { scalarText } from '../../change/read-yaml.ts'
import type { JsonObject } from '../../change/resource.ts'
import { closeInputs, type Closure, type FileLookup } from '../close-inputs.ts'
import { kindOfDirectory, manifestName } from '../describe-node.ts'
import { kustomizationNames } from '../describe-kustomization.ts'
import { filesBelow, joinPath, parentOf, type FileTree } from '../file-tree.ts'
import { nodeKey, type NodeName } from '../node.ts'
import type { InputGraph } from '../read-graph.ts'
import { remoteHost, withoutCredentials } from '../remote-reference.ts'
import type { RenderFailure } from '../target.ts'
import { mapsOf, textsOf } from './read-objects.ts'
import { recipeDigest, type DiscoveredTarget } from './recipe.ts'

/** What a recipe reads beyond its directory. */
export interface RecipeInputs {
  readonly nodes: readonly NodeName[]
  readonly files: readonly string[]
  readonly failures: readonly RenderFailure[]
  /** The kustomization that Flux makes where there is none. */
  readonly generated?: JsonObject | undefined
}

/** Finds what the object of a target names: components, patches, value files, manifests of a directory. */
export function recipeInputs(tree: FileTree, { path, kind, recipe, file }: DiscoveredTarget): RecipeInputs {
  const nodes: NodeName[] = []
  const files: string[] = []
  const failures: RenderFailure[] = []
  const refuse = (reference: string): void => {
    const host = remoteHost(reference)
    failures.push(
      host === undefined
        ? { code: 'render-failed', message: `${reference} is not in this repository`, file }
        : {
            code: 'remote-refused',
            message: `${withoutCredentials(reference)} would be fetched from ${host}; what an object adds is taken from this repository alone: copy it here`,
            file,
          },
    )
  }
  for (const component of textsOf(recipe.kustomization?.components)) {
    const directory = joinPath(path, component)
    if (directory !== undefined && tree.directories.has(directory))
      nodes.push({ kind: 'kustomize', path: directory })
    else refuse(component)
  }
  for (const patch of mapsOf(recipe.kustomization?.patches)) {
    if (patch.path === undefined) continue
    const found = joinPath(path, scalarText(patch.path))
    if (found !== undefined && tree.files.get(found)?.mode.startsWith('100') === true) files.push(found)
    else refuse(scalarText(patch.path))
  }
  for (const values of recipe.helm?.valueFiles ?? [])
    if (tree.files.get(values)?.mode.startsWith('100') === true) files.push(values)
    else refuse(values)
  if (recipe.file !== undefined && tree.files.has(recipe.file)) files.push(recipe.file)
  if (recipe.directory !== undefined)
    for (const each of directoryFiles(tree, path, recipe.directory))
      if (tree.files.get(each)?.mode !== '120000') files.push(each)
      else
        failures.push({
          code: 'input-refused',
          message: `${each} is a symlink; in a directory of plain manifests only files are read`,
          file: each,
        })
  if (kind !== 'kustomize' || kindOfDirectory(tree, path) === 'kustomize') return { nodes, files, failures }
  const generated = generateKustomization(tree, path)
  nodes.push(...generated.directories.map((each) => ({ kind: 'kustomize' as const, path: each })))
  files.push(...generated.files)
  const resources = [...generated.directories, ...generated.files]
    .sort()
    .map((each) => relativeTo(path, each))
  return { nodes, files, failures, generated: { resources } }
}

/** The closure of a target together with what its recipe reads; the recipe itself is part of the digest. */
export function closeRecipe(
  tree: FileLookup,
  graph: InputGraph,
  target: DiscoveredTarget,
  inputs: RecipeInputs,
): Closure {
  // Which manifests of a plain directory are applied is for its object to say: what else lies there is no input.
  const own = target.kind === 'plain' ? undefined : closeInputs(tree, graph, target)
  const others = inputs.nodes.map((node) => closeInputs(tree, graph, node))
  const named = {
    ...target,
    inputs: [...inputs.files],
    children: [],
    failures: [],
    missing: [],
    component: false,
    charts: false,
  }
  const all = own === undefined ? others : [own, ...others]
  const blobs = inputs.files.map((file) => [file, tree.files.get(file)?.blob ?? null])
  const digest = createHash('sha256')
    .update(JSON.stringify([all.map((each) => each.digest), blobs, recipeDigest(target.recipe)]))
    .digest('hex')
  return {
    inputs: [...new Set([...all.flatMap((each) => each.inputs), ...inputs.files])].sort(),
    chains: new Map([
      ...others.flatMap((each) =>
        [...each.chains].map(([key, chain]) => [key, [...chain, target.path]] as const),
      ),
      ...(own?.chains ?? [[nodeKey(target), [target.path]]]),
    ]),
    nodes: [...(own?.nodes ?? []), named, ...others.flatMap((each) => each.nodes)],
    failures: [...all.flatMap((each) => each.failures), ...inputs.failures],
    missing: all.flatMap((each) => each.missing),
    beside: new Set(),
    // It is applied, whatever the directory calls itself.
    component: false,
    charts: all.some((each) => each.charts),
    digest: `sha256:${digest}`,
  }
}

/** https://argo-cd.readthedocs.io/en/stable/user-guide/directory/ */
function directoryFiles(
  tree: FileTree,
  path: string,
  {
    recurse,
    include,
    exclude,
  }: { readonly recurse: boolean; readonly include: string; readonly exclude: string },
): readonly string[] {
  const isIncluded = include === '' ? () => true : picomatch(include)
  const isExcluded = exclude === '' ? () => false : picomatch(exclude)
  return filesBelow(tree, path)
    .map((entry) => entry.path)
    .filter((file) => manifestName.test(file) && (recurse || parentOf(file) === path))
    .filter((file) => isIncluded(relativeTo(path, file)) && !isExcluded(relativeTo(path, file)))
    .sort()
}

/** All manifests below a directory; a directory below with a kustomization is taken as a whole. */
function generateKustomization(
  tree: FileTree,
  path: string,
): { readonly directories: readonly string[]; readonly files: readonly string[] } {
  const below = [...tree.directories.keys()]
    .filter((each) => path === '.' || each === path || each.startsWith(`${path}/`))
    .sort()
  const directories: string[] = []
  const files: string[] = []
  for (const directory of below) {
    if (directories.some((each) => directory.startsWith(`${each}/`))) continue
    const names = tree.directories.get(directory) ?? []
    if (names.some((name) => kustomizationNames.includes(name))) directories.push(directory)
    else
      files.push(
        ...names
          .filter((name) => manifestName.test(name))
          .map((name) => (directory === '.' ? name : `${directory}/${name}`)),
      )
  }
  return { directories, files }
}

function relativeTo(path: string, file: string): string {
  return path === '.' ? file : file.slice(path.length + 1)
}
