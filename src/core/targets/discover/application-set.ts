import { isJsonObject, readYaml, scalarText, YamlProblem } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import type { FileTree } from '../file-tree.ts'
import type { IsHere } from './argo-application.ts'
import { fillTemplate } from './fill-template.ts'
import { generateParameters } from './generators.ts'
import { NotEvaluated } from './not-evaluated.ts'
import { mapOf, mapsOf, type GitOpsObject } from './read-objects.ts'

/**
 * The Applications that an ApplicationSet makes of generators over this repository, with its Go templates and its templatePatch, or why
 * they are not known. https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/
 */
export function expandApplicationSet(
  tree: FileTree,
  set: GitOpsObject,
  textOf: (file: string) => string | undefined,
  isHere: IsHere,
): { readonly applications: readonly GitOpsObject[] } | { readonly reason: string } {
  const { spec } = set
  const isGo = spec.goTemplate === true
  try {
    const patch = scalarText(spec.templatePatch)
    if (patch !== '' && !isGo) throw new NotEvaluated('it patches its template without Go templates')
    const context = { tree, textOf, isHere, isGo }
    const parameters = mapsOf(spec.generators).flatMap((generator) => generateParameters(generator, context))
    const applications = parameters.map((each) => {
      const filled = mapOf(fillTemplate(spec.template ?? null, each, isGo))
      if (patch === '') return filled
      const read = readYaml(scalarText(fillTemplate(patch, each, isGo)))
      return isJsonObject(read) ? patched(filled, read) : filled
    })
    return { applications: applications.map((template) => toApplication(template, set)) }
  } catch (thrown) {
    if (thrown instanceof NotEvaluated || thrown instanceof YamlProblem) return { reason: thrown.message }
    throw thrown
  }
}

function toApplication(template: JsonObject, set: GitOpsObject): GitOpsObject {
  const { name, namespace = set.resource.namespace } = mapOf(template.metadata)
  const place = scalarText(namespace)
  const resource = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    name: scalarText(name),
    object: { ...template, metadata: mapOf(template.metadata) },
  }
  return {
    by: `Application ${place === '' ? '' : `${place}/`}${scalarText(name)}`,
    file: set.file,
    spec: mapOf(template.spec),
    resource: place === '' ? resource : { ...resource, namespace: place },
  }
}

/** Maps are completed, `null` removes, lists and everything else are replaced. https://www.rfc-editor.org/rfc/rfc7396 */
function patched(value: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, Json | undefined> = { ...value }
  for (const [name, item] of Object.entries(patch)) {
    const before = result[name]
    if (item === null) delete result[name]
    else result[name] = isJsonObject(item) ? patched(isJsonObject(before) ? before : {}, item) : item
  }
  return result
}
