import { changeClasses, type ChangeClass } from '../core/change/change.ts'
import { isJsonList, isJsonObject, readYaml, YamlProblem } from '../core/change/read-yaml.ts'
import type { Json } from '../core/change/resource.ts'
import type { Parsed } from '../core/problem.ts'

/** What `review` needs of an environment's policy. */
export interface PolicyEnvironment {
  readonly name: string
  readonly targets: readonly string[]
  readonly protected: boolean
  /** Null: it names none. */
  readonly checklist: string | null
  /** The environment that it promotes from. */
  readonly promotesFrom?: string
  readonly approvals: readonly {
    readonly name: string
    readonly count: number
    /** Absent: every class. */
    readonly changes?: readonly ChangeClass[] | undefined
  }[]
}

/** Environments of a policy text, in its order. */
export function readEnvironments(text: string, file: string): Parsed<readonly PolicyEnvironment[]> {
  const problem = (message: string, line = 1, column = 1): Parsed<never> => ({
    ok: false,
    problems: [{ file, line, column, path: '', message }],
  })
  try {
    const policy = readYaml(text)
    if (!isJsonObject(policy) || !isJsonObject(policy.environments))
      return problem('environments is missing: name at least one, with its targets')
    return {
      ok: true,
      value: Object.entries(policy.environments).map(([name, value]) => readEnvironment(name, value ?? null)),
    }
  } catch (thrown) {
    if (!(thrown instanceof YamlProblem)) throw thrown
    return problem(thrown.message, thrown.line, thrown.column)
  }
}

function readEnvironment(name: string, value: Json): PolicyEnvironment {
  const fields = isJsonObject(value) ? value : {}
  const from = textIn(fields.promotion, 'from')
  const approvals = isJsonList(fields.approvals) ? fields.approvals.filter((each) => isJsonObject(each)) : []
  return {
    name,
    targets: isJsonList(fields.targets) ? fields.targets.filter((each) => typeof each === 'string') : [],
    protected: fields.protected === true,
    checklist: textIn(fields.readiness, 'checklist') ?? null,
    ...(from === undefined ? {} : { promotesFrom: from }),
    approvals: approvals.map((rule, index) => ({
      name: typeof rule.name === 'string' ? rule.name : `rule ${index + 1}`,
      count: typeof rule.count === 'number' ? rule.count : 1,
      changes: isJsonList(rule.changes)
        ? changeClasses.filter((each) => (rule.changes as readonly Json[]).includes(each))
        : undefined,
    })),
  }
}

function textIn(value: Json | undefined, field: string): string | undefined {
  const text = isJsonObject(value) ? value[field] : undefined
  return typeof text === 'string' && text !== '' ? text : undefined
}
