import { readYaml, scalarText, YamlProblem } from '../../change/read-yaml.ts'
import type { Json, JsonObject, Resource } from '../../change/resource.ts'
import { kindOfDirectory } from '../describe-node.ts'
import { joinPath, type FileTree } from '../file-tree.ts'
import { mapOf, mapsOf, type GitOpsObject } from './read-objects.ts'
import type { Discovery } from './recipe.ts'

/** A ConfigMap or Secret that stands in the repository as written; undefined when there is none. */
export type FindResource = (kind: string, namespace: string, name: string) => Resource | undefined

/** The target of a Flux Kustomization. https://fluxcd.io/flux/components/kustomize/kustomizations/ */
export function readFluxKustomization(tree: FileTree, object: GitOpsObject, find: FindResource): Discovery {
  const { by, file, spec, resource } = object
  const skip = (reason: string): Discovery => ({ targets: [], notEvaluated: [{ by, file, reason }] })
  const source = mapOf(spec.sourceRef)
  if (source.kind !== 'GitRepository')
    return skip(`its source is the ${scalarText(source.kind)} ${scalarText(source.name)}`)
  const path = joinPath('.', scalarText(spec.path).replace(/^\/+/, '') || '.')
  if (path === undefined || !tree.directories.has(path))
    return skip(`${scalarText(spec.path)} is not in this repository`)
  const substitute: Record<string, string> = {}
  const unknown: string[] = []
  const postBuild = mapOf(spec.postBuild)
  for (const from of mapsOf(postBuild.substituteFrom)) {
    const found = find(scalarText(from.kind), resource.namespace ?? '', scalarText(from.name))
    if (found !== undefined && found.kind === 'ConfigMap')
      Object.assign(substitute, textMap(found.object.data))
    else if (from.optional !== true || found !== undefined)
      unknown.push(`the ${scalarText(from.kind)} ${scalarText(from.name)}`)
  }
  Object.assign(substitute, textMap(postBuild.substitute))
  const copied = ['namePrefix', 'nameSuffix', 'patches', 'images', 'components'] as const
  const kustomization: JsonObject = {
    ...(spec.targetNamespace === undefined ? {} : { namespace: spec.targetNamespace }),
    ...Object.fromEntries(copied.flatMap((name) => (spec[name] === undefined ? [] : [[name, spec[name]]]))),
  }
  const recipe = {
    kustomization,
    ...(spec.postBuild === undefined ? {} : { substitute }),
    ...(unknown.length === 0 ? {} : { keepUnknown: true }),
  }
  const reason = `variables from ${unknown.join(' and ')} are not known: they are shown as they are written`
  return {
    // Without a kustomization Flux makes one of all manifests below the directory, whatever else lies there.
    targets: [{ path, kind: 'kustomize', recipe, by, file }],
    notEvaluated: unknown.length === 0 ? [] : [{ by, file, reason, path }],
  }
}

/** The target of a HelmRelease whose chart lies in this repository. https://fluxcd.io/flux/components/helm/helmreleases/ */
export function readHelmRelease(tree: FileTree, object: GitOpsObject, find: FindResource): Discovery {
  const { by, file, spec, resource } = object
  const skip = (reason: string): Discovery => ({ targets: [], notEvaluated: [{ by, file, reason }] })
  // A patch of a HelmRelease has the kind and name of one and no chart.
  if (spec.chart === undefined && spec.chartRef === undefined) return { targets: [], notEvaluated: [] }
  const chart = mapOf(mapOf(spec.chart).spec)
  const source = mapOf(chart.sourceRef)
  const name = scalarText(chart.chart)
  if (source.kind !== 'GitRepository')
    return skip(
      name === ''
        ? `its chart comes from the ${scalarText(mapOf(spec.chartRef).kind)} ${scalarText(mapOf(spec.chartRef).name)}`
        : `its chart ${name} comes from the ${scalarText(source.kind)} ${scalarText(source.name)}`,
    )
  const path = joinPath('.', name)
  if (path === undefined || kindOfDirectory(tree, path) !== 'helm')
    return skip(`its chart ${name} is not in this repository`)
  const values: Json[] = []
  const unknown: string[] = []
  for (const from of mapsOf(spec.valuesFrom)) {
    const found = find(scalarText(from.kind), resource.namespace ?? '', scalarText(from.name))
    const named = `the ${scalarText(from.kind)} ${scalarText(from.name)}`
    if (from.targetPath !== undefined) {
      unknown.push(named)
      continue
    }
    const text =
      found?.kind === 'ConfigMap'
        ? mapOf(found.object.data)[scalarText(from.valuesKey) || 'values.yaml']
        : undefined
    if (text !== undefined) {
      const read = valuesOf(scalarText(text))
      if (read === undefined)
        return skip(`its values in the ConfigMap ${scalarText(from.name)} cannot be read`)
      values.push(read)
    } else if (from.optional !== true || found !== undefined) unknown.push(named)
  }
  if (spec.values !== undefined) values.push(spec.values)
  const valueFiles = (Array.isArray(chart.valuesFiles) ? (chart.valuesFiles as readonly Json[]) : []).flatMap(
    (each) => joinPath('.', scalarText(each)) ?? [],
  )
  const namespace = scalarText(spec.targetNamespace) || resource.namespace
  const target = scalarText(spec.targetNamespace)
  const releaseName =
    scalarText(spec.releaseName) || (target === '' ? resource.name : `${target}-${resource.name}`)
  const helm = {
    releaseName,
    ...(namespace === undefined ? {} : { namespace }),
    valueFiles,
    values,
    parameters: [],
  }
  const reasons = [
    ...(unknown.length === 0
      ? []
      : [`values from ${unknown.join(' and ')} are not known: it is rendered without them`]),
    ...(mapsOf(spec.postRenderers).length === 0
      ? []
      : ['it changes what its chart renders (postRenderers): it is shown without that']),
  ]
  return {
    targets: [{ path, kind: 'helm', recipe: { helm }, by, file }],
    notEvaluated: reasons.map((reason) => ({ by, file, reason, path })),
  }
}

function valuesOf(text: string): Json | undefined {
  try {
    return readYaml(text)
  } catch (thrown) {
    if (!(thrown instanceof YamlProblem)) throw thrown
    return undefined
  }
}

function textMap(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(mapOf(value)).map(([name, item]) => [name, scalarText(item)]))
}

/**
 * Variables in what was rendered: `${name}`, `${name:=default}`, `${name:-default}`; `$${name}` stays as `${name}`. A variable without
 * value becomes empty, as Flux does unless it is told to be strict; with `keepUnknown` it stays as it is.
 */
export function substituteVariables(
  text: string,
  variables: Readonly<Record<string, string>>,
  keepUnknown = false,
): string {
  return text.replace(
    /(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?([-=])([^}]*))?\}/g,
    (whole, escaped: string, name: string, _: string | undefined, other: string | undefined) => {
      if (escaped !== '') return whole.slice(1)
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined
      if (value === undefined && keepUnknown) return whole
      return value === undefined || (value === '' && other !== undefined) ? (other ?? '') : value
    },
  )
}
