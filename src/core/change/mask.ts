import { createHmac } from 'node:crypto'
import {
  assignmentStart,
  authorizationValue,
  flagItem,
  inlineValue,
  isCredentialName,
  knownToken,
  lineValue,
  mayNameCredential,
  namedValue,
  privateKeyBlock,
  urlPassword,
} from './credentials.ts'
import { readPayloadYaml } from './payload/read-payload-yaml.ts'
import { isJsonList, isJsonObject, scalarText } from './read-yaml.ts'
import type { Json, JsonObject } from './resource.ts'

const mark = '••••'

/** `•••• #a1b2c3`: shows that a value is another one, and not what it is. Keyed per installation. */
export function fingerprint(value: string, key: string): string {
  return `${mark} #${createHmac('sha256', key).update(value).digest('hex').slice(0, 6)}`
}

/** True for a value that is nothing but a fingerprint. */
export function isMaskedWhole(shown: Json | undefined): boolean {
  return typeof shown === 'string' && /^•••• #[0-9a-f]{6}$/.test(shown)
}

/**
 * The same object with every credential replaced by its fingerprint: what may be shown, stored or logged. Masked are Secret data,
 * values under names that look like credentials, and within any text private keys, passwords in URLs, flags and known tokens.
 * Parts without credentials are the same objects as before, so that a comparison by identity tells whether something was masked.
 */
export function maskObject(object: JsonObject, key: string): JsonObject {
  if (object.kind !== 'Secret') return maskMap(object, key)
  const masked: Record<string, Json | undefined> = { ...maskMap(object, key) }
  if (isJsonObject(object.metadata)) masked.metadata = maskLastApplied(object.metadata, key)
  return masked
}

/** A text with its credentials replaced: private keys, URL passwords, tokens, `--password=…`, and base64 of such. */
export function maskText(text: string, key: string): string {
  if (text.length < 4) return text
  const hide = (value: string): string => fingerprint(value, key)
  if (hidesCredential(text)) return hide(text)
  const masked = text
    .replace(privateKeyBlock, hide)
    .replace(urlPassword, (_, lead: string, password: string) => lead + hide(password))
    .replace(authorizationValue, (_, lead: string, value: string) => lead + hide(value))
    .replace(knownToken, hide)
    .replace(/[A-Za-z0-9+/_-]{16,}={0,2}/g, (part) => (hidesCredential(part) ? hide(part) : part))
  if (!mayNameCredential(text)) return masked
  const lines = maskAssignments(masked, hide)
    .replace(namedValue, (whole, lead: string, name: string, value: string) =>
      isCredentialName(name) && !isShownAnyway(value) ? lead + hide(value) : whole,
    )
    .replace(flagItem, (whole, lead: string, flag: string, value: string) =>
      isCredentialName(flag) && !isShownAnyway(value) ? lead + hide(value) : whole,
    )
  return maskByStructure(text, lines, key)
}

function isShownAnyway(value: string): boolean {
  return value.startsWith(mark) || isHarmless(value)
}

/**
 * What a text says when it is read as YAML or JSON may hold credentials that its lines do not show as such: they are looked for in the
 * text, and where one is spelt otherwise there (escaped, folded) nothing of the text is shown.
 */
function maskByStructure(text: string, masked: string, key: string): string {
  if (!/\n|^\s*[{[]/.test(text) || text.length > 200_000) return masked
  const value = readPayloadYaml(text)?.value
  if (value === undefined || value === null || typeof value !== 'object') return masked
  const secrets = new Set<string>()
  collectMasked(value, maskJson(value, key), secrets)
  let safe = masked
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (!text.includes(secret)) return fingerprint(text, key)
    safe = safe.replaceAll(secret.length < 3 ? wholeWord(secret) : secret, fingerprint(secret, key))
  }
  return safe
}

function wholeWord(text: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])${text.replace(/[^A-Za-z0-9]/g, '\\$&')}(?![A-Za-z0-9])`, 'g')
}

/** Lines of every text that is nothing but a fingerprint when it is masked. */
function collectMasked(real: Json, shown: Json, secrets: Set<string>): void {
  if (isJsonObject(real) && isJsonObject(shown))
    for (const [name, value] of Object.entries(real))
      collectMasked(value ?? null, shown[name] ?? null, secrets)
  else if (isJsonList(real) && isJsonList(shown))
    real.forEach((item, index) => collectMasked(item, shown[index] ?? null, secrets))
  else if (real !== shown && isMaskedWhole(shown))
    for (const line of scalarText(real).split('\n')) {
      // A text that keeps its quotes here has been read with them.
      const secret = line.trim().replace(/^"(.*)"$/, '$1')
      if (secret !== '') secrets.add(secret)
    }
}

/** One pass, in linear time: the text may be hostile. */
function maskAssignments(text: string, hide: (value: string) => string): string {
  let masked = ''
  let done = 0
  for (const found of text.matchAll(assignmentStart)) {
    const start = found.index + found[0].length
    if (found.index < done || !isCredentialName(found[1] ?? '')) continue
    const lineStart = text.lastIndexOf('\n', found.index) + 1
    const pattern = /^[\s-]*(?:export\s+|set\s+)?$/.test(text.slice(lineStart, found.index).slice(-200))
      ? lineValue
      : inlineValue
    pattern.lastIndex = start
    const value = blockAt(text, start, lineStart) ?? pattern.exec(text)?.[0] ?? ''
    if (value === '' || isHarmless(value) || value.startsWith(mark)) continue
    masked += text.slice(done, start) + hide(value)
    done = start + value.length
  }
  return masked + text.slice(done)
}

/** A text over several lines (`password: |`), with the lines below that stand further in. */
function blockAt(text: string, start: number, lineStart: number): string | undefined {
  const head = /[|>][-+0-9]{0,3}[ \t]*\n/y
  head.lastIndex = start
  const found = head.exec(text)
  if (found === null) return undefined
  const indent = /[ \t]*/y
  indent.lastIndex = lineStart
  const width = indent.exec(text)?.[0].length ?? 0
  let end = start + found[0].length
  while (end < text.length) {
    const next = text.indexOf('\n', end)
    const line = text.slice(end, next < 0 ? text.length : next)
    if (line.trim() !== '' && line.length - line.trimStart().length <= width) break
    end = next < 0 ? text.length : next + 1
  }
  return text.slice(start, end).replace(/\n$/, '')
}

function maskMap(object: JsonObject, key: string): JsonObject {
  let masked: Record<string, Json | undefined> | undefined
  const named = typeof object.name === 'string' ? object.name : object.key
  for (const [field, value] of Object.entries(object)) {
    if (value === undefined) continue
    const isSecret =
      (object.kind === 'Secret' && (field === 'data' || field === 'stringData')) ||
      (field === 'value' && typeof named === 'string' && isCredentialName(named)) ||
      (isCredentialName(field) && !isReference(value))
    const safe = isSecret ? maskEverything(value, key) : maskJson(value, key)
    if (safe !== value) masked = { ...(masked ?? object), [field]: safe }
  }
  return masked ?? object
}

function maskJson(value: Json, key: string): Json {
  if (typeof value === 'string') return maskText(value, key)
  if (isJsonObject(value)) return maskMap(value, key)
  if (!isJsonList(value)) return value
  let changed = false
  const items = value.map((item, index) => {
    const before = value[index - 1]
    const afterFlag = typeof before === 'string' && /^--?[\w.-]+$/.test(before) && isCredentialName(before)
    const safe =
      afterFlag && typeof item === 'string' && !item.startsWith('-')
        ? maskEverything(item, key)
        : maskJson(item, key)
    if (safe !== item) changed = true
    return safe
  })
  return changed ? items : value
}

function maskEverything(value: Json, key: string): Json {
  if (isJsonObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, maskEverything(item ?? null, key)]),
    )
  if (isJsonList(value)) return value.map((item) => maskEverything(item, key))
  if (value === null || typeof value === 'boolean' || value === '') return value
  const text = String(value)
  return typeof value === 'string' && isHarmless(text) ? value : fingerprint(text, key)
}

/** `kubectl apply` keeps the whole object, Secret data and all, in this annotation. */
function maskLastApplied(metadata: JsonObject, key: string): JsonObject {
  const name = 'kubectl.kubernetes.io/last-applied-configuration'
  const { annotations } = metadata
  if (!isJsonObject(annotations) || annotations[name] === undefined) return maskMap(metadata, key)
  const masked = maskMap(annotations, key)
  return {
    ...maskMap(metadata, key),
    annotations: { ...masked, [name]: maskEverything(annotations[name], key) },
  }
}

/** A map that points to a secret (`secretKeyRef`, `existingSecret: {name, key}`) or configures one holds none itself. */
function isReference(value: Json): boolean {
  return isJsonObject(value) || (isJsonList(value) && value.every((item) => isJsonObject(item)))
}

/** A reference to a variable or template stands for a value that is elsewhere. */
function isHarmless(value: string): boolean {
  return /^["']?(?:\$\([\w.-]+\)|\$\{[\w.-]+\}|\{\{[^{}]*\}\}|)["']?$/.test(value)
}

function hidesCredential(text: string): boolean {
  if (text.length < 16 || text.length > 100_000 || !/^[A-Za-z0-9+/_-]+={0,2}\s*$/.test(text)) return false
  const decoded = Buffer.from(text, 'base64').toString('utf8')
  if (!/^[\t\n\r\x20-\x7e]{8,}$/.test(decoded)) return false
  return (
    decoded.search(privateKeyBlock) >= 0 ||
    decoded.search(urlPassword) >= 0 ||
    decoded.search(knownToken) >= 0 ||
    [...decoded.matchAll(assignmentStart)].some((found) => isCredentialName(found[1] ?? ''))
  )
}
