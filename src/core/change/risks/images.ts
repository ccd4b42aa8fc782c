import type { Risk } from '../change.ts'
import type { ValueChange } from '../compare-values.ts'
import { scalarText } from '../read-yaml.ts'
import type { RiskRule } from './subject.ts'

interface Image {
  /** Registry host; `docker.io` when none is named. */
  readonly registry: string
  readonly repository: string
  readonly tag?: string | undefined
  readonly digest?: string | undefined
}

export const imageRisks: RiskRule = ({ changes }) => changes.filter(isImage).flatMap(describe)

function isImage(change: ValueChange): boolean {
  return /\/image$/.test(change.path) && typeof change.before === 'string' && typeof change.after === 'string'
}

function describe(change: ValueChange): readonly Risk[] {
  const container = /\[name=([^\]]+)\]\/image$/.exec(change.path)?.[1]
  const subject = container === undefined ? 'the image' : `the image of ${container}`
  const [from, to] = [parseImage(scalarText(change.before)), parseImage(scalarText(change.after))]
  const risks: Risk[] = []
  if (from.registry !== to.registry)
    risks.push({
      id: 'image-registry',
      severity: 'warning',
      message: `${subject} comes from another registry: ${from.registry} → ${to.registry}`,
    })
  else if (from.repository !== to.repository)
    risks.push({
      id: 'image-repository',
      severity: 'warning',
      message: `${subject} is another one: ${from.repository} → ${to.repository}`,
    })
  if (from.digest !== undefined && to.digest === undefined)
    risks.push({
      id: 'image-unpinned',
      severity: 'warning',
      message: `${subject} was pinned by digest and is no longer`,
    })
  if (from.digest === undefined && to.digest !== undefined)
    risks.push({ id: 'image-pinned', severity: 'advice', message: `${subject} is now pinned by digest` })
  return [...risks, ...versions(subject, from, to)]
}

function versions(subject: string, from: Image, to: Image): readonly Risk[] {
  if (from.repository !== to.repository || from.tag === undefined || to.tag === undefined) return []
  const order = compareVersions(from.tag, to.tag)
  if (order > 0)
    return [
      {
        id: 'image-downgrade',
        severity: 'warning',
        message: `${subject} goes back: ${from.tag} → ${to.tag}`,
      },
    ]
  const majors = [from.tag, to.tag].map((tag) => numbers(tag)?.[0])
  if (order < 0 && majors[0] !== majors[1])
    return [
      {
        id: 'image-major',
        severity: 'warning',
        message: `${subject} moves to another major version: ${from.tag} → ${to.tag}`,
      },
    ]
  if (order < 0)
    return [
      { id: 'image-upgrade', severity: 'advice', message: `${subject} moves up: ${from.tag} → ${to.tag}` },
    ]
  return []
}

/** https://docs.docker.com/reference/cli/docker/image/tag/ : a first part with a dot, a colon or `localhost` is a registry. */
function parseImage(reference: string): Image {
  const [name = '', digest] = reference.split('@')
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const hasRegistry = /[.:]/.test(first) || first === 'localhost'
  const rest = hasRegistry ? name.slice(slash + 1) : name
  const colon = rest.lastIndexOf(':')
  return {
    registry: hasRegistry ? first : 'docker.io',
    repository: colon < 0 ? rest : rest.slice(0, colon),
    tag: colon < 0 ? undefined : rest.slice(colon + 1),
    digest,
  }
}

/** Zero also when one of them is no version: then nothing is said about up or down. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)]
  if (left === undefined || right === undefined) return 0
  for (let place = 0; place < Math.max(left.length, right.length); place++) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return comparePreviews(previewOf(a), previewOf(b))
}

/** A version with `-rc.1` comes before the one without. https://semver.org/#spec-item-11 */
function comparePreviews(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === undefined) return 1
  if (b === undefined) return -1
  return Math.sign(new Intl.Collator('en', { numeric: true }).compare(a, b))
}

/** Words that mark a preview: `-alpine` and `-bookworm` are variants, not versions. */
function previewOf(tag: string): string | undefined {
  return /-((?:alpha|beta|rc|pre|preview|dev|snapshot|m)[.-]?\d*)(?:[.+-]|$)/i.exec(tag)?.[1]?.toLowerCase()
}

function numbers(tag: string): readonly number[] | undefined {
  const version = /^v?(\d{1,9}(?:\.\d{1,9}){0,3})(?:[-+].*)?$/.exec(tag)?.[1]
  return version?.split('.').map(Number)
}
