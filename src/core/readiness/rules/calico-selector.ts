import type { JsonObject } from '../../change/resource.ts'
import { entryOf, textOf } from '../rendering/subject.ts'

/**
 * Whether a selector of Calico holds for labels. What this does not understand counts as holding: better to say nothing than to raise
 * a false alarm. https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors
 */
export function matchesCalico(selector: string, labels: JsonObject): boolean {
  if (selector.length > 10_000) return true
  return selector.split('||').some((part) => part.split('&&').every((clause) => holds(clause.trim(), labels)))
}

function holds(clause: string, labels: JsonObject): boolean {
  const bare = clause.replace(/^[(\s]+(?=[^)]*$)/, '').trim()
  if (bare === '' || bare === 'all()' || bare === 'global()') return true
  const negated = bare.startsWith('!')
  const has = /^!?\s*has\(\s*([\w./-]+)\s*\)$/.exec(bare)
  if (has !== null) return (valueOf(labels, has[1]) !== undefined) !== negated
  const equals = /^([\w./-]+)\s*(==|!=)\s*(["'])([^"']*)\3$/.exec(bare)
  if (equals !== null) return (valueOf(labels, equals[1]) === equals[4]) === (equals[2] === '==')
  const listed = /^([\w./-]+)\s+(not\s+)?in\s*\{([^}]*)\}$/.exec(bare)
  if (listed === null) return true
  const values = (listed[3] ?? '').split(',').map((each) => each.trim().replace(/^["']|["']$/g, ''))
  const value = valueOf(labels, listed[1])
  return (value !== undefined && values.includes(value)) === (listed[2] === undefined)
}

function valueOf(labels: JsonObject, key = ''): string | undefined {
  return textOf(entryOf(labels, key))
}
