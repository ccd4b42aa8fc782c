import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, Resource } from '../../../src/core/change/resource.ts'
import { parseChecklist } from '../../../src/core/readiness/checklist/parse.ts'
import { judgeRendering } from '../../../src/core/readiness/judge-rendering.ts'
import { rules } from '../../../src/core/readiness/registry.ts'
import { shippedChecklist, shippedChecklists } from '../../../src/pipeline/load-checklist.ts'
import { checklistOf } from './judge-manifests.ts'

describe('shipped checklists', () => {
  it.each(shippedChecklists)('%s says something about every rule, with the reason', (name) => {
    const { file, text } = shippedChecklist(name) ?? { file: '', text: '' }
    const said = [...text.matchAll(/^ {2}([a-z-]+): \w+ +# \S/gm)].map(([, id]) => id)
    expect(said).toEqual(rules.map(({ id }) => id))
    // As if somebody else had written it: against the schema.
    expect(parseChecklist({ file, text }, new Map())).toMatchObject({ ok: true })
    expect(parseChecklist({ file, text, isShipped: true }, new Map())).toEqual(
      parseChecklist({ file, text }, new Map()),
    )
  })
})

const kinds = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['batch/v1', 'CronJob'],
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['networking.k8s.io/v1', 'Ingress'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['gateway.networking.k8s.io/v1', 'Gateway'],
  ['argoproj.io/v1alpha1', 'Application'],
] as const
const words = [
  'spec',
  'template',
  'metadata',
  'labels',
  'containers',
  'initContainers',
  'env',
  'ports',
  'selector',
  'matchLabels',
  'name',
  'image',
  'rules',
  'http',
  'paths',
  'backend',
  'service',
  'listeners',
  'metrics',
  'volumes',
  'data',
  'securityContext',
  'readinessProbe',
  '__proto__',
]
const json = fc.letrec<{ value: Json; map: Json }>((tie) => ({
  map: fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 6 }),
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom<Json>(null, true, 0, -1, 'a', '', '100%', '${X}', 'nginx:latest'),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('map'),
  ),
}))

describe('rules', () => {
  it('never throw, whatever a resource holds', () => {
    const everything = checklistOf(`rules: { ${rules.map(({ id }) => `${id}: on`).join(', ')} }`)
    const resource = fc
      .tuple(fc.constantFrom(...kinds), json.map, json.map)
      .map(([[apiVersion, kind], spec, data]): Resource => ({
        apiVersion,
        kind,
        name: 'a',
        object: { apiVersion, kind, metadata: { name: 'a' }, spec, data, rules: [data] },
      }))
    fc.assert(
      fc.property(fc.array(resource, { maxLength: 6 }), (resources) => {
        const { problems } = judgeRendering(resources, everything, {
          protected: true,
          kubernetes: '1.34',
          now: '2026-03-02T00:00:00Z',
        })
        expect(problems).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
})
