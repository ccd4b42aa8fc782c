import { describe, expect, it } from 'vitest'
import type { Change } from '../../../src/core/change/change.ts'
import { compareRenderings } from '../../../src/core/change/compare-renderings.ts'
import { foldNoise, noiseWords } from '../../../src/core/change/noise.ts'
import type { JsonObject, Resource } from '../../../src/core/change/resource.ts'

function deployment(labels: JsonObject, annotations: JsonObject = {}, replicas = 1): Resource {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a', labels },
    spec: { replicas, template: { metadata: { annotations }, spec: { containers: [{ name: 'app' }] } } },
  }
  return { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a', object }
}

function compare(before: Resource, after: Resource): Change {
  return compareRenderings([before], [after], { fingerprintKey: 'test' })
}

describe('noise', () => {
  const old = { 'helm.sh/chart': 'web-1.0.0', 'app.kubernetes.io/managed-by': 'Helm' }
  const now = { 'helm.sh/chart': 'web-1.1.0', 'app.kubernetes.io/managed-by': 'Helm' }

  it('is marked, counted and folded, and stays in classes and digest', () => {
    const change = compare(deployment(old), deployment(now))
    expect(change.resources.map(({ changes, classes }) => [changes, classes])).toEqual([
      [
        [
          {
            path: '/metadata/labels/helm.sh~1chart',
            before: 'web-1.0.0',
            after: 'web-1.1.0',
            noise: 'chart-label',
          },
        ],
        ['config'],
      ],
    ])
    expect(change.digest).not.toBe(compare(deployment(old), deployment(old)).digest)
    const folded = foldNoise(change.resources)
    expect(folded.resources).toEqual([])
    expect(noiseWords(folded)).toBe('1 resource differs in noise only; folded: chart labels 1')
  })

  it('leaves what changes beside it', () => {
    const folded = foldNoise(compare(deployment(old), deployment(now, {}, 2)).resources)
    expect(folded.resources.map(({ changes }) => changes)).toEqual([
      [{ path: '/spec/replicas', before: 1, after: 2 }],
    ])
    expect(noiseWords(folded)).toBe('folded as noise: chart labels 1')
  })

  it('is no label that comes or goes, and no selector', () => {
    expect(foldNoise(compare(deployment({}), deployment(now)).resources).counts).toEqual([])
    const selector = (chart: string): Resource => {
      const object = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'a' },
        spec: { selector: { 'helm.sh/chart': chart } },
      }
      return { apiVersion: 'v1', kind: 'Service', name: 'a', object }
    }
    expect(foldNoise(compare(selector('1'), selector('2')).resources).counts).toEqual([])
    expect(noiseWords(foldNoise([]))).toBeUndefined()
  })

  it('says that pods restart where nothing else would', () => {
    const checksum = (sum: string): JsonObject => ({ 'checksum/config': sum })
    const restarts = compare(deployment(old, checksum('a')), deployment(old, checksum('b')))
    expect(restarts.resources[0]?.risks.map(({ id }) => id)).toEqual(['pods-restart'])
    expect(compare(deployment(old), deployment(now)).resources[0]?.risks).toEqual([])
  })
})
