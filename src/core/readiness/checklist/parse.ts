import type { Parsed, Problem } from '../../problem.ts'
import { compileSchema, sortProblems, validateAt } from '../../policy/schema-problems.ts'
import { suggest } from '../../policy/suggest.ts'
import { readYaml, writePath, type PathSegment, type YamlSource } from '../../policy/yaml-source.ts'
import { isDay } from '../waivers.ts'
import { defaultOptions, type Rule } from '../rule.ts'
import { rules as allRules } from '../registry.ts'
import type { Checklist, PointedFile, TunedRule } from './checklist.ts'
import { checklistSchema, type ChecklistFile } from './schema.ts'

export interface ChecklistText {
  readonly file: string
  readonly text: string
  /** It comes with the product, whose tests hold it against the schema: that is not done again each time. */
  readonly isShipped?: true
}

interface Layer {
  readonly source: YamlSource
  readonly raw: ChecklistFile
}

let validator: ReturnType<typeof compileSchema<ChecklistFile>> | undefined

/**
 * Reads a checklist and what it extends: the checklist, or every problem of every file at once. `extended` holds the files by name;
 * a name that it lacks is a problem. Never throws.
 */
export function parseChecklist(
  checklist: ChecklistText,
  extended: ReadonlyMap<string, ChecklistText>,
): Parsed<Checklist> {
  const { layers, problems } = gather(checklist, extended, [])
  if (problems.length > 0) return { ok: false, problems: sortProblems(problems) }
  return { ok: true, value: merge(layers) }
}

/** Names that a checklist extends, as far as they can be read: what has to be at hand to parse it. */
export function extendedNames({ file, text }: ChecklistText): readonly string[] {
  const source = readYaml(file, text)
  const names = source.ok ? (source.value.value as { extends?: unknown } | null)?.extends : undefined
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : []
}

interface Gathered {
  readonly layers: readonly Layer[]
  readonly problems: readonly Problem[]
}

function gather(
  { file, text, isShipped }: ChecklistText,
  extended: ReadonlyMap<string, ChecklistText>,
  within: readonly string[],
): Gathered {
  const read = readYaml(file, text)
  if (!read.ok) return { layers: [], problems: read.problems }
  const source = read.value
  const problems = isShipped === true ? [] : problemsOf(source)
  const parents = extendedNames({ file, text }).map((name, index) => {
    const refuse = (message: string): Gathered => ({
      layers: [],
      problems: [problemAt(source, ['extends', index], message)],
    })
    if (within.includes(name)) return refuse(`${name} extends itself; remove it here`)
    if (within.length >= 5) return refuse('this extends too many others, one through another; extend fewer')
    const found = extended.get(name)
    if (found !== undefined) return gather(found, extended, [...within, name])
    const meant = suggest(name, [...extended.keys(), 'baseline', 'production'])
    return refuse(
      meant === undefined || meant === name
        ? `there is no checklist "${name}"`
        : `there is no checklist "${name}"; did you mean ${meant}?`,
    )
  })
  const further = problems.length > 0 ? [] : checkFurther(source, source.value as ChecklistFile)
  return {
    layers: [...parents.flatMap(({ layers }) => layers), { source, raw: source.value as ChecklistFile }],
    problems: [...parents.flatMap((each) => each.problems), ...problems, ...further],
  }
}

function problemsOf(source: YamlSource): readonly Problem[] {
  validator ??= compileSchema<ChecklistFile>(checklistSchema(allRules))
  return validateAt(validator, source, source.value).problems
}

/** What a schema cannot say. Custom rules may be waived too, so that only a near miss of a known id is a mistake for sure. */
function checkFurther(source: YamlSource, raw: ChecklistFile): Problem[] {
  const known = allRules.map(({ id }) => id)
  const waivers = (raw.waivers ?? []).flatMap(({ rule, until }, index) => [
    ...(known.includes(rule) || (raw.custom ?? []).length > 0
      ? []
      : [
          problemAt(
            source,
            ['waivers', index, 'rule'],
            `there is no rule "${rule}"${didYouMean(rule, known)}`,
          ),
        ]),
    ...(!isDay(until)
      ? [problemAt(source, ['waivers', index, 'until'], `${until} is no day of the calendar`)]
      : []),
  ])
  const ids = (raw.manual ?? []).map(({ id }) => id)
  const twice = ids.flatMap((id, index) =>
    ids.indexOf(id) < index
      ? [problemAt(source, ['manual', index, 'id'], `the id ${id} is there twice; give each item its own`)]
      : [],
  )
  return [...waivers, ...twice]
}

function didYouMean(written: string, known: readonly string[]): string {
  const meant = suggest(written, known)
  return meant === undefined ? '' : `; did you mean ${meant}?`
}

function problemAt(source: YamlSource, path: readonly PathSegment[], message: string): Problem {
  return { file: source.file, ...source.locate(path), path: writePath(path), message }
}

/** The weakest layer first; lists add up, what is said later about a rule wins. */
function merge(layers: readonly Layer[]): Checklist {
  const raws = layers.map(({ raw }) => raw)
  const last = <Value>(pick: (raw: ChecklistFile) => Value | undefined): Value | undefined =>
    raws.map(pick).findLast((value) => value !== undefined)
  return {
    rules: allRules.flatMap((rule) => tune(rule, raws) ?? []),
    workloads: raws.flatMap(({ workloads = [] }) =>
      workloads.map(({ apiVersion, kind, podTemplate }) => ({
        group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
        kind,
        path: podTemplate,
      })),
    ),
    schemas: layers.flatMap((layer) => pointed(layer, 'schemas')),
    custom: layers.flatMap((layer) => pointed(layer, 'custom')),
    manual: raws.flatMap(({ manual = [] }) => manual),
    waivers: raws.flatMap(({ waivers = [] }) =>
      waivers.map((each) => ({ ...each, resource: each.resource })),
    ),
    mayWaive: last((raw) => raw['may-waive']) ?? [],
    suppressions: last(({ suppressions }) => suppressions) ?? 'allow',
  }
}

function pointed({ source, raw }: Layer, field: 'schemas' | 'custom'): readonly PointedFile[] {
  return (raw[field] ?? []).map((path, index) => ({
    path,
    file: source.file,
    ...source.locate([field, index]),
  }))
}

/** Undefined: the rule is off. Options without a word about on or off turn it on. */
function tune(rule: Rule, layers: readonly ChecklistFile[]): TunedRule | undefined {
  let on = rule.on
  let severity: TunedRule['severity'] | undefined
  let options = defaultOptions(rule)
  for (const layer of layers) {
    const said =
      layer.rules !== undefined && Object.hasOwn(layer.rules, rule.id) ? layer.rules[rule.id] : undefined
    if (said === undefined) continue
    on = said !== 'off'
    if (said === 'on' || said === 'off') continue
    if (typeof said === 'string') severity = said
    else {
      const { severity: given, ...rest } = said
      severity = given ?? severity
      options = { ...options, ...rest }
    }
  }
  if (!on) return undefined
  return {
    rule,
    severity: severity ?? rule.severity,
    isSeveritySet: severity !== undefined && severity !== rule.severity,
    options,
  }
}
