import type { Problem } from '../problem.ts'
import { parseSpan } from '../schedule/window.ts'
import { isTimeZone } from '../schedule/zone.ts'
import { parseDuration } from './duration.ts'
import type { Layer } from './layer.ts'
import { mergeLayers, type MergedEnvironment } from './merge-layers.ts'
import type { ApprovalRuleShape, EnvironmentDefaults } from './schema.ts'
import { listOr, suggest } from './suggest.ts'
import { writePath, type PathSegment } from './yaml-source.ts'

export interface CheckOptions {
  readonly targetsRequired: boolean
  /** False when a layer is missing: a name that is not found may stand there. */
  readonly isWhole: boolean
}

/** Names of groups; null when they are not all known. */
type Groups = readonly string[] | null

type Report = (layer: Layer, path: readonly PathSegment[], message: string) => void

/**
 * What a schema cannot say: names that must exist, windows that must make sense, rules that could never be satisfied.
 * Layers in order of precedence, the weakest first; the last is the file that is being read.
 */
export function checkLayers(layers: readonly Layer[], options: CheckOptions): Problem[] {
  const problems: Problem[] = []
  const report: Report = (layer, path, message) => {
    const full = [...layer.prefix, ...path]
    problems.push({ file: layer.source.file, ...layer.source.locate(full), path: writePath(full), message })
  }
  const groups = options.isWhole ? layers.flatMap(({ raw }) => Object.keys(raw.groups ?? {})) : null
  for (const layer of layers) checkLayer(layer, groups, report)
  checkEnvironments(layers, options, report)
  return problems
}

function checkLayer(layer: Layer, groups: Groups, report: Report): void {
  const { raw } = layer
  checkNamesWithoutCase(layer, 'groups', Object.keys(raw.groups ?? {}), report)
  for (const [name, settings] of Object.entries(raw.environments ?? {}))
    checkSettings(layer, ['environments', name], settings, groups, report)
  for (const kind of ['protected', 'unprotected'] as const)
    checkSettings(layer, ['defaults', kind], raw.defaults?.[kind] ?? {}, groups, report)
  const guard = raw['policy-changes']
  if (guard !== undefined) checkRule(layer, ['policy-changes'], guard, groups, report)
}

function checkSettings(
  layer: Layer,
  path: readonly PathSegment[],
  settings: EnvironmentDefaults,
  groups: Groups,
  report: Report,
): void {
  const names = new Set<string>()
  settings.approvals?.forEach((rule, index) => {
    const at = [...path, 'approvals', index]
    if (names.has(rule.name))
      report(layer, [...at, 'name'], `a second rule is called ${rule.name}; write another name`)
    names.add(rule.name)
    checkRule(layer, at, rule, groups, report)
  })
  settings.windows?.forEach((window, index) =>
    checkWindow(layer, [...path, 'windows', index], window, report),
  )
  if (settings.expires !== undefined && parseDuration(settings.expires) === 0)
    report(
      layer,
      [...path, 'expires'],
      'an approval that expires at once never counts; write a duration such as 72h',
    )
  if (settings.deploy?.timeout !== undefined && parseDuration(settings.deploy.timeout) === 0)
    report(layer, [...path, 'deploy', 'timeout'], 'no deployment ends at once; write a duration such as 20m')
  settings.promotion?.move?.forEach((move, index) =>
    checkMove(layer, [...path, 'promotion', 'move', index], move, report),
  )
  const { rollback } = settings
  if (rollback !== undefined) checkRule(layer, [...path, 'rollback'], rollback, groups, report)
  const durations = [
    [['expires'], settings.expires],
    [['promotion', 'soak'], settings.promotion?.soak],
    [['deploy', 'timeout'], settings.deploy?.timeout],
  ] as const
  for (const [keys, text] of durations)
    if (text !== undefined && parseDuration(text) === undefined)
      report(layer, [...path, ...keys], `"${text}" is longer than ten years; write less`)
}

function checkMove(
  layer: Layer,
  path: readonly PathSegment[],
  move: NonNullable<NonNullable<EnvironmentDefaults['promotion']>['move']>[number],
  report: Report,
): void {
  const kinds = [move.images, move.values, move.files].filter((each) => each !== undefined)
  if (kinds.length !== 1)
    report(layer, path, 'it moves either images, values or files; write exactly one of them')
  const stars = (text: string): number => text.split('*').length - 1
  for (const key of ['from', 'to'] as const)
    if (stars(move[key]) > 1)
      report(layer, [...path, key], `"${move[key]}" has more than one *; write at most one`)
  if (stars(move.from) !== stars(move.to))
    report(layer, [...path, 'to'], 'a * in `from` needs a * in `to`, and the other way round')
  if (move.from === move.to)
    report(layer, [...path, 'to'], 'it is the same file as `from`; write the file that changes')
  move.values?.forEach((pointer, index) => {
    if (!/^(?:\/[^/]+)+$/.test(pointer))
      report(
        layer,
        [...path, 'values', index],
        `"${pointer}" is not a JSON pointer; write a path such as /image/tag`,
      )
  })
}

function checkRule(
  layer: Layer,
  path: readonly PathSegment[],
  rule: Pick<ApprovalRuleShape, 'count' | 'from'>,
  groups: Groups,
  report: Report,
): void {
  const from = rule.from ?? []
  if (from.length === 0 && (rule.count ?? 1) > 0) {
    const at = rule.from === undefined ? path : [...path, 'from']
    report(
      layer,
      at,
      'from names nobody, so nobody could ever approve; write a list such as [team:acme/release, user:carol]',
    )
  }
  if (groups === null) return
  const known = new Set(groups.map((group) => group.toLowerCase()))
  from.forEach((entry, index) => {
    if (!entry.startsWith('group:')) return
    const group = entry.slice('group:'.length)
    if (known.has(group.toLowerCase())) return
    report(
      layer,
      [...path, 'from', index],
      `there is no group ${group}${didYouMean(group, groups, 'add it under groups')}`,
    )
  })
}

function checkWindow(
  layer: Layer,
  path: readonly PathSegment[],
  window: { readonly allow?: string; readonly deny?: string; readonly timezone?: string },
  report: Report,
): void {
  if ((window.allow === undefined) === (window.deny === undefined))
    report(layer, path, 'a window is either allow or deny; write exactly one of them')
  for (const effect of ['allow', 'deny'] as const) {
    const text = window[effect]
    const span = text === undefined ? undefined : parseSpan(text)
    if (typeof span === 'string') report(layer, [...path, effect], span)
  }
  if (window.timezone !== undefined && !isTimeZone(window.timezone))
    report(
      layer,
      [...path, 'timezone'],
      `"${window.timezone}" is not a time zone; write an IANA name such as Europe/Berlin, or UTC`,
    )
}

/** Names compare without case, so two that differ in case only are one name with two meanings. */
function checkNamesWithoutCase(layer: Layer, key: string, names: readonly string[], report: Report): void {
  const seen = new Map<string, string>()
  for (const name of names) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined)
      report(layer, [key, name], `${name} and ${other} are the same name; keep one of them`)
    seen.set(name.toLowerCase(), name)
  }
}

function checkEnvironments(layers: readonly Layer[], options: CheckOptions, report: Report): void {
  const own = layers.at(-1)
  if (own === undefined || !options.isWhole) return
  const environments = mergeLayers(layers)
  const names = environments.map(({ name }) => name)
  if (environments.length === 0)
    report(
      own,
      own.raw.environments === undefined ? [] : ['environments'],
      'there is no environment; name at least one under environments',
    )
  for (const environment of environments) {
    const { name, settings, layerOf } = environment
    const layer = layerOf.environment
    if (options.targetsRequired && (settings.targets ?? []).length === 0 && settings.discover !== true)
      report(
        layer,
        ['environments', name],
        'it has no targets; write targets, or discover: true to take them from Argo CD and Flux',
      )
    checkPromotion(environment, names, report)
  }
  for (const name of promotionCycle(environments)) {
    const found = environments.find((each) => each.name === name)
    const layer = found?.layerOf.promotion ?? own
    report(
      layer,
      ['environments', name, 'promotion', 'from'],
      `${name} would be promoted from itself, through others; break the circle`,
    )
  }
}

function checkPromotion(
  { name, settings, layerOf }: MergedEnvironment,
  names: readonly string[],
  report: Report,
): void {
  const { promotion } = settings
  if (promotion === undefined) return
  const layer = layerOf.promotion ?? layerOf.environment
  const path = ['environments', name, 'promotion']
  if (promotion.from === undefined)
    return report(layer, path, 'from is missing; write the name of the environment that comes before')
  if (promotion.from === name)
    return report(layer, [...path, 'from'], 'an environment cannot be promoted from itself')
  if (!names.includes(promotion.from))
    report(
      layer,
      [...path, 'from'],
      `there is no environment ${promotion.from}${didYouMean(
        promotion.from,
        names.filter((each) => each !== name),
        'name it under environments',
      )}`,
    )
}

/** Environments on a circle of promotions longer than one, in order of the policy. */
function promotionCycle(environments: readonly MergedEnvironment[]): string[] {
  const before = new Map(environments.map(({ name, settings }) => [name, settings.promotion?.from]))
  return environments
    .map(({ name }) => name)
    .filter((name) => {
      if (before.get(name) === name) return false
      const seen = new Set<string>()
      let current = before.get(name)
      while (current !== undefined && current !== name && !seen.has(current)) {
        seen.add(current)
        current = before.get(current)
      }
      return current === name
    })
}

function didYouMean(written: string, known: readonly string[], otherwise: string): string {
  const meant = suggest(written, known)
  if (meant !== undefined) return `; did you mean ${meant}?`
  return known.length === 0
    ? `; ${otherwise}`
    : `; there is ${listOr(known).replace(/ or (?=[^ ]+$)/, ' and ')}`
}
