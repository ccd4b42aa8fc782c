import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { markdownResources } from '../../src/cli/markdown-resources.ts'
import { showResources } from '../../src/cli/show-change.ts'
import { changeFields, movedSince } from '../../src/core/approval/moved.ts'
import { compareRenderings } from '../../src/core/change/compare-renderings.ts'
import type { Json, JsonObject, Resource } from '../../src/core/change/resource.ts'
import { pullWords } from '../../src/core/words/pull-words.ts'
import { base64, credentialPlaces } from '../support/credential-places.ts'
import { buildDecision, buildEnvironment, buildFacts } from '../support/build-facts.ts'

function resource(object: JsonObject): Resource {
  const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
  return { apiVersion: text(object.apiVersion), kind: text(object.kind), name: 'a', object }
}

describe('credentials', () => {
  const secret = fc.string({
    minLength: 12,
    maxLength: 24,
    unit: fc.constantFrom(...'abcdefghkmnpqrstuvwxyz'),
  })

  it('are in no output and in nothing that is stored, and a change of one is seen', () => {
    fc.assert(
      fc.property(fc.constantFrom(...credentialPlaces), secret, secret, (place, before, after) => {
        fc.pre(before !== after)
        const change = compareRenderings([resource(place(before))], [resource(place(after))], {
          fingerprintKey: 'test',
        })
        const added = compareRenderings([], [resource(place(after))], { fingerprintKey: 'test' })
        expect(change.resources).toHaveLength(1)
        expect(change.classes).toContain('secret')
        const facts = buildFacts([buildEnvironment('production', [...change.resources, ...added.resources])])
        const decision = buildDecision([
          { name: 'production', verdict: 'waiting', protected: true, reasons: [], rules: [] },
        ])
        const outputs = [change, added].flatMap((each) => [
          JSON.stringify(each),
          showResources(each.resources, (_, text) => text),
          markdownResources(each.resources),
          JSON.stringify(changeFields(each)),
          movedSince({}, changeFields(each)).join('\n'),
        ])
        outputs.push(JSON.stringify(pullWords({ decision, facts, title: 'x' })))
        for (const output of outputs)
          for (const value of [before, after]) {
            expect(output).not.toContain(value)
            expect(output).not.toContain(base64(value))
            expect(output).not.toContain(base64(`password=${value}`))
          }
      }),
      { numRuns: 400 },
    )
  })
})
