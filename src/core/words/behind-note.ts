import { escapeText } from './markdown.ts'

/** Starts the note about a head that is behind its base; one note for each head. */
export function behindNoteMarker(head: string): string {
  return `<!-- countersign:behind:${head} -->`
}

/** Why a pull request that is ready is not merged: GitHub wants its branch up to date, and that is for a person to do. */
export function behindNote(head: string, base: string, why: string): string {
  return `${behindNoteMarker(head)}
This is ready, but GitHub merges it only once its branch has the newest commit of ${escapeText(base)}, and ${escapeText(why)}. Press *Update branch*, or merge ${escapeText(base)} into the branch; where somebody asked for the merge with a command, ask again then.`
}
