import { isJsonObject, scalarText } from '../../change/read-yaml.ts'
import { Type } from '@sinclair/typebox'
import type { Json } from '../../change/resource.ts'
import type { RenderingIndex } from '../rendering/index-rendering.ts'
import { listPaths } from '../rendering/list-paths.ts'
import { readSelector, sameNamespace, selects } from '../rendering/selector.ts'
import { mapOf, textOf, textsOf, type Subject } from '../rendering/subject.ts'
import { defineRule, type Violation } from '../rule.ts'

const fix =
  'Back it up, for example with Velero:\n\n  apiVersion: velero.io/v1\n  kind: Schedule\n  metadata:\n    name: daily\n    namespace: velero\n  spec:\n    schedule: 0 3 * * *\n    template:\n      includedNamespaces: [web]'

export const pvcBackup = defineRule({
  id: 'pvc-backup',
  severity: 'warning',
  title:
    'Every claim of a protected environment is backed up: Velero, K8up, a VolumeSnapshot, or an annotation that says so.',
  page: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/',
  options: {
    annotations: Type.Array(Type.String({ minLength: 1, maxLength: 317, hint: 'an annotation' }), {
      default: ['countersign.dev/backup', 'k8up.io/backup', 'backup.velero.io/backup-volumes'],
      maxItems: 50,
      description:
        'Annotations of a claim, or of the pods that use it, that say that it is backed up or need not be.',
      hint: 'a list of annotations',
    }),
  },
  check: (subject, context, { annotations }): readonly Violation[] | undefined => {
    if (!context.protected) return undefined
    const { kind, group, spec, workload } = subject
    if (kind === 'PersistentVolumeClaim' && group === '')
      return isCovered(subject.object, subject, annotations, context.rendering)
        ? []
        : [{ path: '', message: 'is covered by no backup of this environment', fix }]
    if (kind !== 'StatefulSet' || !Array.isArray(spec.volumeClaimTemplates)) return undefined
    const templates = spec.volumeClaimTemplates as readonly Json[]
    const paths = listPaths('/spec/volumeClaimTemplates', 'volumeClaimTemplates', templates)
    const podSays = annotations.some((name) => textOf(workload?.annotations[name]) !== undefined)
    return templates.flatMap((template, index) => {
      if (podSays || isCovered(mapOf(template), subject, annotations, context.rendering)) return []
      const name = textOf(mapOf(mapOf(template).metadata).name) ?? String(index)
      return [
        {
          path: paths[index] ?? '',
          message: `its claims ${name} are covered by no backup of this environment`,
          fix,
        },
      ]
    })
  },
})

function isCovered(
  claim: Subject['object'],
  owner: Subject,
  accepted: readonly string[],
  rendering: RenderingIndex,
): boolean {
  const { namespace } = owner
  const metadata = mapOf(claim.metadata)
  const annotations = mapOf(metadata.annotations)
  if (accepted.some((name) => annotations[name] !== undefined && scalarText(annotations[name]) !== 'false'))
    return true
  const labels = mapOf(metadata.labels)
  const name = textOf(metadata.name) ?? ''
  const isNamed = (claimed: string): boolean =>
    claimed === name || (owner.kind === 'StatefulSet' && claimed.startsWith(`${name}-${owner.name}-`))
  const optedOut = scalarText(annotations['k8up.io/backup']) === 'false'
  return (
    rendering
      .ofKind('velero.io', 'Schedule')
      .some(({ spec }) => spec.paused !== true && veleroCovers(mapOf(spec.template), namespace, labels)) ||
    (!optedOut &&
      ['k8up.io', 'backup.appuio.ch'].some((group) =>
        rendering
          .ofKind(group, 'Schedule')
          .some((each) => isJsonObject(each.spec.backup) && sameNamespace(each.namespace, namespace)),
      )) ||
    rendering
      .ofKind('snapshot.storage.k8s.io', 'VolumeSnapshot')
      .some(
        (each) =>
          sameNamespace(each.namespace, namespace) &&
          isNamed(textOf(mapOf(each.spec.source).persistentVolumeClaimName) ?? ''),
      )
  )
}

const claimNames = /^(?:persistentvolumeclaims?|pvcs?)(?:\.v1)?$/

/** https://velero.io/docs/main/api-types/schedule/ */
function veleroCovers(
  template: Subject['object'],
  namespace: string | undefined,
  labels: Subject['object'],
): boolean {
  const included = textsOf(template.includedNamespaces)
  const excluded = textsOf(template.excludedNamespaces)
  if (namespace !== undefined && excluded.includes(namespace)) return false
  const kinds = textsOf(template.includedResources).map((each) => each.toLowerCase())
  if (kinds.length > 0 && !kinds.some((each) => each === '*' || claimNames.test(each))) return false
  if (textsOf(template.excludedResources).some((each) => claimNames.test(each.toLowerCase()))) return false
  const isIncluded =
    included.length === 0 || included.includes('*') || namespace === undefined || included.includes(namespace)
  const selector = readSelector(template.labelSelector)
  return isIncluded && (selector === undefined || selects(selector, labels))
}
