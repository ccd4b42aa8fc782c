/**
 * Text from a pull request on its way into Markdown: nothing it contains may become markup, a mention, a link or a fence.
 * https://github.github.com/gfm/
 */

/** Control characters and the marks that reorder text (CVE-2021-42574) are shown as what they are. */
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

function showInvisible(text: string): string {
  return text.replaceAll(
    invisible,
    (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  )
}

/**
 * Plain text inside a Markdown line or table cell. A zero-width space keeps `@` from mentioning, `#` from referring to an issue and `$`
 * from starting a formula: GitHub looks for them beside Markdown, where a backslash does not help.
 */
export function escapeText(text: string): string {
  return showInvisible(text.replaceAll(/\s*[\r\n]+\s*/g, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|~]/g, (character) => `\\${character}`)
    .replace(/^(?=[-+=])|(?<=^\d{1,9})(?=[.)])/, '\\')
    .replaceAll(/[@#$]/g, (character) => `${character}\u200b`)
    .replaceAll(/(https?|ftp):/gi, '$1\u200b:')
    .replaceAll(/www\./gi, 'www\u200b.')
}

/** A code span: the fence is longer than any run of backticks inside, and a table's `|` is escaped. */
export function codeSpan(text: string): string {
  const inner = showInvisible(text.replaceAll(/[\r\n]+/g, ' ')).replaceAll('|', '\\|')
  const longest = Math.max(0, ...[...inner.matchAll(/`+/g)].map((match) => match[0].length))
  const fence = '`'.repeat(longest + 1)
  const padding = inner.startsWith('`') || inner.endsWith('`') || inner === '' ? ' ' : ''
  return `${fence}${padding}${inner}${padding}${fence}`
}

const marked = /`([^`\r\n]+)`/g

/**
 * Our own words, in which backticks mark commands and fields, inside a Markdown line or table cell. What they quote may come from a pull
 * request: it can become a code span by its backticks, and nothing else.
 */
export function textWithCode(text: string): string {
  const parts = text.split(marked)
  return parts.map((part, index) => (index % 2 === 1 ? codeSpan(part) : escapeText(part))).join('')
}

/** The same words where nothing is marked: a terminal, a log. */
export function textWithoutCode(text: string): string {
  return text.replaceAll(marked, '$1')
}

/** Text inside an HTML element that GitHub keeps (`<code>`, `<summary>`), where Markdown is not read. */
export function escapeHtml(text: string): string {
  return showInvisible(text.replaceAll(/[\r\n]+/g, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('@', '@\u200b')
    .replaceAll(/[\\`*_[\]~|]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A fenced block whose fence no line inside can close. */
export function fencedBlock(language: string, lines: readonly string[]): string {
  const shown = lines.map((line) => showInvisible(line.replaceAll(/[\r\n]/g, ' ')))
  const longest = Math.max(
    2,
    ...shown.flatMap((line) => [...line.matchAll(/`+/g)].map((match) => match[0].length)),
  )
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, ...shown, fence].join('\n')
}
