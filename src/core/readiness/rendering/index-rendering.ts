import type { Resource } from '../../change/resource.ts'
import { autoscalersOf, type Autoscaler } from './autoscaler.ts'
import { readLabelMap, sameNamespace, selects, type LabelSelector } from './selector.ts'
import { readSubject, textOf, entryOf, mapOf, type Subject } from './subject.ts'
import { borrowTemplate, type PodTemplatePath, type Workload } from './workload.ts'

/** Everything that an environment renders, with the questions that rules ask answered once. */
export class RenderingIndex {
  readonly subjects: readonly Subject[]
  /** In the order of the rendering. */
  readonly workloads: readonly Workload[]
  readonly #byKind = new Map<string, Subject[]>()
  readonly #byName = new Map<string, Subject[]>()
  /** Workloads by the value of a label, made for a label when it is first asked for. */
  readonly #byLabel = new Map<string, Map<string, Workload[]>>()
  readonly #services = new Map<Resource, Subject[]>()
  readonly #lenders = new Set<Resource>()
  #autoscalers: ReadonlyMap<string, readonly Autoscaler[]> | undefined
  readonly #facts = new Map<string, unknown>()

  constructor(resources: readonly Resource[], templates: readonly PodTemplatePath[] = []) {
    const subjects = resources.map((resource) => readSubject(resource, templates))
    for (const subject of subjects) {
      push(this.#byKind, `${subject.group}/${subject.kind}`, subject)
      push(this.#byName, `${subject.group}/${subject.kind}/${subject.name}`, subject)
    }
    this.subjects = subjects.map((subject) => this.#withBorrowedTemplate(subject))
    this.workloads = this.subjects.flatMap(({ workload }) => workload ?? [])
    for (const service of this.ofKind('', 'Service'))
      for (const workload of this.selectedByService(service)) push(this.#services, workload.resource, service)
  }

  /** Resources of a kind, whatever their version. */
  ofKind(group: string, kind: string): readonly Subject[] {
    return this.#byKind.get(`${group}/${kind}`) ?? []
  }

  /** Resources of a kind and name that can be in this namespace. */
  named(group: string, kind: string, name: string, namespace: string | undefined): readonly Subject[] {
    const found = this.#byName.get(`${group}/${kind}/${name}`) ?? []
    return found.every((each) => sameNamespace(each.namespace, namespace))
      ? found
      : found.filter((each) => sameNamespace(each.namespace, namespace))
  }

  /** Workloads whose pods a selector selects; `namespace: null` looks in every namespace. */
  select(selector: LabelSelector, namespace: string | undefined | null): readonly Workload[] {
    return this.#candidates(selector).filter(
      (workload) =>
        (namespace === null || sameNamespace(workload.resource.namespace, namespace)) &&
        selects(selector, workload.labels),
    )
  }

  /** Workloads that a Service selects. */
  selectedByService({ spec, namespace }: Subject): readonly Workload[] {
    if (textOf(spec.type) === 'ExternalName') return []
    const selector = readLabelMap(spec.selector)
    return selector === undefined ? [] : this.select(selector, namespace)
  }

  /** Services that select the pods of a workload: it is served when there is one. */
  servicesOf({ resource }: Workload): readonly Subject[] {
    return this.#services.get(resource) ?? []
  }

  /** Autoscalers (HorizontalPodAutoscaler, KEDA ScaledObject) that target a workload. */
  autoscalersOf({ resource, group, kind }: Workload): readonly Autoscaler[] {
    this.#autoscalers ??= autoscalersOf(this)
    const found = this.#autoscalers.get(`${kind}/${resource.name}`) ?? []
    return found.filter(
      (each) =>
        sameNamespace(each.subject.namespace, resource.namespace) &&
        (each.group === undefined || each.group === group),
    )
  }

  /** Whether a Rollout runs the pods that this Deployment only describes. */
  isLender({ resource }: Workload): boolean {
    return this.#lenders.has(resource)
  }

  /** Pods that run at the same time; undefined where their number is not the workload's to say (DaemonSet, Job, Pod, Knative). */
  replicasOf(workload: Workload): number | undefined {
    const { kind, group, resource } = workload
    const isCounted =
      ['Deployment', 'StatefulSet', 'ReplicaSet', 'Rollout'].includes(kind) ||
      // A kind that a checklist names, when it says how many.
      !['', 'apps', 'extensions', 'batch', 'serving.knative.dev'].includes(group)
    if (!isCounted || this.isLender(workload)) return undefined
    const autoscalers = this.autoscalersOf(workload)
    if (autoscalers.length > 0) return Math.max(...autoscalers.map(({ minimum }) => minimum))
    const { replicas } = mapOf(resource.object.spec)
    if (typeof replicas === 'number') return replicas
    return replicas === undefined || replicas === null ? 1 : undefined
  }

  /** Something that a rule works out once for the whole rendering. */
  once<Fact>(name: string, make: () => Fact): Fact {
    if (!this.#facts.has(name)) this.#facts.set(name, make())
    return this.#facts.get(name) as Fact
  }

  #candidates({ equal, expressions }: LabelSelector): readonly Workload[] {
    const [first] = equal
    if (first !== undefined) return this.#labelled(first[0]).get(first[1]) ?? []
    const listed = expressions.find(({ operator }) => operator === 'In')
    if (listed === undefined) return this.workloads
    const index = this.#labelled(listed.key)
    return [...new Set(listed.values)].flatMap((value) => index.get(value) ?? [])
  }

  #labelled(key: string): Map<string, Workload[]> {
    const known = this.#byLabel.get(key)
    if (known !== undefined) return known
    const index = new Map<string, Workload[]>()
    for (const workload of this.workloads) {
      const value = entryOf(workload.labels, key)
      if (value !== undefined && value !== null && typeof value !== 'object')
        push(index, String(value), workload)
    }
    this.#byLabel.set(key, index)
    return index
  }

  #withBorrowedTemplate(subject: Subject): Subject {
    const { kind, group, workload, spec, resource, namespace } = subject
    if (workload !== undefined || kind !== 'Rollout' || group !== 'argoproj.io') return subject
    const reference = mapOf(spec.workloadRef)
    const lender = this.named(
      'apps',
      textOf(reference.kind) ?? '',
      textOf(reference.name) ?? '',
      namespace,
    )[0]
    if (lender?.workload === undefined) return subject
    this.#lenders.add(lender.resource)
    return { ...subject, workload: borrowTemplate(resource, group, lender.workload) }
  }
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [value])
  else known.push(value)
}
