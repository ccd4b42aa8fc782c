import { describe, expect, it } from 'vitest'
import { checklistOf, judgeManifests } from './judge-manifests.ts'

const pod = (annotations: string): string => `apiVersion: v1
kind: Pod
metadata: { name: p, annotations: { ${annotations} } }
spec: { containers: [{ name: app, image: nginx, securityContext: { privileged: true } }] }
`
const checklist = (more = ''): ReturnType<typeof checklistOf> =>
  checklistOf(`rules: { image-tag: on, privileged: on }\n${more}`)
const suppressed = (text: string, more = ''): Record<string, unknown> =>
  Object.fromEntries(
    judgeManifests(text, checklist(more))
      .findings.filter(({ rule }) => rule === 'image-tag' || rule === 'privileged')
      .map(({ rule, suppressed: by }) => [rule, by?.reason ?? null]),
  )

describe('suppressions', () => {
  it.each<[string, string | null, string | null]>([
    ['countersign.dev/ignore: image-tag', 'annotation countersign.dev/ignore', null],
    [
      "countersign.dev/ignore: 'image-tag, privileged', countersign.dev/ignore-reason: a debug pod",
      'a debug pod',
      'a debug pod',
    ],
    ["countersign.dev/ignore: '*'", 'annotation countersign.dev/ignore', 'annotation countersign.dev/ignore'],
    ['kube-score/ignore: container-image-tag', 'annotation kube-score/ignore: container-image-tag', null],
    [
      "kube-score/ignore: 'container-image-tag,container-security-context'",
      'annotation kube-score/ignore: container-image-tag',
      'annotation kube-score/ignore: container-security-context',
    ],
    ['ignore-check.kube-linter.io/latest-tag: built nightly', 'built nightly', null],
    [
      "ignore-check.kube-linter.io/privileged-container: ''",
      null,
      'annotation ignore-check.kube-linter.io/privileged-container',
    ],
    ['kube-linter.io/ignore-all: an example', 'an example', 'an example'],
    [
      "polaris.fairwinds.com/tagNotSpecified-exempt: 'true'",
      'annotation polaris.fairwinds.com/tagNotSpecified-exempt',
      null,
    ],
    ["polaris.fairwinds.com/tagNotSpecified-exempt: 'false'", null, null],
    [
      "polaris.fairwinds.com/exempt: 'true'",
      'annotation polaris.fairwinds.com/exempt',
      'annotation polaris.fairwinds.com/exempt',
    ],
    ['kube-score/ignore: no-such-check', null, null],
    ['countersign.dev/ignore: constructor', null, null],
  ])('%s', (annotations, image, privileged) => {
    expect(suppressed(pod(annotations))).toEqual({ 'image-tag': image, privileged })
  })

  it('count on a pod template', () => {
    const text = `apiVersion: apps/v1
kind: Deployment
metadata: { name: d }
spec: { template: { metadata: { annotations: { countersign.dev/ignore: image-tag } }, spec: { containers: [{ name: app, image: nginx }] } } }
`
    expect(suppressed(text)).toEqual({ 'image-tag': 'annotation countersign.dev/ignore' })
  })

  it('need a waiver where the checklist says so', () => {
    const more = 'suppressions: waive\n'
    expect(suppressed(pod('countersign.dev/ignore: image-tag'), more)['image-tag']).toBeNull()
    const waiver =
      'waivers: [{ rule: image-tag, resource: Pod/p, until: 2027-01-31, because: seen, owner: alice }]\n'
    expect(suppressed(pod('countersign.dev/ignore: image-tag'), more + waiver)['image-tag']).toBe(
      'seen (alice, until 2027-01-31)',
    )
  })
})
