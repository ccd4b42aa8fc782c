import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { markdownResources } from '../../src/cli/markdown-resources.ts'
import { showResources } from '../../src/cli/show-change.ts'
import { changeFields, movedSince } from '../../src/core/approval/moved.ts'
import { compareRenderings } from '../../src/core/change/compare-renderings.ts'
import type { Json, JsonObject, Resource } from '../../src/core/change/resource.ts'
import { pullWords } from '../../src/core/words/pull-words.ts'
import { buildDecision, buildEnvironment, buildFacts } from '../support/build-facts.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const configMap = (data: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a' },
  data,
})
const pod = (container: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ name: 'app', ...container }] },
})

/** Where a credential may stand; most of these are texts that are opened. */
const places: readonly ((secret: string) => JsonObject)[] = [
  (s) => configMap({ 'app.yaml': `port: 80\ndb:\n  password: ${s}\n` }),
  (s) => configMap({ 'app.yaml': `a: 1\n---\nusers:\n- name: a\n  apiKey: ${s}\n` }),
  (s) => configMap({ 'app.yaml': `env:\n- name: DB_PASSWORD\n  value: ${s}\n` }),
  (s) => configMap({ 'app.yaml': `url: postgres://me:${s}@db/x\n` }),
  (s) => configMap({ 'app.yaml': `args: ["--token", "${s}", "-v"]\n` }),
  (s) => configMap({ 'app.yaml': `run: |\n  export API_TOKEN=${s}\n  start\n` }),
  (s) => configMap({ 'app.yaml': `raw: ${base64(`password=${s}`)}\n` }),
  (s) => configMap({ 'app.yaml': `kind: Secret\nstringData:\n  anything: ${s}\n` }),
  (s) => configMap({ 'app.json': JSON.stringify({ nested: [{ client_secret: s }] }) }),
  (s) => configMap({ 'app.properties': `port=80\ndb.password=${s}\n` }),
  (s) => configMap({ 'app.env': `A=1\nSECRET_TOKEN=${s}\n` }),
  (s) => configMap({ 'app.yaml': `key:\n  password: |\n    ${s}\n    ${s}\n  port: 1\n` }),
  (s) => configMap({ 'app.tpl': `{{ if x }}\npassword: |\n  ${s}\nport: 1\n{{ end }}\n` }),
  (s) => configMap({ 'app.tpl': `{{ if x }}\nenv: [{name: DB_PASSWORD, value: ${s}}]\n{{ end }}\n` }),
  (s) => configMap({ 'app.yaml': `password: >\n  ${s.slice(0, 6)}\n  ${s.slice(6)}\n` }),
  (s) => configMap({ 'app.json': JSON.stringify({ password: `"${s}\\` }) }),
  (s) => configMap({ config: `server:\n  authToken: ${s}\n` }),
  (s) => configMap({ 'app.ini': `[db]\npassword = ${s}\n` }),
  (s) => pod({ env: [{ name: 'API_TOKEN', value: s }] }),
  (s) => pod({ args: [`--password=${s}`] }),
  (s) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { k: base64(s) } }),
  (s) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'a', annotations: { 'acme.dev/api-token': s } },
    spec: {},
  }),
  (s) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'a' },
    spec: { source: { helm: { values: `admin:\n  password: ${s}\n` } } },
  }),
]

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
      fc.property(fc.constantFrom(...places), secret, secret, (place, before, after) => {
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
