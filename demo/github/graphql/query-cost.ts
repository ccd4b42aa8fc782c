import { Kind, type DocumentNode, type SelectionSetNode, type ValueNode } from 'graphql'
import { graphqlError } from './thing.ts'

/**
 * What a query costs: one point for every hundred connections that would have to be read to answer it, at least one; and how
 * many nodes it may return. https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function queryCost(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): { points: number; nodes: number } {
  const fragments = new Map<string, SelectionSetNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition.selectionSet)
  const number = (value: ValueNode): number =>
    value.kind === Kind.INT
      ? Number(value.value)
      : value.kind === Kind.VARIABLE
        ? Number(variables[value.name.value] ?? 0)
        : 0
  let requests = 0
  let nodes = 0
  const walk = (selections: SelectionSetNode, times: number): void => {
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value)
        if (fragment !== undefined) walk(fragment, times)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, times)
      else if (selection.selectionSet !== undefined) {
        const size = selection.arguments?.find((argument) => ['first', 'last'].includes(argument.name.value))
        const count = size === undefined ? null : number(size.value)
        if (count !== null) {
          requests += times
          nodes += times * count
        }
        walk(selection.selectionSet, times * (count ?? 1))
      }
    }
  }
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) walk(definition.selectionSet, 1)
  if (nodes > 500_000)
    throw graphqlError(
      'MAX_NODE_LIMIT_EXCEEDED',
      `This query requests up to ${nodes.toLocaleString('en')} possible nodes which exceeds the maximum limit of 500,000.`,
    )
  return { points: Math.max(1, Math.round(requests / 100)), nodes }
}
