import type { ResourceChange } from '../change/change.ts'
import { diffLines } from '../change/diff-lines.ts'
import { foldNoise, noiseWords } from '../change/noise.ts'
import type { EnvironmentDecision } from '../decision.ts'
import type { EnvironmentFacts } from '../facts.ts'
import type { TargetChange } from '../targets/target.ts'
import { count, details } from './details.ts'
import { codeSpan, escapeHtml, escapeText, fencedBlock } from './markdown.ts'
import type { Room } from './room.ts'

/** Targets, and objects that are not evaluated, listed one by one. */
const mostListed = 20

/** What changes in an environment, resource by resource, or why that could not be found out. */
export function environmentSection(
  environment: EnvironmentDecision,
  known: EnvironmentFacts | undefined,
  room: Room,
  fullUrl: string | undefined,
): string {
  if (known === undefined) return ''
  const name = `<b>${escapeHtml(environment.name)}</b>`
  if (known.change.failures.length > 0)
    return details(`${name} · could not be rendered`, failures(known), true)
  const { resources: all } = known.change.change
  const folded = foldNoise(all)
  const { resources } = folded
  const bodies = new Set(smallestFirst(resources).slice(0, room.bodies))
  const named = resources.slice(0, room.names)
  const texts = named.map((resource) =>
    resourceSection(resource, bodies.has(resource) ? room.linesPerResource : 0),
  )
  const omitted = resources.length - named.length
  const where = fullUrl === undefined ? '' : `: [see all](${fullUrl})`
  const rest =
    omitted === 0
      ? []
      : [`${count(omitted, 'further resource')} left out, the comment has no more room${where}`]
  const noise = noiseWords(folded)
  const changed = known.change.targets.filter(
    (target) => target.affected && target.change.resources.length > 0,
  )
  const [first] = changed
  const one = changed.length === 1 && first !== undefined ? origin(first) : ''
  const listed = changed.length > 1 && room.names > 0 ? [targetList(changed)] : []
  return details(
    `${name} · ${count(all.length, 'resource')}${changed.length > 1 ? ` of ${changed.length} targets` : ''}${one}`,
    [...listed, ...texts, ...rest, ...(noise === undefined ? [] : [`_${noise}_`])].join('\n\n'),
    false,
  )
}

/** What an environment's objects apply that nobody here can know, each with the reason. */
export function notEvaluatedSection(
  environment: EnvironmentDecision,
  known: EnvironmentFacts | undefined,
  room: Room,
): string {
  const all = known?.change.notEvaluated ?? []
  if (all.length === 0) return ''
  const lines = all
    .slice(0, room.names === 0 ? 0 : mostListed)
    .map(({ by, file, reason }) => `- ${codeSpan(by)} in ${codeSpan(file)}: ${escapeText(reason)}`)
  const more = all.length - lines.length
  const rest = more === 0 ? [] : [`- ${count(more, 'further object')}`]
  return details(
    `<b>${escapeHtml(environment.name)}</b> · ${count(all.length, 'object')} not evaluated`,
    [...lines, ...rest].join('\n'),
    false,
  )
}

/** `Deployment web/frontend` */
export function resourceName(resource: ResourceChange): string {
  const name = resource.namespace === undefined ? resource.name : `${resource.namespace}/${resource.name}`
  return codeSpan(`${resource.kind} ${name}`)
}

function failures(known: EnvironmentFacts): string {
  return known.change.failures
    .map((failure) => {
      const place =
        failure.file === undefined
          ? failure.target
          : `${failure.file}${failure.line === undefined ? '' : `:${failure.line}`}`
      return `${codeSpan(place)}\n${fencedBlock('', failure.message.split('\n').slice(0, 30))}`
    })
    .join('\n\n')
}

/** `, applied by Application argocd/web, because a.yaml → bases/a → overlays/a`, as HTML. */
function origin({ by, why }: TargetChange): string {
  const applied = by === undefined ? '' : `, applied by <code>${escapeHtml(by)}</code>`
  const steps = why.map((step) => `<code>${escapeHtml(step)}</code>`).join(' → ')
  return steps === '' ? applied : `${applied}, because ${steps}`
}

function targetList(targets: readonly TargetChange[]): string {
  const lines = targets
    .slice(0, mostListed)
    .map((target) => `- <code>${escapeHtml(target.path)}</code>${origin(target)}`)
  const more = targets.length - lines.length
  return [...lines, ...(more === 0 ? [] : [`- ${count(more, 'further target')}`])].join('\n')
}

/** Small changes keep their bodies longest: many small ones say more than one large one. */
function smallestFirst(resources: readonly ResourceChange[]): readonly ResourceChange[] {
  return resources.toSorted((a, b) => a.changes.length - b.changes.length)
}

function resourceSection(resource: ResourceChange, room: number): string {
  const was = resource.previousName === undefined ? '' : ` (was ${codeSpan(resource.previousName)})`
  const action = resource.action === 'changed' ? was : `${was} · ${resource.action}`
  const heading = `**${resourceName(resource)}**${action} · ${resource.classes.map(escapeText).join(', ')}`
  if (room === 0) return heading
  const lines = diffLines(resource.changes).map(({ sign, text }) => `${sign} ${text}`)
  const shown = lines.slice(0, room).map((line) => (line.length > 400 ? `${line.slice(0, 400)}…` : line))
  const more = lines.length - shown.length
  return `${heading}\n${fencedBlock('diff', more === 0 ? shown : [...shown, `  … ${count(more, 'further line')}`])}`
}
