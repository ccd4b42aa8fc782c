import type { ResourceChange } from '../core/change/change.ts'
import { diffLines } from '../core/change/diff-lines.ts'
import { titleOf } from './show-change.ts'

/** Text from a repository inside a Markdown line: no markup, no mention, no HTML, no line break. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[^\P{Cc}]+/gu, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~$]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/@/g, '@\u200b')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/www\./gi, (found) => `${found.slice(0, 3)}\u200b.`)
}

/** A fenced block that its content cannot close. https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
export function fenced(language: string, lines: readonly string[]): string {
  const safe = lines.map((line) => line.replace(/[^\P{Cc}\t]/gu, '\ufffd'))
  const longest = Math.max(
    0,
    ...safe.map((line) => Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length))),
  )
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return [`${fence}${language}`, ...safe, fence].join('\n')
}

/** Resources with their fields as Markdown. */
export function markdownResources(resources: readonly ResourceChange[]): string {
  return resources
    .map((resource) => {
      const { action, classes, risks, changes, previousName } = resource
      const did = action === 'changed' ? '' : ` ${action}`
      const was = previousName === undefined ? '' : ` (was ${escapeMarkdown(previousName)})`
      return [
        `**${escapeMarkdown(titleOf(resource))}**${was}${did} · ${classes.join(', ')}`,
        ...risks.map(({ severity, message }) => `- **${severity}** · ${escapeMarkdown(message)}`),
        '',
        fenced(
          'diff',
          diffLines(changes).map(({ sign, text }) => `${sign} ${text}`),
        ),
        '',
      ].join('\n')
    })
    .join('\n')
}
