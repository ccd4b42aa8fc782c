import { readdirSync, readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { parseManifests } from '../../../src/core/change/parse-manifests.ts'
import { isJsonList, isJsonObject } from '../../../src/core/change/read-yaml.ts'
import type { Json, JsonObject } from '../../../src/core/change/resource.ts'
import type { Finding } from '../../../src/core/readiness/finding.ts'
import { judgeRendering, type JudgeOptions } from '../../../src/core/readiness/judge-rendering.ts'
import { knownSchemas } from '../../../src/pipeline/known-schemas.ts'
import { checklistOf } from './judge-manifests.ts'

/** A manifest: written out, by its name under `given`, or that with fields set by JSON Pointer (null removes). */
export type CaseManifest = string | { use: string; set: Record<string, Json> } | JsonObject

export interface RuleCase {
  readonly name: string
  readonly manifests: readonly CaseManifest[]
  /** `severity Kind/name path: message` of every finding of the rule, in order. */
  readonly findings: readonly string[]
  readonly options?: JsonObject
  /** More of the checklist. */
  readonly checklist?: JsonObject
  readonly judge?: Partial<JudgeOptions> & { promotedFrom?: { environment: string; images: string[] } }
}

export interface CaseFile {
  readonly file: string
  readonly given: Readonly<Record<string, JsonObject>>
  readonly rules: Readonly<Record<string, readonly RuleCase[]>>
}

export const casesFolder = new URL('cases/', import.meta.url)

export function readCaseFiles(): readonly CaseFile[] {
  return readdirSync(casesFolder)
    .sort()
    .map((file) => ({
      file,
      ...(parse(readFileSync(new URL(file, casesFolder), 'utf8')) as Omit<CaseFile, 'file'>),
    }))
}

/** What the rule finds, and what it says to do about it. */
export function judgeCase(rule: string, each: RuleCase, given: CaseFile['given']): readonly Finding[] {
  const manifests = each.manifests.map((manifest) => JSON.stringify(build(manifest, given))).join('\n---\n')
  const parsed = parseManifests(manifests, { file: 'all.yaml', positions: true })
  if (!parsed.ok) throw new Error(`${rule}, ${each.name}: ${JSON.stringify(parsed.problems)}`)
  const checklist = checklistOf(stringify({ ...each.checklist, rules: { [rule]: each.options ?? 'on' } }))
  const { promotedFrom, ...judge } = each.judge ?? {}
  const judged = judgeRendering(parsed.value, checklist, {
    protected: true,
    kubernetes: '1.34',
    now: '2026-03-02T12:00:00Z',
    schemas: rule === 'schema' ? knownSchemas(parsed.value) : [],
    ...judge,
    ...(promotedFrom === undefined
      ? {}
      : { promotedFrom: { ...promotedFrom, images: new Set(promotedFrom.images) } }),
  })
  return judged.findings.filter((finding) => finding.rule === rule)
}

export function show({ severity, kind, name, path, message }: Finding): string {
  return `${severity} ${kind}/${name}${path === '' ? '' : ` ${path}`}: ${message}`
}

function build(manifest: CaseManifest, given: CaseFile['given']): JsonObject {
  if (typeof manifest === 'string') {
    const found = given[manifest]
    if (found === undefined) throw new Error(`nothing is given as ${manifest}`)
    return found
  }
  if (typeof manifest.use !== 'string') return manifest
  const made = structuredClone(build(manifest.use, given))
  for (const [pointer, value] of Object.entries(manifest.set as JsonObject)) set(made, pointer, value ?? null)
  return made
}

function set(object: JsonObject, pointer: string, value: Json): void {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = names.pop() ?? ''
  let at: Json = object
  for (const name of names) {
    const map = at as Record<string, Json>
    map[name] ??= {}
    at = map[name]
  }
  if (isJsonList(at)) (at as Json[])[Number(last)] = value
  else if (!isJsonObject(at)) throw new Error(`${pointer} leads nowhere`)
  else if (value === null) delete (at as Record<string, Json>)[last]
  else (at as Record<string, Json>)[last] = value
}
