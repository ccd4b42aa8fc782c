import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ResourceChange } from '../../../src/core/change/change.ts'
import type { EnvironmentDecision } from '../../../src/core/decision.ts'
import { commentMarker, pullComment } from '../../../src/core/words/comment.ts'
import { pullWords } from '../../../src/core/words/pull-words.ts'
import { buildDecision, buildEnvironment, buildFacts, image } from '../../support/build-facts.ts'

const production: EnvironmentDecision = {
  name: 'production',
  verdict: 'waiting',
  protected: true,
  reasons: [
    {
      code: 'approvals',
      verdict: 'waiting',
      sentence: 'waiting for 1 of 1 approvals (release managers)',
      next: 'dana may sign.',
    },
  ],
  rules: [
    {
      name: 'release managers',
      state: 'waiting',
      need: 1,
      have: 0,
      classes: ['image'],
      counted: [],
      ignored: [
        {
          login: 'mallory',
          reason: 'author',
          sentence: "mallory's approval does not count: mallory opened this pull request",
        },
      ],
      from: ['team:acme/release'],
      maySign: ['dana'],
    },
  ],
}
const title = 'production: waiting for 1 of 1 approvals (release managers)'

describe('core/words/comment', () => {
  it('says verdict, next step, table, change, signatures', () => {
    const facts = buildFacts([buildEnvironment('production', [image])])
    expect(pullComment({ decision: buildDecision([production]), facts, title })).toMatchInlineSnapshot(`
      "<!-- countersign:sticky -->

      ### production: waiting for 1 of 1 approvals (release managers)

      - **production**: waiting for 1 of 1 approvals (release managers). dana may sign.

      | environment | change | signatures | readiness | window |
      |---|---|---|---|---|
      | **production** | 1 resource · image | release managers **0/1** | not checked | open |

      <details><summary><b>production</b> · 1 resource, because <code>deploy/bases/frontend/deployment.yaml</code> → <code>deploy/bases/frontend</code> → <code>deploy/overlays/production</code></summary>

      **\`Deployment web/frontend\`** · image
      \`\`\`diff
        spec:
          template:
            spec:
              containers:
                - name: frontend
      -           image: ghcr.io/acme/frontend:6.13.0
      +           image: ghcr.io/acme/frontend:6.14.1
      \`\`\`

      </details>

      <details><summary><b>signatures</b></summary>

      - production · release managers: 0 of 1
        - mallory's approval does not count: mallory opened this pull request
        - may sign: dana

      </details>

      Judged at \`ccccccc\`. \`/status\` explains, \`/help\` lists commands.
      "
    `)
  })

  it('names what applies a target, what is not evaluated, and how much noise is folded', () => {
    const base = buildEnvironment('production', [
      image,
      {
        ...image,
        name: 'cart',
        changes: [
          {
            path: '/metadata/labels/helm.sh~1chart',
            before: 'cart-1',
            after: 'cart-2',
            noise: 'chart-label',
          },
        ],
      },
    ])
    const environment = {
      ...base,
      change: {
        ...base.change,
        targets: base.change.targets.map((target) => ({ ...target, by: 'Application argocd/frontend' })),
        notEvaluated: [
          {
            by: 'Application argocd/redis',
            file: 'apps/redis.yaml',
            reason: 'its chart redis is fetched from https://charts.example.com',
          },
        ],
      },
    }
    const text = pullComment({
      decision: buildDecision([production]),
      facts: buildFacts([environment]),
      title,
    })
    expect(text.match(/<details>[\s\S]*?<\/details>/g)?.slice(0, 2)).toMatchInlineSnapshot(`
      [
        "<details><summary><b>production</b> · 2 resources, applied by <code>Application argocd/frontend</code>, because <code>deploy/bases/frontend/deployment.yaml</code> → <code>deploy/bases/frontend</code> → <code>deploy/overlays/production</code></summary>

      **\`Deployment web/frontend\`** · image
      \`\`\`diff
        spec:
          template:
            spec:
              containers:
                - name: frontend
      -           image: ghcr.io/acme/frontend:6.13.0
      +           image: ghcr.io/acme/frontend:6.14.1
      \`\`\`

      _1 resource differs in noise only; folded: chart labels 1_

      </details>",
        "<details><summary><b>production</b> · 1 object not evaluated</summary>

      - \`Application argocd/redis\` in \`apps/redis.yaml\`: its chart redis is fetched from https​://charts.example.com

      </details>",
      ]
    `)
  })

  it.each([1, 50, 400, 3_000])(
    'stays within the limit of GitHub with %i resources, closes every fence and counts what is left out',
    (count) => {
      const resources = Array.from({ length: count }, (_, index): ResourceChange => ({
        ...image,
        name: `frontend-${index}`,
        changes: Array.from({ length: 12 }, (_, field) => ({
          path: `/spec/field-${field}`,
          before: 'x'.repeat(60),
          after: 'y'.repeat(60),
        })),
      }))
      const text = pullComment({
        decision: buildDecision([production]),
        facts: buildFacts([buildEnvironment('production', resources)]),
        title,
      })
      expect(text.length).toBeLessThanOrEqual(65_536)
      expect(text.match(/^```/gm)?.length ?? 0).toSatisfy((fences: number) => fences % 2 === 0)
      expect(text.match(/<details/g)?.length).toBe(text.match(/<\/details>/g)?.length)
      if (count === 3_000) expect(text).toMatch(/\d+ further resources left out/)
    },
  )

  it('lets nothing from a pull request out of its place', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '```\n</details>\n@acme/all',
        '<!-- countersign:sticky -->',
        '| a | b |',
        '[x](http://evil)',
        '@everyone',
      ),
    )
    fc.assert(
      fc.property(hostile, hostile, (name, value) => {
        const resource: ResourceChange = {
          ...image,
          name,
          changes: [{ path: `/data/${name}`, before: value, after: `${value}\n@acme/release` }],
        }
        const decision = buildDecision([{ ...production, name: 'production' }])
        const text = pullComment({
          decision,
          facts: buildFacts([buildEnvironment('production', [resource])]),
          title,
        })
        const outside = text
          .replaceAll(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, '')
          .replaceAll(/(`+)[^`][\s\S]*?\1/g, '')
        expect(outside).not.toMatch(/@(?!\u200b)/)
        expect(outside.split(commentMarker)).toHaveLength(2)
        expect(outside.match(/<details/g)?.length).toBe(outside.match(/<\/details>/g)?.length)
      }),
      { numRuns: 300 },
    )
  })

  it('gives the check the same words, an id of its content, and keeps an unaffected pull request quiet', () => {
    const facts = buildFacts([buildEnvironment('production', [image])])
    const words = pullWords({ decision: buildDecision([production]), facts, title })
    expect(words.check).toMatchObject({ status: 'in_progress', title, annotations: [] })
    expect(words.check.summary).not.toContain(commentMarker)
    expect(words.comment.quiet).toBe(false)
    expect(pullWords({ decision: buildDecision([production]), facts, title }).check.externalId).toBe(
      words.check.externalId,
    )
    const unaffected = pullWords({
      decision: buildDecision([], { verdict: 'unaffected' }),
      facts,
      title: 'No environment is affected',
    })
    expect(unaffected.check).toMatchObject({ status: 'completed', conclusion: 'success' })
    expect(unaffected.comment.quiet).toBe(true)
  })
})
