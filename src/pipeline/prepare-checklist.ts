import type { Checklist, PointedFile } from '../core/readiness/checklist/checklist.ts'
import type { ChecklistText } from '../core/readiness/checklist/parse.ts'
import { parseCustomRules, type CustomRule } from '../core/readiness/custom/parse-custom-rules.ts'
import { readDefinitions, type SchemaSource } from '../core/readiness/schemas/read-definitions.ts'
import type { Parsed, Problem } from '../core/problem.ts'
import { loadChecklist, type ReadChecklist } from './load-checklist.ts'

/** A checklist with everything that it points to read and compiled. */
export interface ReadyChecklist {
  readonly checklist: Checklist
  readonly custom: readonly CustomRule[]
  /** Schemas of the directories that it names. */
  readonly schemas: readonly SchemaSource[]
}

/** The files at a path that a checklist names (all of a directory's); undefined: there is nothing. */
export type ReadPointed = (path: string) => Promise<readonly ChecklistText[] | undefined>

/** Reads a checklist, what it extends, its custom rules and its schemas: all of it, or every problem. */
export async function prepareChecklist(
  text: ChecklistText,
  read: ReadChecklist,
  readPointed: ReadPointed,
): Promise<Parsed<ReadyChecklist>> {
  const parsed = await loadChecklist(text, read)
  if (!parsed.ok) return parsed
  const checklist = parsed.value
  const problems: Problem[] = []
  const gather = async (pointed: readonly PointedFile[]): Promise<readonly ChecklistText[]> => {
    const found: ChecklistText[] = []
    for (const each of pointed) {
      const files = await readPointed(each.path)
      if (files !== undefined) found.push(...files)
      else problems.push(missing(each))
    }
    return found
  }
  const custom = (await gather(checklist.custom)).map((file) => parseCustomRules(file))
  const schemas = (await gather(checklist.schemas)).map((file) => readDefinitions(file))
  for (const each of [...custom, ...schemas]) if (!each.ok) problems.push(...each.problems)
  if (problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    value: {
      checklist,
      custom: custom.flatMap((each) => (each.ok ? each.value : [])),
      schemas: schemas.flatMap((each) => (each.ok ? each.value : [])),
    },
  }
}

function missing({ path, file, line, column }: PointedFile): Problem {
  return { file, line, column, path: '', message: `${path} is not there; name a file beside this one` }
}
