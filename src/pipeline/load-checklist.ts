import { readFileSync } from 'node:fs'
import type { Checklist } from '../core/readiness/checklist/checklist.ts'
import { extendedNames, parseChecklist, type ChecklistText } from '../core/readiness/checklist/parse.ts'
import type { Parsed } from '../core/problem.ts'
import { shipped } from '../presets.ts'

/** Checklists that come with the product. */
export const shippedChecklists = ['baseline', 'production'] as const

/** Text of a checklist by its name; undefined: there is none. */
export type ReadChecklist = (name: string) => Promise<ChecklistText | undefined>

/** A checklist that comes with the product; undefined: there is none of that name. */
export function shippedChecklist(name: string): ChecklistText | undefined {
  if (!shippedChecklists.some((each) => each === name)) return undefined
  const file = `policies/checklists/${name}.yaml`
  return { file, text: readFileSync(shipped(file), 'utf8'), isShipped: true }
}

/** Reads a checklist with everything that it extends: the checklist, or every problem. */
export async function loadChecklist(text: ChecklistText, read: ReadChecklist): Promise<Parsed<Checklist>> {
  const extended = new Map<string, ChecklistText>()
  const visit = async (each: ChecklistText): Promise<void> => {
    for (const name of extendedNames(each)) {
      if (extended.has(name) || extended.size >= 20) continue
      const found = await read(name)
      if (found === undefined) continue
      extended.set(name, found)
      await visit(found)
    }
  }
  await visit(text)
  return parseChecklist(text, extended)
}
