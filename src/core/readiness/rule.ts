import { Type, type Static, type TObject, type TSchema } from '@sinclair/typebox'
import type { Severity } from '../change/change.ts'
import type { RenderingIndex } from './rendering/index-rendering.ts'
import type { SchemaIndex } from './schemas/schema-index.ts'
import type { Subject } from './rendering/subject.ts'

/** What a rule may know besides the resource: plain data, the same for every resource of a rendering. */
export interface RuleContext {
  /** Everything that the environment renders. */
  readonly rendering: RenderingIndex
  /** Schemas of kinds. */
  readonly schemas: SchemaIndex
  /** False where the policy says that the environment is not protected. */
  readonly protected: boolean
  /** Kubernetes version of the environment: `1.34`. */
  readonly kubernetes: string
  /** Images that the environment promotes from runs; undefined when it promotes from none, or that one is not known. */
  readonly promotedFrom?: { readonly environment: string; readonly images: ReadonlySet<string> } | undefined
}

/** One thing that is wrong with one resource. */
export interface Violation {
  /** Field path within the resource, list items named by merge key. Empty for the resource as a whole. */
  readonly path: string
  readonly message: string
  /** What to do, with the YAML to add. */
  readonly fix: string
  /** Where it differs from the rule's own. */
  readonly severity?: Severity | undefined
}

/** One readiness rule. */
export interface Rule {
  /** Public id: `readiness-probe`. */
  readonly id: string
  readonly severity: Severity
  /** Whether it runs when no checklist says anything about it. */
  readonly on: boolean
  /** What it demands, in a sentence. */
  readonly title: string
  /** The page that it follows. */
  readonly page: string
  /** What a checklist may set besides the severity. */
  readonly options: TObject
  /** Violations of one resource; undefined: the rule has nothing to say about such a resource. Never throws. */
  check(subject: Subject, context: RuleContext, options: Readonly<Record<string, unknown>>): Verdict
}

export type Verdict = readonly Violation[] | undefined

interface RuleDefinition<Options extends Record<string, TSchema>> {
  readonly id: string
  readonly severity: Severity
  readonly on?: boolean
  readonly title: string
  readonly page: string
  readonly options?: Options
  readonly check: (subject: Subject, context: RuleContext, options: Static<TObject<Options>>) => Verdict
}

/** A rule whose options have the type of their schema; every option has a default. */
export function defineRule<Options extends Record<string, TSchema> = Record<never, never>>(
  definition: RuleDefinition<Options>,
): Rule {
  const { options, check, on = true, ...rest } = definition
  return {
    ...rest,
    on,
    options: Type.Object(options ?? {}, { additionalProperties: false }),
    check: (subject, context, given) => check(subject, context, given as Static<TObject<Options>>),
  }
}

/** The values that options have when a checklist says nothing. */
export function defaultOptions(rule: Rule): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(rule.options.properties).map(([name, schema]) => [name, schema.default as unknown]),
  )
}
