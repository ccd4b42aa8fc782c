import type { ResourceChange } from '../core/change/change.ts'
import { diffLines } from '../core/change/diff-lines.ts'
import { foldNoise, noiseWords } from '../core/change/noise.ts'
import { escapeText, fencedBlock } from '../core/words/markdown.ts'
import { titleOf } from './show-change.ts'

/** Resources with their fields as Markdown. */
export function markdownResources(resources: readonly ResourceChange[], withNoise = false): string {
  const folded = withNoise ? foldNoise([]) : foldNoise(resources)
  const noise = noiseWords(folded)
  const texts = (withNoise ? resources : folded.resources).map((resource) => {
    const { action, classes, risks, changes, previousName } = resource
    const did = action === 'changed' ? '' : ` ${action}`
    const was = previousName === undefined ? '' : ` (was ${escapeText(previousName)})`
    return [
      `**${escapeText(titleOf(resource))}**${was}${did} · ${classes.join(', ')}`,
      ...risks.map(({ severity, message }) => `- **${severity}** · ${escapeText(message)}`),
      '',
      fencedBlock(
        'diff',
        diffLines(changes).map(({ sign, text }) => `${sign} ${text}`),
      ),
      '',
    ].join('\n')
  })
  return [...texts, ...(noise === undefined ? [] : [`_${noise}_\n`])].join('\n')
}
