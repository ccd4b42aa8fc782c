import type { ResourceChange, Risk } from '../core/change/change.ts'
import { diffLines } from '../core/change/diff-lines.ts'
import { foldNoise, noiseWords } from '../core/change/noise.ts'
import type { ResourceIdentity } from '../core/change/resource.ts'
import { printable, type Paint } from './paint.ts'

const signs = { added: '+', removed: '-', changed: '~' } as const
const colours = { added: 'green', removed: 'red', changed: 'yellow' } as const
const severities = { danger: 'red', warning: 'yellow', advice: 'cyan' } as const

/** Resources with their fields, for a terminal or a plain text file. */
export function showResources(
  resources: readonly ResourceChange[],
  paint: Paint,
  indent = '',
  withNoise = false,
): string {
  const folded = withNoise ? foldNoise([]) : foldNoise(resources)
  const noise = noiseWords(folded)
  return [
    ...(withNoise ? resources : folded.resources).map((resource) => showResource(resource, paint, indent)),
    ...(noise === undefined ? [] : [`${indent}${paint('dim', `${noise} (--with-noise shows it)`)}\n`]),
  ].join('\n')
}

function showResource(resource: ResourceChange, paint: Paint, indent: string): string {
  const { action, previousName, classes, risks, changes } = resource
  const was = previousName === undefined ? '' : paint('dim', ` (was ${printable(previousName)})`)
  const title = `${paint(colours[action], signs[action])} ${paint('bold', printable(titleOf(resource)))}${was} ${paint('dim', `· ${classes.join(', ')}`)}`
  const body = diffLines(changes).map(({ sign, text }) => {
    const line = `${sign} ${printable(text)}`
    return sign === ' ' ? paint('dim', line) : paint(sign === '+' ? 'green' : 'red', line)
  })
  return [title, ...risks.map((risk) => showRisk(risk, paint)), ...body.map((line) => `    ${line}`), '']
    .map((line) => (line === '' ? line : indent + line))
    .join('\n')
}

export function showRisk(risk: Risk, paint: Paint): string {
  return `    ${paint(severities[risk.severity], `${risk.severity}: ${printable(risk.message)}`)} ${paint('dim', `[${risk.id}]`)}`
}

/** `Deployment web/frontend` */
export function titleOf({ kind, namespace, name }: ResourceIdentity): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}
