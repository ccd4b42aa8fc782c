import { isJsonObject, readYaml, scalarText, YamlProblem } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { joinPath, type FileTree } from '../file-tree.ts'
import { kindOfDirectory } from '../describe-node.ts'
import { listOf, mapOf, mapsOf, textsOf, type GitOpsObject } from './read-objects.ts'
import type { DiscoveredTarget, Discovery, HelmRecipe, Recipe } from './recipe.ts'

/** Whether a source is the repository that is judged. */
export type IsHere = (url: string) => boolean

/** Targets of an Application. https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml */
export function readApplication(tree: FileTree, application: GitOpsObject, isHere: IsHere): Discovery {
  const { by, file, spec, resource } = application
  const sources = spec.sources === undefined ? [mapOf(spec.source)] : mapsOf(spec.sources)
  const targets: DiscoveredTarget[] = []
  const notEvaluated: Discovery['notEvaluated'][number][] = []
  const skip = (reason: string, path?: string): void =>
    void notEvaluated.push({ by, file, reason, ...(path === undefined ? {} : { path }) })
  const values = new Map(sources.map((source) => [scalarText(source.ref), source]))
  for (const source of sources) {
    const url = scalarText(source.repoURL)
    if (scalarText(source.chart) !== '') skip(`its chart ${scalarText(source.chart)} is fetched from ${url}`)
    else if (source.path === undefined && source.ref !== undefined) continue
    else if (!isHere(url)) skip(`its source is ${url}`)
    else if (isPinned(scalarText(source.targetRevision)))
      skip(`it stays at revision ${scalarText(source.targetRevision)}`)
    else if (source.plugin !== undefined) skip('it is rendered by a plugin', scalarText(source.path))
    else {
      const path = joinPath('.', scalarText(source.path) || '.')
      const kind = path === undefined ? undefined : kindOfDirectory(tree, path)
      const directory = directoryRecipe(source)
      const found =
        kind ?? (path !== undefined && tree.directories.has(path) && directory ? 'plain' : undefined)
      if (path === undefined || found === undefined)
        skip(`${scalarText(source.path)} holds nothing to render`)
      else {
        const recipe = recipeOf(tree, source, found, path, resource.name, spec, (ref) => {
          const other = values.get(ref)
          return other !== undefined && isHere(scalarText(other.repoURL))
        })
        if (typeof recipe === 'string') skip(recipe, path)
        else targets.push({ path, kind: found, recipe, by, file })
      }
    }
  }
  return { targets, notEvaluated }
}

/** A tag or a commit: what it deploys does not follow this branch. */
function isPinned(revision: string): boolean {
  return /^(?:[0-9a-f]{7,40}|v?\d+\.\d+(?:\.\d+.*)?)$/.test(revision)
}

/** A recipe, or why there is none. */
function recipeOf(
  tree: FileTree,
  source: JsonObject,
  kind: DiscoveredTarget['kind'],
  path: string,
  name: string,
  spec: JsonObject,
  isValues: (ref: string) => boolean,
): Recipe | string {
  switch (kind) {
    case 'kustomize':
      return { kustomization: kustomizationFields(mapOf(source.kustomize)) }
    case 'helm': {
      const helm = helmRecipe(tree, mapOf(source.helm), path, name, spec, isValues)
      return typeof helm === 'string' ? helm : { helm }
    }
    case 'plain':
      return { directory: directoryRecipe(source) ?? { recurse: false, include: '', exclude: '' } }
  }
}

function directoryRecipe(source: JsonObject): Recipe['directory'] {
  if (source.directory === undefined) return undefined
  const { recurse, include, exclude } = mapOf(source.directory)
  return { recurse: recurse === true, include: scalarText(include), exclude: scalarText(exclude) }
}

function helmRecipe(
  tree: FileTree,
  helm: JsonObject,
  path: string,
  name: string,
  spec: JsonObject,
  isValues: (ref: string) => boolean,
): HelmRecipe | string {
  const valueFiles: string[] = []
  for (const written of textsOf(helm.valueFiles)) {
    const [, ref, rest = ''] = /^\$([^/]+)\/(.*)$/.exec(written) ?? []
    if (ref !== undefined && !isValues(ref)) return `its values ${written} are in another repository`
    const file =
      ref === undefined
        ? joinPath(written.startsWith('/') ? '.' : path, written.replace(/^\/+/, ''))
        : joinPath('.', rest)
    if (file === undefined || /^[a-z+]+:\/\//.test(written))
      return `its values ${written} are not in this repository`
    if (helm.ignoreMissingValueFiles !== true || tree.files.has(file)) valueFiles.push(file)
  }
  if (helm.fileParameters !== undefined) return 'it sets parameters from files'
  const namespace = scalarText(helm.namespace) || scalarText(mapOf(spec.destination).namespace)
  try {
    const inline = scalarText(helm.values) === '' ? [] : [readYaml(scalarText(helm.values))]
    return {
      releaseName: scalarText(helm.releaseName) || name,
      ...(namespace === '' ? {} : { namespace }),
      valueFiles,
      // valuesObject takes the place of values: they are never merged.
      values: isJsonObject(helm.valuesObject) ? [helm.valuesObject] : inline,
      parameters: mapsOf(helm.parameters).map((parameter) => ({
        name: scalarText(parameter.name),
        value: scalarText(parameter.value),
        text: parameter.forceString === true,
      })),
    }
  } catch (thrown) {
    if (!(thrown instanceof YamlProblem)) throw thrown
    return `its values cannot be read: ${thrown.message}`
  }
}

/** What Argo CD sets with `kustomize edit`, as fields of a kustomization. */
function kustomizationFields(kustomize: JsonObject): JsonObject {
  const copied = [
    'namePrefix',
    'nameSuffix',
    'namespace',
    'commonLabels',
    'commonAnnotations',
    'patches',
    'components',
    'replicas',
  ]
  const fields = Object.fromEntries(
    copied.flatMap((name) => (kustomize[name] === undefined ? [] : [[name, kustomize[name]]])),
  )
  const images = textsOf(kustomize.images).map(imageOverride)
  return images.length === 0 ? fields : { ...fields, images }
}

/** `name=new:tag@digest`. https://github.com/kubernetes-sigs/kustomize/blob/master/kustomize/commands/edit/set/setimage.go */
function imageOverride(text: string): JsonObject {
  const [name = '', replacement] = text.includes('=')
    ? [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]
    : [undefined, text]
  const [reference = '', digest] = (replacement ?? '').split('@')
  const colon = reference.lastIndexOf(':')
  const hasTag = colon > reference.lastIndexOf('/')
  const image = hasTag ? reference.slice(0, colon) : reference
  return {
    name: name === '' ? image : name,
    ...(name === '' || name === image ? {} : { newName: image }),
    ...(hasTag ? { newTag: reference.slice(colon + 1) } : {}),
    ...(digest === undefined ? {} : { digest }),
  }
}

/** Lists grow, maps are completed, everything else is replaced: how Flux and Argo CD edit a kustomization. */
export function mergeKustomization(written: JsonObject, fields: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...written }
  for (const [name, value] of Object.entries(fields)) {
    const before = merged[name]
    if (name === 'images' || name === 'replicas')
      merged[name] = [
        ...mapsOf(before).filter((each) => !mapsOf(value).some((other) => other.name === each.name)),
        ...mapsOf(value),
      ]
    else if (Array.isArray(value)) merged[name] = [...listOf(before), ...listOf(value)]
    else merged[name] = isJsonObject(value) ? { ...mapOf(before), ...value } : value
  }
  return merged
}
