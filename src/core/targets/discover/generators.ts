import picomatch from 'picomatch'
import { isJsonList, isJsonObject, readYaml, scalarText } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import type { FileTree } from '../file-tree.ts'
import type { IsHere } from './argo-application.ts'
import { fillTemplate, lookUp } from './fill-template.ts'
import { NotEvaluated } from './not-evaluated.ts'
import { listOf, mapOf, mapsOf, textsOf } from './read-objects.ts'
import { normalize } from './template-functions.ts'

export interface GeneratorContext {
  readonly tree: FileTree
  readonly textOf: (file: string) => string | undefined
  readonly isHere: IsHere
  readonly isGo: boolean
}

const mostParameters = 5_000
/** Argo CD allows two levels of matrix and merge within each other. */
const deepest = 4

/**
 * The parameters that a generator over this repository makes: list, git directories and files, matrix, merge.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/ Throws NotEvaluated for all others.
 */
export function generateParameters(
  generator: JsonObject,
  context: GeneratorContext,
  depth = 0,
): readonly JsonObject[] {
  if (depth > deepest) throw new NotEvaluated('its generators are nested too deeply')
  const found = generate(generator, context, depth)
  if (found.length > mostParameters) throw new NotEvaluated('it makes too many applications')
  return generator.selector === undefined
    ? found
    : found.filter((each) => isSelected(mapOf(generator.selector), each))
}

function generate(generator: JsonObject, context: GeneratorContext, depth: number): readonly JsonObject[] {
  const { list, git, matrix, merge } = generator
  for (const each of [list, git, matrix, merge])
    if (Object.keys(mapOf(mapOf(each).template)).length > 0)
      throw new NotEvaluated('its generator has a template of its own')
  if (list !== undefined) return listParameters(mapOf(list))
  if (git !== undefined) return gitParameters(mapOf(git), context)
  if (matrix !== undefined) return matrixParameters(mapOf(matrix), context, depth)
  if (merge !== undefined) return mergeParameters(mapOf(merge), context, depth)
  const names = Object.keys(generator).filter((name) => name !== 'selector')
  throw new NotEvaluated(`its generator ${names.join(', ')} is not known from the repository`)
}

function listParameters(list: JsonObject): readonly JsonObject[] {
  const written = scalarText(list.elementsYaml)
  return [...mapsOf(list.elements), ...(written === '' ? [] : mapsOf(readYaml(written)))]
}

function gitParameters(git: JsonObject, context: GeneratorContext): readonly JsonObject[] {
  const { isHere, isGo } = context
  if (!isHere(scalarText(git.repoURL))) throw new NotEvaluated(`it generates from ${scalarText(git.repoURL)}`)
  const prefix = scalarText(git.pathParamPrefix)
  const found =
    git.directories !== undefined
      ? directories(context, mapsOf(git.directories), prefix)
      : files(context, mapsOf(git.files), prefix)
  const extra = mapOf(git.values)
  return found.map((parameters) => {
    const values = mapOf(fillTemplate(extra, parameters, isGo))
    return {
      ...parameters,
      ...(isGo
        ? { values }
        : Object.fromEntries(Object.entries(values).map(([name, value]) => [`values.${name}`, value]))),
    }
  })
}

function directories(
  { tree, isGo }: GeneratorContext,
  rules: readonly JsonObject[],
  prefix: string,
): readonly JsonObject[] {
  return matching([...tree.directories.keys()], rules)
    .filter((path) => path !== '.')
    .map((path) => pathParameters(path, undefined, isGo, prefix))
}

function files(
  { tree, textOf, isGo }: GeneratorContext,
  rules: readonly JsonObject[],
  prefix: string,
): readonly JsonObject[] {
  return matching([...tree.files.keys()], rules).flatMap((file) => {
    const content = readYaml(textOf(file) ?? '')
    const slash = file.lastIndexOf('/')
    const place = pathParameters(slash < 0 ? '.' : file.slice(0, slash), file.slice(slash + 1), isGo, prefix)
    return (isJsonList(content) ? mapsOf(content) : [mapOf(content)]).map((each) => ({
      ...(isGo ? each : flat(each)),
      ...place,
    }))
  })
}

function matching(paths: readonly string[], rules: readonly JsonObject[]): readonly string[] {
  const matches = (rule: JsonObject): ((path: string) => boolean) =>
    picomatch(scalarText(rule.path).replace(/^\.\//, ''))
  const included = rules.filter(({ exclude }) => exclude !== true).map(matches)
  const excluded = rules.filter(({ exclude }) => exclude === true).map(matches)
  return paths
    .filter((path) => included.some((each) => each(path)) && !excluded.some((each) => each(path)))
    .sort()
}

function pathParameters(
  path: string,
  filename: string | undefined,
  isGo: boolean,
  prefix: string,
): JsonObject {
  const segments = path.split('/')
  const basename = segments.at(-1) ?? path
  const names: JsonObject = {
    basename,
    basenameNormalized: normalize(basename),
    ...(filename === undefined ? {} : { filename, filenameNormalized: normalize(filename) }),
  }
  if (isGo) {
    const place = { path: { path, ...names, segments } }
    return prefix === '' ? place : { [prefix]: place }
  }
  const lead = prefix === '' ? 'path' : `${prefix}.path`
  return {
    [lead]: path,
    ...Object.fromEntries(Object.entries(names).map(([name, value]) => [`${lead}.${name}`, value])),
    ...Object.fromEntries(segments.map((segment, index) => [`${lead}[${index}]`, segment])),
  }
}

function flat(value: Json, prefix = ''): JsonObject {
  const entries: readonly (readonly [string, Json])[] = isJsonList(value)
    ? value.map((item, index) => [String(index), item])
    : Object.entries(mapOf(value)).map(([name, item]) => [name, item ?? null])
  return Object.fromEntries(
    entries.flatMap(([name, item]): [string, Json | undefined][] =>
      isJsonObject(item) || isJsonList(item)
        ? Object.entries(flat(item, `${prefix}${name}.`))
        : [[`${prefix}${name}`, item]],
    ),
  )
}

/** The second generator may use what the first one made. */
function matrixParameters(
  matrix: JsonObject,
  context: GeneratorContext,
  depth: number,
): readonly JsonObject[] {
  const [first = {}, second = {}, ...more] = mapsOf(matrix.generators)
  if (more.length > 0) throw new NotEvaluated('its matrix has more than two generators')
  return generateParameters(first, context, depth + 1).flatMap((a) => {
    const own = mapOf(fillTemplate(second, a, context.isGo))
    return generateParameters(own, context, depth + 1).map((b) => merged(a, b))
  })
}

/** Parameters of both; the second's win, within maps too (`values`, `path`). */
function merged(a: JsonObject, b: JsonObject): JsonObject {
  const both: Record<string, Json | undefined> = { ...a }
  for (const [name, value] of Object.entries(b)) {
    const before = both[name]
    both[name] = isJsonObject(before) && isJsonObject(value) ? merged(before, value) : value
  }
  return both
}

function mergeParameters(merge: JsonObject, context: GeneratorContext, depth: number): readonly JsonObject[] {
  const keys = textsOf(merge.mergeKeys)
  const keyOf = (parameters: JsonObject): string =>
    JSON.stringify(keys.map((key) => scalarText(parameters[key] ?? lookUp(parameters, key.split('.')))))
  const [first = [], ...others] = mapsOf(merge.generators).map((each) =>
    generateParameters(each, context, depth + 1),
  )
  return first.map((parameters) =>
    others.reduce<JsonObject>((found, list) => {
      const same = list.find((each) => keyOf(each) === keyOf(parameters))
      return same === undefined ? found : merged(found, same)
    }, parameters),
  )
}

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Post-Selector/ */
function isSelected(selector: JsonObject, parameters: JsonObject): boolean {
  const texts = flat(parameters)
  const valueOf = (name: string): string | undefined => {
    const value = texts[name] ?? parameters[name]
    return value === undefined || value === null ? undefined : scalarText(value)
  }
  const labels = Object.entries(mapOf(selector.matchLabels)).every(
    ([name, value]) => valueOf(name) === scalarText(value),
  )
  const expressions = mapsOf(selector.matchExpressions).every(({ key, operator, values }) => {
    const value = valueOf(scalarText(key))
    const isListed = value !== undefined && listOf(values).map(scalarText).includes(value)
    switch (operator) {
      case 'In':
        return isListed
      case 'NotIn':
        return !isListed
      case 'Exists':
        return value !== undefined
      case 'DoesNotExist':
        return value === undefined
      default:
        throw new NotEvaluated(`its selector has the operator ${scalarText(operator)}`)
    }
  })
  return labels && expressions
}
