import { describe, expect, test } from 'vitest'
import type { Move } from '../../../src/core/policy/policy.ts'
import { filesToRead, planPromotion, type PromotionSide } from '../../../src/core/promotion/plan-promotion.ts'

function side(files: Readonly<Record<string, string>>): PromotionSide {
  return { paths: Object.keys(files), text: (path) => files[path] }
}

const images: Move = {
  kind: 'images',
  what: ['ghcr.io/acme/*'],
  from: 'apps/*/staging/kustomization.yaml',
  to: 'apps/*/production/kustomization.yaml',
}
const kustomization = (tag: string, more = ''): string =>
  `# images move by promotion\nresources: [../base]\nimages:\n  - name: ghcr.io/acme/web\n    newTag: "${tag}" # tag\n${more}`

describe('planning a promotion', () => {
  test('moves tags between the files that a star pairs, and nothing else', () => {
    const from = side({
      'apps/web/staging/kustomization.yaml': kustomization('2', '  - name: redis\n    newTag: "8"\n'),
      'apps/api/staging/kustomization.yaml': 'images: [{ name: ghcr.io/acme/api, newTag: "5" }]\n',
      'apps/web/staging/deep/kustomization.yaml': kustomization('9'),
    })
    const to = side({
      'apps/web/production/kustomization.yaml': kustomization('1', '  - name: redis\n    newTag: "7"\n'),
      'apps/api/production/kustomization.yaml': 'images: [{ name: ghcr.io/acme/api, newTag: "5" }]\n',
    })
    expect(planPromotion([images], from, to)).toEqual({
      edits: [
        {
          path: 'apps/web/production/kustomization.yaml',
          content: kustomization('2', '  - name: redis\n    newTag: "7"\n'),
        },
      ],
      moved: [
        { what: 'ghcr.io/acme/web', before: '1', after: '2', file: 'apps/web/production/kustomization.yaml' },
      ],
      problems: [],
    })
  })
  test('replaces a tag by a digest', () => {
    const from = 'images:\n  - name: ghcr.io/acme/web\n    digest: sha256:ab\n'
    const to = 'images:\n  - name: ghcr.io/acme/web\n    newTag: "1"\n'
    const plan = planPromotion(
      [{ ...images, from: 'a.yaml', to: 'b.yaml' }],
      side({ 'a.yaml': from }),
      side({ 'b.yaml': to }),
    )
    expect(plan.edits).toEqual([
      { path: 'b.yaml', content: 'images:\n  - name: ghcr.io/acme/web\n    digest: sha256:ab\n' },
    ])
    expect(plan.moved[0]).toMatchObject({ before: '1', after: '@sha256:ab' })
  })
  test('says what it cannot move', () => {
    const plan = planPromotion(
      [
        { ...images, from: 'a.yaml', to: 'b.yaml' },
        { ...images, from: 'gone.yaml', to: 'b.yaml' },
      ],
      side({ 'a.yaml': kustomization('2') }),
      side({ 'b.yaml': 'resources: [../base]\n' }),
    )
    expect(plan).toEqual({
      edits: [],
      moved: [],
      problems: [
        {
          file: 'b.yaml',
          message: 'its images do not name ghcr.io/acme/web; add an entry for it, so that it can be promoted',
        },
        { file: 'gone.yaml', message: 'there is no such file' },
      ],
    })
  })
  test('moves values with the type they have', () => {
    const from = 'image:\n  tag: 2.0.0\n  digest: null\nreplicas: 4\ndebug: false\n'
    const to =
      '# production\nimage:\n  tag: "1.9.0" # by promotion\nreplicas: 3\ndebug: true\nhost: shop.example.com\n'
    const move: Move = {
      kind: 'values',
      what: ['/image/tag', '/replicas', '/debug'],
      from: 's.yaml',
      to: 'p.yaml',
    }
    expect(planPromotion([move], side({ 's.yaml': from }), side({ 'p.yaml': to }))).toEqual({
      edits: [
        {
          path: 'p.yaml',
          content:
            '# production\nimage:\n  tag: "2.0.0" # by promotion\nreplicas: 4\ndebug: false\nhost: shop.example.com\n',
        },
      ],
      moved: [
        { what: '/image/tag', before: '1.9.0', after: '2.0.0', file: 'p.yaml' },
        { what: '/replicas', before: '3', after: '4', file: 'p.yaml' },
        { what: '/debug', before: 'true', after: 'false', file: 'p.yaml' },
      ],
      problems: [],
    })
  })
  test('several moves of one file build on each other', () => {
    const values = (a: string, b: string): string => `a: ${a}\nb: ${b}\n`
    const moves: Move[] = ['/a', '/b'].map((pointer) => ({
      kind: 'values',
      what: [pointer],
      from: 's.yaml',
      to: 'p.yaml',
    }))
    expect(
      planPromotion(moves, side({ 's.yaml': values('x', 'y') }), side({ 'p.yaml': values('1', '2') })).edits,
    ).toEqual([{ path: 'p.yaml', content: values('x', 'y') }])
  })
  test('moves whole files, new and removed ones too', () => {
    const move: Move = { kind: 'files', what: ['*.conf'], from: 'env/staging', to: 'env/production' }
    const from = side({ 'env/staging/a.conf': 'a2\n', 'env/staging/b.conf': 'b\n', 'env/staging/x.txt': 'x' })
    const to = side({
      'env/production/a.conf': 'a1\n',
      'env/production/c.conf': 'c\n',
      'env/production/x.txt': 'y',
    })
    expect(planPromotion([move], from, to).edits).toEqual([
      { path: 'env/production/a.conf', content: 'a2\n' },
      { path: 'env/production/b.conf', content: 'b\n' },
      { path: 'env/production/c.conf', content: null },
    ])
  })
  test('names the files it reads', () => {
    expect(filesToRead([images], ['apps/web/staging/kustomization.yaml', 'README.md'], [])).toEqual({
      from: ['apps/web/staging/kustomization.yaml'],
      to: ['apps/web/production/kustomization.yaml'],
    })
  })
})
