/** What the CEL library gives a macro: the parts that those of this folder use. */
export interface Scope {
  forkWithVariable(name: string, type: unknown): Scope
  reuse(scope: Scope): Scope
  setIterValue(value: unknown, evaluator: Evaluator): Scope
}

export interface Evaluator {
  run(node: unknown, scope: Scope): unknown
}

export interface Checker {
  check(node: unknown, scope: Scope): unknown
  getType(name: string): unknown
}

export interface Call {
  readonly ast: unknown
  readonly receiver: unknown
  readonly args: readonly { readonly op: string; readonly args: unknown }[]
}

/** The name that an argument is. Throws where it is none: the library tells where. */
export function nameOf(node: Call['args'][number] | undefined, macro: string): string {
  if (node?.op !== 'id') throw new Error(`${macro} needs a name as its first argument`)
  return String(node.args)
}
