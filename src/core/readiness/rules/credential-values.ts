import { knownToken, urlPassword } from '../../change/credentials.ts'

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

const placeholders =
  /^(?:change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|it|this|with\b.*)|fix[-_ ]?me|todo|tbd|none|null|nil|undefined|n\/a|placeholder|dummy|redacted|removed|masked|example|sample|x{3,}|\*{2,}|\.{3,}|your[-_ ].+|my[-_ ](?:password|secret|token)[-_ ]?here|insert[-_ ].+|enter[-_ ].+|to[-_ ]be[-_ ].+|not[-_ ]?set|unset|empty|disabled|enabled|true|false|yes|no|on|off)$/i

/**
 * Whether a value under a name that looks like a credential is one: short ones too, but no placeholder, no reference, no switch, no
 * path of a file and no address without a password.
 */
export function isCredentialValue(value: string): boolean {
  const text = value
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim()
  if (text === '' || placeholders.test(text) || isReferenceText(text)) return false
  if (/\$\{[^}]*\}|\$\([^)]*\)|\{\{[^}]*\}\}/.test(text)) return false
  if (/^(?:\.{0,2}\/|[A-Za-z]:\\)[\w./-]+$/.test(text) && text.includes('/')) return false
  // An address is judged by the password in it.
  return !/^[a-z][a-z0-9+.-]*:\/\/[^\s@]*$/i.test(text)
}

/** More of a text is no configuration: the rest is not looked at. */
const longest = 262_144
/** Expressions are tried on pieces: on the whole of a hostile text some take quadratic time. */
const piece = { length: 1024, step: 768 }

/** What in a text is a credential by its own shape; undefined: nothing. */
export function credentialShape(text: string): string | undefined {
  const end = Math.min(text.length, longest)
  for (let start = 0; start < end; start += piece.step) {
    const found = shapeIn(text.slice(start, start + piece.length))
    if (found !== undefined) return found
  }
  return undefined
}

function shapeIn(text: string): string | undefined {
  if (/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/.test(text)) return 'a private key'
  if (text.search(knownToken) >= 0) return 'a token'
  if (!text.includes('://')) return undefined
  for (const found of text.matchAll(urlPassword))
    if (isCredentialValue(found[2] ?? '')) return 'a password in a URL'
  return undefined
}
