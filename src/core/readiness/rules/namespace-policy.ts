import { sameNamespace } from '../rendering/selector.ts'
import { textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { networkPolicies } from './network-policies.ts'

export const namespacePolicy = defineRule({
  id: 'namespace-policy',
  severity: 'advice',
  title: 'A Namespace has a quota, a pod-security label and a policy that denies by default.',
  page: 'https://kubernetes.io/docs/concepts/security/pod-security-admission/',
  check: ({ kind, group, name, labels }, { rendering }) => {
    if (kind !== 'Namespace' || group !== '') return undefined
    const hasQuota = rendering.ofKind('', 'ResourceQuota').some((each) => sameNamespace(each.namespace, name))
    const hasLabel = textOf(labels['pod-security.kubernetes.io/enforce']) !== undefined
    const denies = networkPolicies(rendering).some(
      ({ subject, deniesAll, isForAll }) => deniesAll && isForAll && sameNamespace(subject.namespace, name),
    )
    const missing = [
      ...(hasQuota ? [] : ['a ResourceQuota']),
      ...(hasLabel ? [] : ['the label pod-security.kubernetes.io/enforce']),
      ...(denies ? [] : ['a NetworkPolicy that denies by default']),
    ]
    if (missing.length === 0) return []
    return [
      {
        path: '',
        message: `lacks ${missing.join(', ').replace(/, (?=[^,]*$)/, ' and ')} in this environment`,
        fix: `Add:\n\n  metadata:\n    labels:\n      pod-security.kubernetes.io/enforce: restricted\n\nand beside it:\n\n  apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata: { name: default-deny, namespace: ${name} }\n  spec: { podSelector: {}, policyTypes: [Ingress] }`,
      },
    ]
  },
})
