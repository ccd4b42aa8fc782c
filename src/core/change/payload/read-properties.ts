import type { Payload } from './read-payload-yaml.ts'

/**
 * `name=value` or `name: value` lines, as properties and env files have them; undefined where a line is anything else or a name occurs
 * twice. https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html
 */
export function readProperties(text: string): Payload | undefined {
  const fields = new Map<string, string>()
  const comments: string[] = []
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#!].*)?$/.test(line)) {
      if (line.trim() !== '') comments.push(line.trim())
      continue
    }
    const separator = line.search(/[=:]/)
    const name = line.slice(0, Math.max(0, separator)).trim()
    // A value that goes on in the next line, and names with spaces or escapes, are left to the line difference.
    if (!/^[\w.$/[\]-]+$/.test(name) || line.endsWith('\\') || fields.has(name)) return undefined
    fields.set(name, line.slice(separator + 1).trim())
  }
  return fields.size === 0
    ? undefined
    : { value: Object.fromEntries(fields), comments: [...comments, '', ...fields.keys()].join('\n') }
}
