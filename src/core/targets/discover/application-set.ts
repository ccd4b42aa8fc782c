import picomatch from 'picomatch'
import { isJsonObject, readYaml, scalarText, YamlProblem } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import type { FileTree } from '../file-tree.ts'
import type { IsHere } from './argo-application.ts'
import { listOf, mapOf, mapsOf, textsOf, type GitOpsObject } from './read-objects.ts'

/** Thrown within this file only: a part that is not evaluated here, with its words. */
class NotEvaluated extends Error {}

const mostParameters = 5_000

/**
 * The Applications that an ApplicationSet makes of generators over this repository (list, git directories and files, matrix, merge), or
 * why they are not known. https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/
 */
export function expandApplicationSet(
  tree: FileTree,
  set: GitOpsObject,
  textOf: (file: string) => string | undefined,
  isHere: IsHere,
): { readonly applications: readonly GitOpsObject[] } | { readonly reason: string } {
  const { spec } = set
  const isGo = spec.goTemplate === true
  const generate = (generator: JsonObject): readonly JsonObject[] => {
    if (generator.list !== undefined) return mapsOf(mapOf(generator.list).elements)
    if (generator.git !== undefined) return gitParameters(mapOf(generator.git))
    if (generator.matrix !== undefined) {
      const [first = [], second = []] = mapsOf(mapOf(generator.matrix).generators).map(generate)
      if (first.length * second.length > mostParameters)
        throw new NotEvaluated('it makes too many applications')
      return first.flatMap((a) => second.map((b) => ({ ...a, ...b })))
    }
    if (generator.merge !== undefined) return mergeParameters(mapOf(generator.merge), generate)
    throw new NotEvaluated(
      `its generator ${Object.keys(generator).join(', ')} is not known from the repository`,
    )
  }
  const gitParameters = (git: JsonObject): readonly JsonObject[] => {
    if (!isHere(scalarText(git.repoURL)))
      throw new NotEvaluated(`it generates from ${scalarText(git.repoURL)}`)
    if (git.pathParamPrefix !== undefined)
      throw new NotEvaluated('its generator renames the parameters of paths')
    const extra = mapOf(git.values)
    const found =
      git.directories !== undefined
        ? directories(tree, mapsOf(git.directories), isGo)
        : files(tree, mapsOf(git.files), textOf, isGo)
    return found.map((parameters) => ({
      ...parameters,
      ...(isGo
        ? { values: extra }
        : Object.fromEntries(Object.entries(extra).map(([name, value]) => [`values.${name}`, value]))),
    }))
  }
  try {
    if (spec.templatePatch !== undefined) throw new NotEvaluated('it patches its template')
    const parameters = mapsOf(spec.generators).flatMap((generator) => {
      if (generator.selector !== undefined) throw new NotEvaluated('its generator has a selector')
      return generate(generator)
    })
    const applications = parameters.map((each) => {
      const template = mapOf(fill(spec.template ?? null, each, isGo))
      const { name, namespace = set.resource.namespace } = mapOf(template.metadata)
      const object = { ...template, metadata: mapOf(template.metadata) }
      const resource = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        name: scalarText(name),
        object,
      }
      const place = scalarText(namespace)
      return {
        by: `Application ${place === '' ? '' : `${place}/`}${scalarText(name)}`,
        file: set.file,
        spec: mapOf(template.spec),
        resource: place === '' ? resource : { ...resource, namespace: place },
      }
    })
    return { applications }
  } catch (thrown) {
    if (thrown instanceof NotEvaluated || thrown instanceof YamlProblem) return { reason: thrown.message }
    throw thrown
  }
}

function directories(tree: FileTree, rules: readonly JsonObject[], isGo: boolean): readonly JsonObject[] {
  const matches = (rule: JsonObject): ((path: string) => boolean) =>
    picomatch(scalarText(rule.path).replace(/^\.\//, ''))
  const included = rules.filter(({ exclude }) => exclude !== true).map(matches)
  const excluded = rules.filter(({ exclude }) => exclude === true).map(matches)
  return [...tree.directories.keys()]
    .filter(
      (path) => path !== '.' && included.some((each) => each(path)) && !excluded.some((each) => each(path)),
    )
    .sort()
    .map((path) => pathParameters(path, isGo))
}

function files(
  tree: FileTree,
  rules: readonly JsonObject[],
  textOf: (file: string) => string | undefined,
  isGo: boolean,
): readonly JsonObject[] {
  const included = rules.map((rule) => picomatch(scalarText(rule.path)))
  return [...tree.files.keys()]
    .filter((path) => included.some((each) => each(path)))
    .sort()
    .flatMap((path) => {
      const content = readYaml(textOf(path) ?? '')
      const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.'
      return (Array.isArray(content) ? mapsOf(content) : [mapOf(content)]).map((each) => ({
        ...(isGo ? each : flat(each)),
        ...pathParameters(directory, isGo),
      }))
    })
}

function pathParameters(path: string, isGo: boolean): JsonObject {
  const segments = path.split('/')
  const basename = segments.at(-1) ?? path
  const normalized = basename.toLowerCase().replace(/[^a-z0-9-]/g, '-')
  if (isGo) return { path: { path, basename, basenameNormalized: normalized, segments } }
  return {
    path,
    'path.basename': basename,
    'path.basenameNormalized': normalized,
    ...Object.fromEntries(segments.map((segment, index) => [`path[${index}]`, segment])),
  }
}

function flat(value: JsonObject, prefix = ''): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]): [string, Json | undefined][] =>
      isJsonObject(item) ? Object.entries(flat(item, `${prefix}${name}.`)) : [[`${prefix}${name}`, item]],
    ),
  )
}

function mergeParameters(
  merge: JsonObject,
  generate: (generator: JsonObject) => readonly JsonObject[],
): readonly JsonObject[] {
  const keys = textsOf(merge.mergeKeys)
  const keyOf = (parameters: JsonObject): string =>
    JSON.stringify(keys.map((key) => scalarText(lookUp(parameters, key.split('.')))))
  const [first = [], ...others] = mapsOf(merge.generators).map(generate)
  return first.map((parameters) =>
    others.reduce<JsonObject>(
      (merged, list) => ({ ...merged, ...list.find((each) => keyOf(each) === keyOf(parameters)) }),
      parameters,
    ),
  )
}

/** Fills `{{name}}`, or `{{.name}}` where Go templates are on; whatever else a template does is not evaluated. */
function fill(value: Json, parameters: JsonObject, isGo: boolean): Json {
  if (typeof value === 'string')
    return value.replace(/\{\{([^{}]*)\}\}/g, (_, inner: string) => {
      const name = inner.trim()
      const found = isGo
        ? lookUp(parameters, goPath(name))
        : (parameters[name] ?? lookUp(parameters, name.split('.')))
      if (found === undefined || isJsonObject(found))
        throw new NotEvaluated(`its template has {{${inner}}}, which is not known from the repository`)
      return scalarText(found)
    })
  if (isJsonObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, fill(item ?? null, parameters, isGo)]),
    )
  return Array.isArray(value) ? listOf(value).map((item) => fill(item, parameters, isGo)) : value
}

/** `.path.basename` and `index .path.segments 1`. */
function goPath(expression: string): readonly string[] {
  const index = /^index \.([\w.]+) (\d+)$/.exec(expression)
  if (index !== null) return [...(index[1] ?? '').split('.'), index[2] ?? '']
  if (!/^\.[\w.]+$/.test(expression))
    throw new NotEvaluated(`its template has {{${expression}}}, which is not evaluated`)
  return expression.slice(1).split('.')
}

function lookUp(value: Json | undefined, path: readonly string[]): Json | undefined {
  const [name, ...rest] = path
  if (name === undefined) return value
  if (Array.isArray(value)) return lookUp((value as readonly Json[])[Number(name)], rest)
  return isJsonObject(value) && Object.hasOwn(value, name) ? lookUp(value[name], rest) : undefined
}
