import type { Risk } from '../change.ts'
import { valueAt } from '../field-path.ts'
import { groupOf, inWords, type RiskRule } from './subject.ts'

const revisions =
  /^\/spec\/(?:source\/|sources\/[^/]+\/|template\/spec\/source\/)?targetRevision$|^\/spec\/ref\/(?:branch|tag|semver|commit|name)$/

/** Objects of Argo CD and Flux that stop or redirect the deployer. */
export const gitopsRisks: RiskRule = ({ action, before, after, changes }) => {
  const subject = after ?? before
  if (subject === undefined || !/^(?:argoproj\.io|(?:.+\.)?toolkit\.fluxcd\.io)$/.test(groupOf(subject)))
    return []
  if (action === 'removed')
    return [
      {
        id: 'deployer-removed',
        severity: 'danger',
        message: `removing this ${subject.kind} may delete everything it deployed`,
      },
    ]
  const turned = (path: string, off: unknown): boolean =>
    before !== undefined &&
    after !== undefined &&
    valueAt(after.object, path) === off &&
    valueAt(before.object, path) !== off
  const lost = (path: string): boolean =>
    before !== undefined &&
    after !== undefined &&
    valueAt(before.object, path) != null &&
    valueAt(after.object, path) == null
  const risks: Risk[] = []
  if (turned('spec.suspend', true))
    risks.push({
      id: 'suspended',
      severity: 'warning',
      message: 'is suspended: nothing is deployed until it is resumed',
    })
  if (
    turned('spec.prune', false) ||
    turned('spec.syncPolicy.automated.prune', false) ||
    lost('spec.syncPolicy.automated.prune')
  )
    risks.push({
      id: 'prune-off',
      severity: 'warning',
      message: 'prune is turned off: what is removed from Git stays in the cluster',
    })
  if (turned('spec.prune', true) || turned('spec.syncPolicy.automated.prune', true))
    risks.push({
      id: 'prune-on',
      severity: 'warning',
      message: 'prune is turned on: what is not in Git will be deleted',
    })
  if (turned('spec.syncPolicy.automated.selfHeal', false) || lost('spec.syncPolicy.automated.selfHeal'))
    risks.push({
      id: 'self-heal-off',
      severity: 'warning',
      message: 'self-heal is turned off: changes made by hand stay',
    })
  if (lost('spec.syncPolicy.automated'))
    risks.push({ id: 'automation-off', severity: 'warning', message: 'is no longer synced by itself' })
  for (const change of changes)
    if (revisions.test(change.path) && change.before !== undefined && change.after !== undefined)
      risks.push({
        id: 'revision-moved',
        severity: 'warning',
        message: `follows another revision: ${inWords(change.shown.before)} → ${inWords(change.shown.after)}`,
      })
  return risks
}
