import { isJsonObject } from '../../change/read-yaml.ts'
import type { JsonObject } from '../../change/resource.ts'
import type { RenderingIndex } from '../rendering/index-rendering.ts'
import { readSelector, sameNamespace, type LabelSelector } from '../rendering/selector.ts'
import { mapOf, mapsOf, textOf, textsOf, type Subject } from '../rendering/subject.ts'
import type { Workload } from '../rendering/workload.ts'
import { matchesCalico } from './calico-selector.ts'

/** A policy of the network, of whichever maker, as far as rules ask. */
export interface NetworkPolicy {
  readonly subject: Subject
  /** Whether it says who may come in; then everybody else may not. */
  readonly isIngress: boolean
  /** Whether it allows nobody in. */
  readonly deniesAll: boolean
  /** Whether it means every pod of its namespace. */
  readonly isForAll: boolean
  readonly covered: () => readonly Workload[]
}

/** NetworkPolicy of Kubernetes, Cilium and Calico. */
export function networkPolicies(rendering: RenderingIndex): readonly NetworkPolicy[] {
  return rendering.once('network-policies', () => [
    ...rendering.ofKind('networking.k8s.io', 'NetworkPolicy').map((each) => ofKubernetes(each, rendering)),
    ...rendering.ofKind('extensions', 'NetworkPolicy').map((each) => ofKubernetes(each, rendering)),
    ...['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'].flatMap((kind) =>
      rendering.ofKind('cilium.io', kind).flatMap((each) => ofCilium(each, rendering)),
    ),
    ...['projectcalico.org', 'crd.projectcalico.org'].flatMap((group) =>
      ['NetworkPolicy', 'GlobalNetworkPolicy'].flatMap((kind) =>
        rendering.ofKind(group, kind).map((each) => ofCalico(each, rendering)),
      ),
    ),
  ])
}

/** Workloads that a policy of the network lets nobody else into. */
export function isolatedWorkloads(rendering: RenderingIndex): ReadonlySet<Workload> {
  return rendering.once('isolated-workloads', () => {
    const found = new Set<Workload>()
    for (const policy of networkPolicies(rendering))
      if (policy.isIngress) for (const workload of policy.covered()) found.add(workload)
    return found
  })
}

/** Without policyTypes a policy is about ingress: https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
function ofKubernetes(subject: Subject, rendering: RenderingIndex): NetworkPolicy {
  const { spec, namespace } = subject
  const types = textsOf(spec.policyTypes)
  const selector = readSelector(spec.podSelector) ?? everything
  const isIngress = types.length === 0 || types.includes('Ingress')
  return {
    subject,
    isIngress,
    deniesAll: isIngress && mapsOf(spec.ingress).length === 0,
    isForAll: isEmpty(selector),
    covered: () => rendering.select(selector, namespace),
  }
}

const everything: LabelSelector = { equal: [], expressions: [] }

function isEmpty({ equal, expressions }: LabelSelector): boolean {
  return equal.length === 0 && expressions.length === 0
}

/** A section for ingress, an empty one too, switches on default deny: https://docs.cilium.io/en/stable/security/policy/intro/ */
function ofCilium(subject: Subject, rendering: RenderingIndex): readonly NetworkPolicy[] {
  const isClusterwide = subject.kind === 'CiliumClusterwideNetworkPolicy'
  return [subject.spec, ...mapsOf(subject.object.specs)]
    .filter((spec) => isJsonObject(spec.endpointSelector))
    .map((spec) => {
      const { selector, namespace } = withoutSources(mapOf(spec.endpointSelector))
      const home = isClusterwide ? namespace : (namespace ?? subject.namespace)
      const rules = mapsOf(spec.ingress)
      return {
        subject,
        isIngress:
          (Array.isArray(spec.ingress) || Array.isArray(spec.ingressDeny)) &&
          mapOf(spec.enableDefaultDeny).ingress !== false,
        deniesAll: rules.every((rule) => Object.keys(rule).length === 0),
        isForAll: isEmpty(selector),
        covered: () => rendering.select(selector, home),
      }
    })
}

/** Cilium's labels carry their source (`k8s:app`), and the namespace is a label too. */
function withoutSources(value: JsonObject): { selector: LabelSelector; namespace: string | undefined } {
  const selector = readSelector(value) ?? everything
  const plain = (key: string): string => key.replace(/^(?:k8s|any)[:.]/, '')
  const isNamespace = (key: string): boolean => plain(key) === 'io.kubernetes.pod.namespace'
  return {
    namespace: selector.equal.find(([key]) => isNamespace(key))?.[1],
    selector: {
      equal: selector.equal.filter(([key]) => !isNamespace(key)).map(([key, each]) => [plain(key), each]),
      expressions: selector.expressions
        .filter(({ key }) => !plain(key).startsWith('io.kubernetes.pod.namespace'))
        .map((each) => ({ ...each, key: plain(each.key) })),
    },
  }
}

/** https://docs.tigera.io/calico/latest/reference/resources/networkpolicy */
function ofCalico(subject: Subject, rendering: RenderingIndex): NetworkPolicy {
  const { spec, namespace, kind } = subject
  const types = textsOf(spec.types)
  const isIngress =
    types.length > 0 ? types.includes('Ingress') : spec.ingress !== undefined || spec.egress === undefined
  const selector = textOf(spec.selector) ?? 'all()'
  return {
    subject,
    isIngress,
    deniesAll: isIngress && mapsOf(spec.ingress).every(({ action }) => action === 'Deny'),
    isForAll: selector.trim() === 'all()',
    covered: () =>
      rendering.workloads.filter(
        (workload) =>
          (kind === 'GlobalNetworkPolicy' || sameNamespace(workload.resource.namespace, namespace)) &&
          matchesCalico(selector, workload.labels),
      ),
  }
}
