import { ownEntry } from '../own-entry.ts'
import type { EnvironmentFacts, ChecklistFacts } from '../facts.ts'
import type { CommandContext } from './command-answer.ts'

/** Environments that the pull request reaches, with their checklists. */
export function affectedChecklists({
  decision,
  facts,
}: Pick<CommandContext, 'decision' | 'facts'>): readonly {
  readonly name: string
  readonly environment: EnvironmentFacts
  readonly checklist: ChecklistFacts
}[] {
  return decision.environments
    .filter(({ verdict }) => verdict !== 'unaffected')
    .flatMap(({ name }) => {
      const environment = ownEntry(facts.environments, name)
      const checklist = environment?.checklist
      return environment === undefined || checklist === undefined ? [] : [{ name, environment, checklist }]
    })
}
