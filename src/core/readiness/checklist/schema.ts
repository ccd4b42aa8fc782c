import { Type, type Static, type TSchema } from '@sinclair/typebox'
import type { Rule } from '../rule.ts'
import { From } from '../../policy/schema-parts.ts'

/** The checklist file as people write it. `hint` completes "write …" in a problem. */

export const severities = ['danger', 'warning', 'advice'] as const

const Switch = Type.Unsafe<'on' | 'off' | (typeof severities)[number]>({
  type: 'string',
  enum: ['on', 'off', ...severities],
  hint: 'on, off, danger, warning, advice, or a map with severity and options',
})
const SeverityWord = Type.Unsafe<(typeof severities)[number]>({ type: 'string', enum: [...severities] })

const strict = { additionalProperties: false }
const line = (hint: string, maxLength = 500): TSchema =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\r\\n]*\\S[^\\r\\n]*$', hint })
const relativePath = Type.String({
  minLength: 1,
  maxLength: 300,
  pattern: '^(?!/)(?!(?:.*/)?\\.\\.(?:/|$))[^\\u0000-\\u001f]+$',
  hint: 'a path below the folder of this file',
})

/** The schema for the rules that are there. */
export function checklistSchema(rules: readonly Rule[]): TSchema {
  return Type.Object(
    {
      version: Type.Unsafe<1>({ type: 'integer', enum: [1], hint: 'version: 1' }),
      extends: Type.Optional(
        Type.Array(
          Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$', hint: 'the name of a checklist' }),
          {
            maxItems: 10,
            hint: 'a list such as [baseline]',
          },
        ),
      ),
      rules: Type.Optional(
        Type.Object(Object.fromEntries(rules.map((rule) => [rule.id, Type.Optional(ruleSchema(rule))])), {
          ...strict,
          hint: 'a map of rules',
        }),
      ),
      workloads: Type.Optional(
        Type.Array(
          Type.Object(
            {
              apiVersion: line('the apiVersion of the kind, such as apps.kruise.io/v1alpha1', 253),
              kind: line('the kind', 63),
              podTemplate: Type.String({
                pattern: '^(?:/[A-Za-z0-9]+){1,10}$',
                hint: 'the path of its pod template, such as /spec/template',
              }),
            },
            { ...strict, hint: 'a map' },
          ),
          { maxItems: 100, hint: 'a list' },
        ),
      ),
      schemas: Type.Optional(Type.Array(relativePath, { maxItems: 20, hint: 'a list of directories' })),
      custom: Type.Optional(Type.Array(relativePath, { maxItems: 100, hint: 'a list of files' })),
      manual: Type.Optional(
        Type.Array(
          Type.Object(
            {
              id: Type.String({
                pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
                hint: 'an id such as runbook-reviewed',
              }),
              text: line('what is to be looked at'),
              by: From,
            },
            { ...strict, hint: 'a map' },
          ),
          { maxItems: 100, hint: 'a list' },
        ),
      ),
      waivers: Type.Optional(
        Type.Array(
          Type.Object(
            {
              rule: line('the id of a rule', 100),
              resource: Type.Optional(
                Type.String({
                  pattern: '^[A-Za-z0-9][A-Za-z0-9.*-]{0,62}(?:/[^/\\s]{1,253})?$',
                  hint: 'Kind/name, or a namespace',
                }),
              ),
              until: Type.String({
                pattern: '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$',
                hint: 'a day such as 2027-01-31',
              }),
              because: line('why it is accepted'),
              owner: line('who answers for it', 100),
            },
            { ...strict, hint: 'a map' },
          ),
          { maxItems: 1000, hint: 'a list' },
        ),
      ),
      'may-waive': Type.Optional(From),
      suppressions: Type.Optional(
        Type.Unsafe<'allow' | 'waive'>({ type: 'string', enum: ['allow', 'waive'] }),
      ),
    },
    { ...strict, hint: 'a map' },
  )
}

function ruleSchema(rule: Rule): TSchema {
  const options = Object.fromEntries(
    Object.entries(rule.options.properties).map(([name, schema]) => [name, Type.Optional(schema)]),
  )
  const Tuned = Type.Object(
    { severity: Type.Optional(SeverityWord), ...options },
    { ...strict, hint: 'a map' },
  )
  return Type.Union([Switch, Tuned], {
    hint: 'on, off, danger, warning, advice, or a map with severity and options',
  })
}

export interface ChecklistFile {
  readonly version: 1
  readonly extends?: readonly string[]
  readonly rules?: Readonly<
    Record<
      string,
      Static<typeof Switch> | Readonly<Record<string, unknown> & { severity?: Static<typeof SeverityWord> }>
    >
  >
  readonly workloads?: readonly {
    readonly apiVersion: string
    readonly kind: string
    readonly podTemplate: string
  }[]
  readonly schemas?: readonly string[]
  readonly custom?: readonly string[]
  readonly manual?: readonly { readonly id: string; readonly text: string; readonly by: readonly string[] }[]
  readonly waivers?: readonly {
    readonly rule: string
    readonly resource?: string
    readonly until: string
    readonly because: string
    readonly owner: string
  }[]
  readonly 'may-waive'?: readonly string[]
  readonly suppressions?: 'allow' | 'waive'
}
