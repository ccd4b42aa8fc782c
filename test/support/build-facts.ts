import type { Change, ResourceChange } from '../../src/core/change/change.ts'
import type { Decision, EnvironmentDecision } from '../../src/core/decision.ts'
import type { EnvironmentFacts, Facts, PullFacts } from '../../src/core/facts.ts'

export const image: ResourceChange = {
  action: 'changed',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'web',
  name: 'frontend',
  classes: ['image'],
  risks: [],
  changes: [
    {
      path: '/spec/template/spec/containers/[name=frontend]/image',
      before: 'ghcr.io/acme/frontend:6.13.0',
      after: 'ghcr.io/acme/frontend:6.14.1',
    },
  ],
}

export function buildChange(resources: readonly ResourceChange[]): Change {
  return {
    digest: 'sha256:7d1f0a',
    classes: [...new Set(resources.flatMap((each) => each.classes))],
    resources,
  }
}

export function buildPull(pull: Partial<PullFacts> = {}): PullFacts {
  return {
    repository: 'acme/shop',
    number: 7,
    state: 'open',
    author: { login: 'mallory', type: 'User' },
    draft: false,
    fork: false,
    base: { ref: 'main', sha: 'b'.repeat(40) },
    head: { ref: 'feature', sha: 'c'.repeat(40) },
    commits: [],
    changedFiles: 1,
    files: ['deploy/bases/frontend/deployment.yaml'],
    reviews: [],
    checks: [],
    pushers: [],
    holds: [],
    mergeable: 'mergeable',
    ...pull,
  }
}

export function buildEnvironment(
  name: string,
  resources: readonly ResourceChange[],
  more: Partial<EnvironmentFacts> = {},
): EnvironmentFacts {
  const change = buildChange(resources)
  const target = {
    path: `deploy/overlays/${name}`,
    renderer: 'kustomize' as const,
    affected: true,
    why: ['deploy/bases/frontend/deployment.yaml', 'deploy/bases/frontend', `deploy/overlays/${name}`],
    change,
    base: [],
    head: [],
  }
  return { name, change: { name, targets: [target], change, failures: [] }, digests: {}, ...more }
}

export function buildFacts(environments: readonly EnvironmentFacts[], pull: Partial<PullFacts> = {}): Facts {
  return {
    takenAt: '2026-03-02T12:00:00Z',
    pull: buildPull(pull),
    people: { permissions: {}, teams: {} },
    environments: Object.fromEntries(environments.map((each) => [each.name, each])),
  }
}

export function buildDecision(
  environments: readonly EnvironmentDecision[],
  more: Partial<Decision> = {},
): Decision {
  return { verdict: 'waiting', head: 'c'.repeat(40), reasons: [], environments, merge: null, ...more }
}
