import { escapeSegment } from '../../change/field-path.ts'
import type { RenderingIndex } from '../rendering/index-rendering.ts'
import { mapOf, mapsOf, textOf, type Subject } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'

const references = [
  { field: 'configMapKeyRef', kind: 'ConfigMap', maps: ['data', 'binaryData'] },
  { field: 'secretKeyRef', kind: 'Secret', maps: ['data', 'stringData'] },
] as const

export const envReference = defineRule({
  id: 'env-reference',
  severity: 'warning',
  title: 'A key that an environment variable refers to is there, where its ConfigMap or Secret is rendered.',
  page: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/',
  check: (subject, { rendering }) =>
    eachContainer(subject, ({ object, path, name }) =>
      mapsOf(object.env).flatMap((variable) =>
        references.flatMap((reference) => {
          const { name: target, key, optional } = mapOf(mapOf(variable.valueFrom)[reference.field])
          const [source, wanted] = [textOf(target), textOf(key)]
          if (source === undefined || wanted === undefined || optional === true) return []
          if (!lacksKey(reference, source, wanted, subject, rendering)) return []
          const called = textOf(variable.name) ?? ''
          return [
            {
              path: `${path}/env/[name=${escapeSegment(called)}]`,
              message: `container ${name}: ${called.slice(0, 100)} refers to key ${wanted.slice(0, 100)} of ${reference.kind} ${source.slice(0, 253)}, which has no such key: the pod does not start`,
              fix: `Add the key to the ${reference.kind}, or refer to one that is there.`,
            },
          ]
        }),
      ),
    ),
})

/** True only where the rendering has the object and all of those that may be meant lack the key. */
function lacksKey(
  { kind, maps }: (typeof references)[number],
  source: string,
  key: string,
  { namespace }: Subject,
  rendering: RenderingIndex,
): boolean {
  const found = rendering.named('', kind, source, namespace)
  return (
    found.length > 0 &&
    found.every(({ object }) => maps.every((map) => !Object.hasOwn(mapOf(object[map]), key)))
  )
}
