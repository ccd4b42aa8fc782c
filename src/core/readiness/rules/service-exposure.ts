import { Type } from '@sinclair/typebox'
import { matchesWildcard } from '../../judge/wildcard.ts'
import { textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'

export const serviceExposure = defineRule({
  id: 'service-exposure',
  severity: 'advice',
  title:
    'No Service is reachable from outside the cluster by a port of the nodes, or by a load balancer that the checklist does not allow.',
  page: 'https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types',
  options: {
    allow: Type.Union(
      [Type.Boolean(), Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { maxItems: 1000 })],
      {
        default: false,
        description:
          '`true`: load balancers are fine. A list: types (`LoadBalancer`, `NodePort`) or names of Services that are, `*` for any text.',
        hint: 'true, or a list such as [LoadBalancer] or [ingress-*]',
      },
    ),
  },
  check: ({ kind, group, spec, name }, _, { allow }) => {
    if (kind !== 'Service' || group !== '') return undefined
    const type = textOf(spec.type)
    if (type !== 'NodePort' && type !== 'LoadBalancer') return []
    const isAllowed =
      typeof allow === 'boolean'
        ? allow && type === 'LoadBalancer'
        : allow.some((each) => each === type || matchesWildcard(each, name))
    if (isAllowed) return []
    return [
      {
        path: '/spec/type',
        message:
          type === 'NodePort'
            ? 'opens a port on every node (NodePort)'
            : 'has a load balancer of its own, reachable from outside the cluster',
        fix: 'Publish it through an Ingress or a Gateway:\n\n  spec:\n    type: ClusterIP',
      },
    ]
  },
})
