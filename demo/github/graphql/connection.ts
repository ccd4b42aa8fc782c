import { graphqlError, type Thing } from './thing.ts'

export interface PageArguments {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

const cursorOf = (index: number): string => Buffer.from(`cursor:v2:${index}`).toString('base64')

function indexOf(cursor: string): number {
  const index = Number(/^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1] ?? NaN)
  if (Number.isNaN(index))
    throw graphqlError('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`)
  return index
}

/** A page of a list, by GitHub's rules: `first` or `last` must be given, and at most 100. */
export function connection<Item>(
  typename: string,
  args: PageArguments,
  items: readonly Item[],
  view: (item: Item) => Thing,
  options: {
    readonly edge?: (item: Item) => Record<string, unknown>
    readonly fields?: Record<string, unknown>
  } = {},
): Thing {
  const name = typename.replace(/Connection$/, '')
  const { first = null, last = null } = args
  const size = first ?? last
  if (size === null)
    throw graphqlError(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    )
  if (size > 100)
    throw graphqlError(
      'EXCESSIVE_PAGINATION',
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`${first === null ? 'last' : 'first'}\` limit of 100 records.`,
    )
  const from = args.after == null ? 0 : indexOf(args.after) + 1
  const to = args.before == null ? items.length : indexOf(args.before)
  const start = first === null ? Math.max(from, to - size) : from
  const end = first === null ? to : Math.min(to, from + size)
  const shown = items
    .slice(start, end)
    .map((item, offset) => ({ item, cursor: cursorOf(start + offset), view: view(item) }))
  return {
    __typename: typename,
    totalCount: items.length,
    nodes: shown.map((each) => each.view),
    edges: shown.map((each) => ({
      __typename: `${name}Edge`,
      cursor: each.cursor,
      node: each.view,
      ...options.edge?.(each.item),
    })),
    pageInfo: {
      __typename: 'PageInfo',
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: shown[0]?.cursor ?? null,
      endCursor: shown.at(-1)?.cursor ?? null,
    },
    ...options.fields,
  }
}

/** Both orders of GitHub's `orderBy` argument: by a key of the item. */
export function ordered<Item>(
  items: readonly Item[],
  key: (item: Item) => string | number,
  direction: string | undefined,
): Item[] {
  const sorted = items.toSorted((left, right) =>
    key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0,
  )
  return direction === 'DESC' ? sorted.reverse() : sorted
}
