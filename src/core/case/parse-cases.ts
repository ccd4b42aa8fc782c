import type { Policy } from '../policy/policy.ts'
import { parsePolicyAt, type ReadExtended } from '../policy/parse.ts'
import { compileSchema, sortProblems, validateAt } from '../policy/schema-problems.ts'
import { listAnd, suggest } from '../policy/suggest.ts'
import { readYaml, writePath, type PathSegment, type YamlSource } from '../policy/yaml-source.ts'
import type { Parsed, Problem } from '../problem.ts'
import { ownEntry } from '../own-entry.ts'
import { CaseFileShape, type CaseShape } from './schema.ts'

/** One case with the policy that it is judged by. */
export interface PolicyCase {
  readonly name: string
  readonly policy: Policy
  readonly shape: CaseShape
}

export interface CaseText {
  readonly file: string
  readonly text: string
  /** Text of a `policyFile`, by its path as written in the case file; undefined: there is none. */
  readonly readPolicyFile: (path: string) => { readonly file: string; readonly text: string } | undefined
  readonly extends: ReadExtended
}

let validator: ReturnType<typeof compileSchema<CaseFileShape>> | undefined

/** Reads a file of cases and the policies in it: all cases, or every problem at once. Never throws. */
export function parseCases(input: CaseText): Parsed<readonly PolicyCase[]> {
  const source = readYaml(input.file, input.text)
  if (!source.ok) return source
  validator ??= compileSchema<CaseFileShape>(CaseFileShape)
  const { problems } = validateAt(validator, source.value, source.value.value)
  const shared = readPolicy(source.value, [], input)
  if (problems.length > 0) {
    const more = shared !== undefined && !shared.ok ? shared.problems : []
    return { ok: false, problems: sortProblems([...problems, ...more]) }
  }
  const file = source.value.value as CaseFileShape
  const read = file.cases.map((shape, index) => readCase(source.value, shape, index, shared, input))
  const all = [
    ...(shared !== undefined && !shared.ok ? shared.problems : []),
    ...read.flatMap((each) => (each.ok ? [] : each.problems)),
  ]
  if (all.length > 0) return { ok: false, problems: sortProblems(all) }
  return { ok: true, value: read.flatMap((each) => (each.ok ? [each.value] : [])) }
}

function readCase(
  source: YamlSource,
  shape: CaseShape,
  index: number,
  shared: Parsed<Policy> | undefined,
  input: CaseText,
): Parsed<PolicyCase> {
  const path: PathSegment[] = ['cases', index]
  const policy = readPolicy(source, path, input) ?? shared
  if (policy === undefined)
    return refuse(source, path, 'no policy; write policy or policyFile, here or at the top of the file')
  if (!policy.ok) return policy === shared ? { ok: false, problems: [] } : policy
  const problems = [...checkTimes(source, shape, path), ...checkNames(source, shape, path, policy.value)]
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, value: { name: shape.name, policy: policy.value, shape } }
}

function refuse(source: YamlSource, path: readonly PathSegment[], message: string): Parsed<never> {
  return {
    ok: false,
    problems: [{ file: source.file, ...source.locate(path), path: writePath(path), message }],
  }
}

/** The policy of the file or of one case; undefined when there is none. */
function readPolicy(
  source: YamlSource,
  path: readonly PathSegment[],
  input: CaseText,
): Parsed<Policy> | undefined {
  const holder = path.reduce<unknown>(
    (parent, segment) => (parent as Record<PathSegment, unknown> | null | undefined)?.[segment],
    source.value,
  )
  if (typeof holder !== 'object' || holder === null) return undefined
  const { policy, policyFile } = holder as { policy?: unknown; policyFile?: unknown }
  if (policy !== undefined && policyFile !== undefined)
    return refuse(source, [...path, 'policyFile'], 'policy is there too; keep one of them')
  if (policy !== undefined)
    return parsePolicyAt(source, [...path, 'policy'], input.extends, { complete: false })
  if (typeof policyFile !== 'string') return undefined
  const text = input.readPolicyFile(policyFile)
  if (text === undefined)
    return refuse(
      source,
      [...path, 'policyFile'],
      `there is no file ${policyFile}; write a path relative to this file`,
    )
  const read = readYaml(text.file, text.text)
  return read.ok ? parsePolicyAt(read.value, [], input.extends, { complete: false }) : read
}

/** A time that looks like one and is none: 2026-02-30. */
function checkTimes(source: YamlSource, value: unknown, path: readonly PathSegment[]): Problem[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) => {
    const inside = [...path, Array.isArray(value) ? Number(key) : key]
    if (!timeKeys.has(key) || typeof each !== 'string')
      return key === 'policy' ? [] : checkTimes(source, each, inside)
    if (isTime(each)) return []
    const message = `"${each}" is not a time; write one such as 2026-03-02T12:00:00Z`
    return [{ file: source.file, ...source.locate(inside), path: writePath(inside), message }]
  })
}

const timeKeys: ReadonlySet<string> = new Set([
  'now',
  'at',
  'baseChangedAt',
  'headSince',
  'until',
  'healthySince',
  'judgeAgainAt',
])

function isTime(text: string): boolean {
  const day = text.slice(0, 10)
  const midnight = Date.parse(`${day}T00:00:00Z`)
  return (
    !Number.isNaN(Date.parse(text)) &&
    !Number.isNaN(midnight) &&
    new Date(midnight).toISOString().startsWith(day)
  )
}

/** Environments and rules that the policy does not have: a case about them would prove nothing. */
function checkNames(
  source: YamlSource,
  shape: CaseShape,
  path: readonly PathSegment[],
  policy: Policy,
): Problem[] {
  const environments = policy.environments.map(({ name }) => name)
  const unknown = (
    where: readonly PathSegment[],
    kind: string,
    name: string,
    known: readonly string[],
  ): Problem[] => {
    if (known.includes(name)) return []
    const meant = suggest(name, known)
    const help =
      meant === undefined
        ? `the policy has ${known.length === 0 ? 'none' : listAnd(known)}`
        : `did you mean ${meant}?`
    const full = [...path, ...where, name]
    const message = `the policy has no ${kind} ${name}; ${help}`
    return [{ file: source.file, ...source.locateKey(full), path: writePath(full), message }]
  }
  const places = [
    [['changes'], shape.changes],
    [['environments'], shape.environments],
    [['expect', 'environments'], shape.expect.environments],
  ] as const
  return [
    ...places.flatMap(([where, named]) =>
      Object.keys(named ?? {}).flatMap((name) => unknown(where, 'environment', name, environments)),
    ),
    ...policy.environments.flatMap(({ name, approvals }) =>
      Object.keys(ownEntry(shape.expect.environments, name)?.rules ?? {}).flatMap((rule) =>
        unknown(
          ['expect', 'environments', name, 'rules'],
          'rule',
          rule,
          approvals.map((each) => each.name),
        ),
      ),
    ),
  ]
}
