import type { Risk } from '../change.ts'
import { valueAt } from '../field-path.ts'
import { groupOf, inWords, type RiskRule } from './subject.ts'

const revisions =
  /^\/spec\/(?:template\/spec\/)?(?:source\/|sources\/[^/]+\/)?targetRevision$|^\/spec\/ref\/(?:branch|tag|semver|commit|digest|name)$/
/** Where it deploys to, and what: a change of either leaves what was deployed before. */
const destinations =
  /^\/spec\/(?:template\/spec\/)?destination\/|^\/spec\/(?:targetNamespace|kubeConfig)(?:\/|$)/
const sources =
  /^\/spec\/(?:template\/spec\/)?(?:source|sources\/[^/]+)\/(?:repoURL|path|chart)$|^\/spec\/(?:path|sourceRef\/.*|url)$|^\/spec\/chart\/spec\/(?:chart|sourceRef\/.*)$/

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
  // An ApplicationSet says the same of the Applications that it makes.
  const inTemplate = (path: string): string =>
    subject.kind === 'ApplicationSet' ? path.replace(/^spec\./, 'spec.template.spec.') : path
  const turned = (path: string, off: unknown): boolean =>
    before !== undefined &&
    after !== undefined &&
    valueAt(after.object, inTemplate(path)) === off &&
    valueAt(before.object, inTemplate(path)) !== off
  const lost = (path: string): boolean =>
    before !== undefined &&
    after !== undefined &&
    valueAt(before.object, inTemplate(path)) != null &&
    valueAt(after.object, inTemplate(path)) == null
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
  if (
    turned('spec.syncPolicy.automated.selfHeal', false) ||
    lost('spec.syncPolicy.automated.selfHeal') ||
    turned('spec.driftDetection.mode', 'disabled') ||
    lost('spec.driftDetection.mode')
  )
    risks.push({
      id: 'self-heal-off',
      severity: 'warning',
      message: 'self-heal is turned off: changes made by hand stay',
    })
  if (lost('spec.syncPolicy.automated') || turned('spec.syncPolicy.automated.enabled', false))
    risks.push({ id: 'automation-off', severity: 'warning', message: 'is no longer synced by itself' })
  if (turned('spec.force', true))
    risks.push({
      id: 'force-on',
      severity: 'warning',
      message: 'may delete and create anew what it cannot change',
    })
  if (before !== undefined && after !== undefined) {
    if (changes.some(({ path }) => destinations.test(path)))
      risks.push({
        id: 'destination-moved',
        severity: 'danger',
        message: 'deploys to another place: what it deployed before stays there or is deleted',
      })
    if (changes.some(({ path }) => sources.test(path)))
      risks.push({
        id: 'source-moved',
        severity: 'warning',
        message: 'deploys from another place: what is not there is removed where it prunes',
      })
  }
  for (const change of changes)
    if (revisions.test(change.path) && change.before !== undefined && change.after !== undefined)
      risks.push({
        id: 'revision-moved',
        severity: 'warning',
        message: `follows another revision: ${inWords(change.shown.before)} → ${inWords(change.shown.after)}`,
      })
  return risks
}
