import { assignmentStart, inlineValue, isCredentialName, lineValue } from '../../change/credentials.ts'
import { fieldPath } from '../../change/field-path.ts'
import { mapOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { credentialShape, decoded, isCredentialValue } from './credential-values.ts'

export const secretInConfigmap = defineRule({
  id: 'secret-in-configmap',
  severity: 'warning',
  title: 'No ConfigMap holds a credential.',
  page: 'https://kubernetes.io/docs/concepts/configuration/configmap/',
  check: ({ kind, group, object }) => {
    if (kind !== 'ConfigMap' || group !== '') return undefined
    return [
      ...Object.entries(mapOf(object.data)).map((entry) => ({ entry, field: '/data', binary: false })),
      ...Object.entries(mapOf(object.binaryData)).map((entry) => ({
        entry,
        field: '/binaryData',
        binary: true,
      })),
    ].flatMap(({ entry: [key, value], field, binary }) => {
      if (typeof value !== 'string') return []
      const text = binary ? (decoded(value) ?? '') : value
      const found = credentialIn(key, text.slice(0, longest))
      if (found === undefined) return []
      return [
        {
          path: fieldPath(field, key),
          message: `${key.slice(0, 100)} holds ${found}: whoever reads ConfigMaps has it`,
          fix: 'Move it into a Secret that is kept encrypted (SealedSecret, SOPS) or elsewhere (ExternalSecret), and take it from there.',
        },
      ]
    })
  },
})

/** More is no configuration; the rest is not looked at. */
const longest = 262_144

function credentialIn(key: string, text: string): string | undefined {
  const shape = credentialShape(text)
  if (shape !== undefined) return shape
  const isLine = !text.trim().includes('\n')
  if (isCredentialName(key) && isLine) return isCredentialValue(text) ? 'a credential' : undefined
  return assigned(text)
}

/** The first assignment of a credential within a text: one pass in linear time, the text may be hostile. */
function assigned(text: string): string | undefined {
  let done = 0
  for (const found of text.matchAll(assignmentStart)) {
    const start = found.index + found[0].length
    const name = found[1] ?? ''
    if (found.index < done || !isCredentialName(name)) continue
    const before = text.slice(Math.max(0, found.index - 200), found.index)
    const lead = before.slice(before.lastIndexOf('\n') + 1)
    // A comment shows an example.
    if (/^\s*(?:#|\/\/|;|--)/.test(lead)) continue
    const pattern = /^[\s-]*(?:export\s+|set\s+)?$/.test(lead) ? lineValue : inlineValue
    pattern.lastIndex = start
    const value = pattern.exec(text)?.[0] ?? ''
    done = start + value.length
    if (looksWrittenOut(value)) return `a credential (${name.slice(0, 60)})`
  }
  return undefined
}

/** Within a file, a value is a credential when it is one word: code, lists, maps and sentences are not. */
function looksWrittenOut(value: string): boolean {
  const text = value
    .trim()
    .replace(/[,;]$/, '')
    .replace(/\s+#.*$/, '')
  const bare = text.replace(/^(["'])(.*)\1$/s, '$2')
  if (bare.length < 3 || /\s/.test(bare) || /[(){}[\]|<>]/.test(bare)) return false
  return isCredentialValue(bare)
}
