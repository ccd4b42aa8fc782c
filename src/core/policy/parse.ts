import type { Parsed, Problem } from '../problem.ts'
import { checkLayers } from './check-layers.ts'
import type { Layer } from './layer.ts'
import type { Policy } from './policy.ts'
import { resolveLayers } from './resolve.ts'
import { compileSchema, sortProblems, validateAt } from './schema-problems.ts'
import { PolicyFile } from './schema.ts'
import { suggest } from './suggest.ts'
import { readYaml, writePath, type PathSegment, type YamlSource } from './yaml-source.ts'

/** Text of what a policy extends: a preset (`standard`, `regulated`) or `org`. Undefined: there is no such thing. */
export type ReadExtended = (name: string) => { readonly file: string; readonly text: string } | undefined

export interface PolicyText {
  /** Path as the reader knows it. */
  readonly file: string
  readonly text: string
  readonly extends: ReadExtended
}

/** Names that `extends` may use. */
export const extendable = ['standard', 'regulated', 'org'] as const

/**
 * Reads a policy and everything that it extends: the resolved policy, or every problem of every file at once. Never throws.
 */
export function parsePolicy({ file, text, extends: readExtended }: PolicyText): Parsed<Policy> {
  const source = readYaml(file, text)
  if (!source.ok) return source
  return parsePolicyAt(source.value, [], readExtended, { complete: true })
}

/**
 * Reads a policy that stands somewhere in a file that is already read. `complete: false` for a policy in a case, which need
 * not say its version nor its targets: a case says itself what is affected.
 */
export function parsePolicyAt(
  source: YamlSource,
  prefix: readonly PathSegment[],
  readExtended: ReadExtended,
  { complete }: { readonly complete: boolean },
): Parsed<Policy> {
  const gathered = gatherLayers(source, prefix, readExtended, [])
  const further = checkLayers(gathered.layers, { targetsRequired: complete, isWhole: gathered.isWhole })
  const problems = [
    ...gathered.problems,
    ...(complete ? missingVersion(source, prefix) : []),
    // A value that is wrong in itself was left out before the layers were checked: what follows from that is no news.
    ...further.filter((each) => !gathered.problems.some((problem) => isAbout(problem, each))),
  ]
  if (problems.length > 0) return { ok: false, problems: sortProblems(problems) }
  return { ok: true, value: resolveLayers(gathered.layers) }
}

function missingVersion(source: YamlSource, prefix: readonly PathSegment[]): Problem[] {
  const value = valueAt(source, prefix)
  if (!isMap(value) || (value as { version?: unknown }).version !== undefined) return []
  const place = { file: source.file, ...source.locate(prefix), path: writePath(prefix) }
  return [{ ...place, message: 'version is missing; write version: 1' }]
}

/** Whether a problem lies in the part of a file that another one is about. */
function isAbout(problem: Problem, other: Problem): boolean {
  return problem.file === other.file && other.path !== '' && problem.path.startsWith(other.path)
}

function valueAt(source: YamlSource, path: readonly PathSegment[]): unknown {
  return path.reduce<unknown>(
    (parent, segment) => (parent as Record<PathSegment, unknown> | null | undefined)?.[segment],
    source.value,
  )
}

interface Gathered {
  readonly layers: readonly Layer[]
  /** False when something that is extended could not be read at all. */
  readonly isWhole: boolean
  readonly problems: readonly Problem[]
}

let validator: ReturnType<typeof compileSchema<PolicyFile>> | undefined

/** The file and, before it, what it extends, the weakest first. `within`: names that are being read, against circles. */
function gatherLayers(
  source: YamlSource,
  prefix: readonly PathSegment[],
  readExtended: ReadExtended,
  within: readonly string[],
): Gathered {
  validator ??= compileSchema<PolicyFile>(PolicyFile)
  const value = valueAt(source, prefix)
  const { problems, sound } = validateAt(validator, source, value, prefix)
  // The extended files are read also when this one has problems: all of them are shown at once.
  const extended = extendsOf(value).map((name, index) =>
    gatherExtended(name, source, [...prefix, 'extends', index], readExtended, within),
  )
  const own: Layer[] = isMap(sound) ? [{ source, raw: sound as PolicyFile, prefix }] : []
  return {
    layers: [...extended.flatMap(({ layers }) => layers), ...own],
    isWhole: own.length === 1 && extended.every(({ isWhole }) => isWhole),
    problems: [...extended.flatMap((each) => each.problems), ...problems],
  }
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function extendsOf(value: unknown): string[] {
  const names = (value as { extends?: unknown } | null | undefined)?.extends
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : []
}

function gatherExtended(
  name: string,
  source: YamlSource,
  path: readonly PathSegment[],
  readExtended: ReadExtended,
  within: readonly string[],
): Gathered {
  const refuse = (message: string): Gathered => ({
    layers: [],
    isWhole: false,
    problems: [{ file: source.file, ...source.locate(path), path: writePath(path), message }],
  })
  if (within.includes(name)) return refuse(`${name} extends itself; remove it here`)
  if (within.length >= 5) return refuse('this extends too many others, one through another; extend fewer')
  const text = extendable.some((known) => known === name) ? readExtended(name) : undefined
  if (text === undefined) {
    const meant = suggest(name, extendable)
    if (name === 'org')
      return refuse(
        'the policy of the organisation was not found (.github/countersign.yml in its .github repository; on the command line: --org FILE)',
      )
    return refuse(
      meant === undefined || meant === name
        ? `there is no preset "${name}"; write standard, regulated or org`
        : `there is no preset "${name}"; did you mean ${meant}?`,
    )
  }
  const read = readYaml(text.file, text.text)
  if (!read.ok) return { layers: [], isWhole: false, problems: read.problems }
  return gatherLayers(read.value, [], readExtended, [...within, name])
}
