import { parseManifests } from '../../change/parse-manifests.ts'
import { isJsonList, isJsonObject, scalarText } from '../../change/read-yaml.ts'
import type { Json, JsonObject, Resource } from '../../change/resource.ts'
import type { FileTree } from '../file-tree.ts'

/** A GitOps object with the file it stands in. */
export interface GitOpsObject {
  readonly by: string
  readonly file: string
  readonly resource: Resource
  readonly spec: JsonObject
}

const gitOps =
  /^(?:argoproj\.io\/.+ (?:Application|ApplicationSet)|kustomize\.toolkit\.fluxcd\.io\/.+ Kustomization|helm\.toolkit\.fluxcd\.io\/.+ HelmRelease)$/
const hint = /kind:\s*["']?(?:Application|ApplicationSet|Kustomization|HelmRelease)\b|"kind"\s*:/

/** The GitOps objects in a file. Templates and what is no YAML hold none that stand there as written. */
export function readObjects(file: string, text: string): readonly GitOpsObject[] {
  if (!hint.test(text) || !/argoproj\.io|toolkit\.fluxcd\.io/.test(text)) return []
  const parsed = parseManifests(text, { file, foreign: 'skip' })
  return parsed.ok ? gitOpsObjects(parsed.value, file) : []
}

/** The GitOps objects among resources. */
export function gitOpsObjects(resources: readonly Resource[], file: string): readonly GitOpsObject[] {
  return resources.flatMap((resource) => {
    const { apiVersion, kind, namespace, name, object } = resource
    if (!gitOps.test(`${apiVersion} ${kind}`)) return []
    const by = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
    return [{ by, file, resource, spec: mapOf(object.spec) }]
  })
}

/** Whether a file is a template of a chart that makes GitOps objects: what it declares is known once it is rendered. */
export function makesObjects(tree: FileTree, file: string, text: string): boolean {
  const chart = /^(?:(.*)\/)?templates\/[^]*$/.exec(file)
  if (chart === null || !text.includes('{{')) return false
  if (!tree.files.has(chart[1] === undefined ? 'Chart.yaml' : `${chart[1]}/Chart.yaml`)) return false
  return hint.test(text) && /argoproj\.io|toolkit\.fluxcd\.io/.test(text)
}

export function mapOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

export function listOf(value: Json | undefined): readonly Json[] {
  return isJsonList(value) ? value : []
}

export function mapsOf(value: Json | undefined): readonly JsonObject[] {
  return listOf(value).filter((each) => isJsonObject(each))
}

export function textsOf(value: Json | undefined): readonly string[] {
  return listOf(value).map(scalarText)
}
