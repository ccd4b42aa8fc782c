import { jsonAt, listAt, textAt } from './json-at.ts'
import { sameRepository } from './same-repository.ts'
import type { ObjectName } from './observation.ts'

/** Which objects deploy an environment. */
export interface Deployed {
  /** `acme/shop`. */
  readonly repository: string
  /** Directories of its targets, relative to the repository. */
  readonly paths: readonly string[]
  /** Objects that the policy names, as `Kind namespace/name` or `Kind/namespace/name`; empty: by repository and path. */
  readonly objects: readonly string[]
  /** Objects that the repository declares for the targets, spelled alike: their events count, and nobody waits for them. */
  readonly declared: readonly string[]
  /** Clusters that the policy names; empty: every one that has such an object. */
  readonly clusters: readonly string[]
}

/** What an object is called; undefined where it is no Kubernetes object. */
export function nameOf(cluster: string, object: unknown): ObjectName | undefined {
  const kind = textAt(object, 'kind')
  const name = textAt(object, 'metadata', 'name')
  if (kind === undefined || name === undefined) return undefined
  return { cluster, kind, namespace: textAt(object, 'metadata', 'namespace') ?? '', name }
}

/** `Kustomization/flux-system/apps` and `Kustomization flux-system/apps` name the same object. */
export function isNamed(objects: readonly string[], { kind, namespace, name }: ObjectName): boolean {
  const wanted = `${kind}/${namespace === '' ? '' : `${namespace}/`}${name}`.toLowerCase()
  return objects.some((each) => each.trim().replace(/\s+/, '/').toLowerCase() === wanted)
}

/**
 * Whether an object applies a target of the environment: it is named by the policy, or it takes one of the target directories from
 * this repository. `sourceUrl` gives the URL of a Flux source (`GitRepository`) by namespace and name, in the object's cluster.
 */
export function appliesTarget(
  object: unknown,
  deployed: Deployed,
  sourceUrl: (kind: string, namespace: string, name: string) => string | undefined,
): boolean {
  switch (textAt(object, 'kind')) {
    case 'Application': {
      const single = jsonAt(object, 'spec', 'source')
      const sources = listAt(object, 'spec', 'sources')
      const dry = jsonAt(object, 'spec', 'sourceHydrator', 'drySource')
      return [single, dry, ...sources].some(
        (source) =>
          sameRepository(textAt(source, 'repoURL'), deployed.repository) &&
          hasPath(deployed, textAt(source, 'path')),
      )
    }
    case 'Kustomization': {
      const reference = jsonAt(object, 'spec', 'sourceRef')
      const namespace = textAt(reference, 'namespace') ?? textAt(object, 'metadata', 'namespace') ?? ''
      const url = sourceUrl(textAt(reference, 'kind') ?? '', namespace, textAt(reference, 'name') ?? '')
      return (
        sameRepository(url, deployed.repository) && hasPath(deployed, textAt(object, 'spec', 'path') ?? '.')
      )
    }
    case 'App':
      return listAt(object, 'spec', 'fetch').some(
        (each) =>
          sameRepository(textAt(each, 'git', 'url'), deployed.repository) &&
          hasPath(deployed, textAt(each, 'git', 'subPath') ?? '.'),
      )
    default:
      return false
  }
}

function hasPath({ paths }: Deployed, path: string | undefined): boolean {
  return path !== undefined && paths.some((each) => plainPath(each) === plainPath(path))
}

/** `./deploy/web/` is `deploy/web`; the root is `.`. */
function plainPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return parts.length === 0 ? '.' : parts.join('/')
}

/** The object that applied another one, as its labels or Argo CD's tracking annotation say. https://fluxcd.io/flux/components/kustomize/kustomizations/#garbage-collection */
export function carrierOf(cluster: string, object: unknown): ObjectName | undefined {
  const label = (key: string) => textAt(object, 'metadata', 'labels', key)
  const flux = label('kustomize.toolkit.fluxcd.io/name')
  if (flux !== undefined)
    return {
      cluster,
      kind: 'Kustomization',
      namespace: label('kustomize.toolkit.fluxcd.io/namespace') ?? '',
      name: flux,
    }
  const helm = label('helm.toolkit.fluxcd.io/name')
  if (helm !== undefined)
    return {
      cluster,
      kind: 'HelmRelease',
      namespace: label('helm.toolkit.fluxcd.io/namespace') ?? '',
      name: helm,
    }
  const tracking = textAt(object, 'metadata', 'annotations', 'argocd.argoproj.io/tracking-id')?.split(':')[0]
  const instance = tracking ?? label('argocd.argoproj.io/instance')
  if (instance === undefined) return undefined
  // Applications outside Argo CD's own namespace are tracked as `namespace_name`.
  const [first = '', second] = instance.split('_')
  return second === undefined
    ? { cluster, kind: 'Application', namespace: '', name: first }
    : { cluster, kind: 'Application', namespace: first, name: second }
}

/** Kinds that are followed through what applies them. */
export const carriedKinds: readonly string[] = ['HelmRelease', 'Canary', 'Rollout']
