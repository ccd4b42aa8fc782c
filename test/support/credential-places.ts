import type { JsonObject } from '../../src/core/change/resource.ts'

export const base64 = (text: string): string => Buffer.from(text).toString('base64')
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
export const credentialPlaces: readonly ((secret: string) => JsonObject)[] = [
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
