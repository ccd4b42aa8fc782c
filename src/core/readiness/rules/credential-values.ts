/** Whole texts that point to a value kept elsewhere. */
const reference =
  /^\s*(?:\$\{[^{}]*\}|\$\([^()]*\)|\$[A-Z_][A-Z0-9_]*|\{\{[^{}]*\}\}|<[^<>]*>|%[A-Z_]+%|__[A-Z_]+__|ref\+\w+:\/\/\S+|vault:\S+|ENC\[[^\]]*\])\s*$/

/** Whether a value, in clear text or base64, is a variable, a reference into a vault, or encrypted. */
export function isReferenceText(value: string): boolean {
  if (value.length > 100_000) return false
  if (isReference(value)) return true
  const text = decoded(value)
  return text !== undefined && isReference(text)
}

/** The text that base64 stands for; undefined where it is none. */
export function decoded(value: string): string | undefined {
  if (value.length < 4 || !/^[A-Za-z0-9+/]+={0,2}\s*$/.test(value)) return undefined
  const text = Buffer.from(value, 'base64').toString('utf8')
  return /^[\t\r\n\x20-\x7e]+$/.test(text) ? text : undefined
}

function isReference(text: string): boolean {
  // Files that SOPS has encrypted as a whole carry its metadata.
  return reference.test(text) || (/\bsops\b/.test(text) && text.includes('ENC[AES256_GCM,'))
}
