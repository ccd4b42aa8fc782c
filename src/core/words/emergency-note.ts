import type { BreakGlassFacts } from '../facts.ts'
import { escapeText } from './markdown.ts'

/** Marks the comment, so that it is written once. */
export const emergencyNoteMarker = '<!-- countersign:review-afterwards -->'

/** The comment after an emergency merge: what was passed over, by whom, and what is still owed. */
export function emergencyNote(emergencies: readonly BreakGlassFacts[]): string {
  const lines = emergencies.map(
    ({ environment, by, reason, confirmed }) =>
      `- **${escapeText(environment)}**: asked by ${escapeText(by)}, confirmed by ${escapeText(confirmed?.by ?? 'nobody')}: ${escapeText(reason)}`,
  )
  return [
    '### Merged in an emergency: a review is still owed',
    '',
    'This was merged without all of its signatures, or outside its window:',
    '',
    ...lines,
    '',
    'Please review what was merged now: Files changed → Review changes. If it should not stay, open a revert. The audit trail keeps this as open.',
  ].join('\n')
}
