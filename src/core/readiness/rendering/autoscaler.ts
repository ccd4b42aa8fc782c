import { mapOf, textOf, type Subject } from './subject.ts'

/** A HorizontalPodAutoscaler or KEDA ScaledObject. */
export interface Autoscaler {
  readonly subject: Subject
  /** API group of what it targets; undefined where the manifest does not say. */
  readonly group: string | undefined
  readonly kind: string
  readonly name: string
  /** Fewest replicas that it keeps. */
  readonly minimum: number
}

interface Kinds {
  ofKind(group: string, kind: string): readonly Subject[]
}

/** Autoscalers of a rendering by kind and name of their target. */
export function autoscalersOf(rendering: Kinds): ReadonlyMap<string, readonly Autoscaler[]> {
  const found = new Map<string, Autoscaler[]>()
  const all = [
    ...rendering.ofKind('autoscaling', 'HorizontalPodAutoscaler').map((each) => readAutoscaler(each)),
    ...rendering.ofKind('keda.sh', 'ScaledObject').map((each) => readAutoscaler(each)),
  ]
  for (const each of all) {
    const key = `${each.kind}/${each.name}`
    const known = found.get(key)
    if (known === undefined) found.set(key, [each])
    else known.push(each)
  }
  return found
}

/** Minimum when absent: 1 for an HPA, 0 for KEDA. https://keda.sh/docs/latest/reference/scaledobject-spec/#minreplicacount */
export function readAutoscaler(subject: Subject): Autoscaler {
  const isKeda = subject.group === 'keda.sh'
  const target = mapOf(subject.spec.scaleTargetRef)
  const version = textOf(target.apiVersion)
  const minimum = isKeda ? subject.spec.minReplicaCount : subject.spec.minReplicas
  return {
    subject,
    group: version === undefined ? undefined : version.includes('/') ? version.split('/')[0] : '',
    kind: textOf(target.kind) ?? (isKeda ? 'Deployment' : ''),
    name: textOf(target.name) ?? '',
    minimum: typeof minimum === 'number' ? minimum : isKeda ? 0 : 1,
  }
}
