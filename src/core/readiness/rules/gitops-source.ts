import { mapOf, mapsOf, textOf, type Subject } from '../rendering/subject.ts'
import type { JsonObject } from '../../change/resource.ts'
import { defineRule, type Violation } from '../rule.ts'

export const gitopsSource = defineRule({
  id: 'gitops-source',
  severity: 'warning',
  title:
    'Argo CD follows a fixed revision in a protected environment; no Flux object is suspended; a Flux Kustomization waits for what it applies.',
  page: 'https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/',
  check: (subject, context) => {
    const { kind, group, spec } = subject
    if (group === 'argoproj.io' && (kind === 'Application' || kind === 'ApplicationSet')) {
      if (!context.protected) return undefined
      return kind === 'Application'
        ? sourcesOf(spec, '/spec')
        : sourcesOf(mapOf(mapOf(spec.template).spec), '/spec/template/spec')
    }
    return group.endsWith('.toolkit.fluxcd.io') ? judgeFlux(subject) : undefined
  },
})

function sourcesOf(spec: JsonObject, path: string): readonly Violation[] {
  const sources = [
    ...(Object.keys(mapOf(spec.source)).length === 0
      ? []
      : [{ source: mapOf(spec.source), at: `${path}/source` }]),
    ...mapsOf(spec.sources).map((source, index) => ({ source, at: `${path}/sources/${index}` })),
  ]
  return sources.flatMap(({ source, at }) => {
    const revision = textOf(source.targetRevision) ?? 'HEAD'
    const isChart = textOf(source.chart) !== undefined
    if (isChart ? isFixedVersion(revision) : isFixedRevision(revision)) return []
    return [
      {
        path: `${at}/targetRevision`,
        message: isChart
          ? `follows chart version ${revision.slice(0, 100)}: a new chart is deployed without a pull request`
          : `follows ${revision === 'HEAD' ? 'HEAD' : `${isRange(revision) ? 'tags' : 'branch'} ${revision.slice(0, 100)}`}: what is pushed there is deployed without a pull request here`,
        fix: 'Name a tag or a commit:\n\n  source:\n    targetRevision: v1.2.3',
      },
    ]
  })
}

/** A commit, a tag, or a name with a version in it; a template is filled in elsewhere. */
function isFixedRevision(revision: string): boolean {
  if (/\{\{|\$\{|\$[A-Z]/.test(revision)) return true
  if (isRange(revision) || /^(?:refs\/heads\/|release[-/]v?\d+(?:\.\d+)?$)/.test(revision)) return false
  return (
    /^[0-9a-f]{7,64}$/.test(revision) ||
    revision.startsWith('refs/tags/') ||
    /(?:^|[^a-zA-Z])v?\d+(?:\.\d+)+/.test(revision) ||
    /^v?\d+$/.test(revision)
  )
}

/** Argo CD takes the newest tag that fits. */
function isRange(revision: string): boolean {
  return revision === '*' || (/^[\^~><=]|[*xX]$/.test(revision) && /\d/.test(revision))
}

function isFixedVersion(version: string): boolean {
  return /\{\{|\$\{/.test(version) || /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]*)?$/.test(version)
}

function judgeFlux({ kind, group, spec }: Subject): readonly Violation[] {
  const isKustomization = kind === 'Kustomization' && group === 'kustomize.toolkit.fluxcd.io'
  const waits =
    spec.wait === true || mapsOf(spec.healthChecks).length > 0 || mapsOf(spec.healthCheckExprs).length > 0
  return [
    ...(spec.suspend === true
      ? [
          {
            path: '/spec/suspend',
            message: 'is suspended: nothing that is merged is deployed',
            fix: 'Resume it:\n\n  spec:\n    suspend: false',
          },
        ]
      : []),
    ...(isKustomization && !waits
      ? [
          {
            path: '/spec/wait',
            message:
              'neither waits for what it applies nor has health checks: it is ready before anything runs',
            fix: 'Add:\n\n  spec:\n    wait: true\n    timeout: 5m',
          },
        ]
      : []),
  ]
}
