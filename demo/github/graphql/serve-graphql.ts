import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  buildASTSchema,
  execute,
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql'
import type { LoggedRequest } from '../request-log.ts'
import { jsonAnswer } from '../rest/serve-rest.ts'
import type { Services } from '../services.ts'
import type { Actor } from '../world/model.ts'
import { Refusal } from '../world/refusal.ts'
import { mutationThing } from './mutation.ts'
import { queryCost } from './query-cost.ts'
import { queryThing } from './query.ts'
import { things } from './things.ts'
import { graphqlError, type Context, type Thing } from './thing.ts'

let loaded: GraphQLSchema | undefined

/** GitHub's public schema, read once, when the first query comes. */
function schema(): GraphQLSchema {
  if (loaded !== undefined) return loaded
  const text = gunzipSync(readFileSync(new URL('../data/schema.graphql.gz', import.meta.url))).toString()
  loaded = buildASTSchema(parse(text, { noLocation: true }), { assumeValidSDL: true, assumeValid: true })
  return loaded
}

const checked = new Map<string, DocumentNode>()

/** Parses and validates; a good query is remembered. */
function read(query: string): DocumentNode | readonly GraphQLError[] {
  const known = checked.get(query)
  if (known !== undefined) return known
  try {
    const document = parse(query)
    const errors = validate(schema(), document)
    if (errors.length > 0) return errors
    checked.set(query, document)
    return document
  } catch (thrown) {
    if (thrown instanceof GraphQLError) return [thrown]
    throw thrown
  }
}

/** A field of a thing: its value, or what its function gives. What is not there is not answered here, and says so. */
const fieldOf: GraphQLFieldResolver<Thing, Context> = (
  source,
  args: Readonly<Record<string, unknown>>,
  _context,
  info,
) => {
  if (!(info.fieldName in source))
    throw graphqlError(
      'UNPROCESSABLE',
      `The local GitHub does not answer ${info.parentType.name}.${info.fieldName}.`,
    )
  const value = source[info.fieldName]
  return typeof value === 'function' ? (value as (given: typeof args) => unknown)(args) : value
}

const describe = (error: GraphQLError): Record<string, unknown> => ({
  ...(error.extensions.type === undefined ? {} : { type: error.extensions.type }),
  ...(error.path === undefined ? {} : { path: error.path }),
  ...(error.extensions.type === undefined && error.path === undefined
    ? { extensions: { code: 'undefinedField' } }
    : {}),
  locations: error.locations,
  message: error.message,
})

interface GraphqlBody {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>> | null
  readonly operationName?: string | null
}

/** Answers one GraphQL request. Errors of the query are in a 200, as GitHub has it. */
export async function serveGraphql(
  services: Services,
  actor: Actor,
  body: unknown,
  log: LoggedRequest,
): Promise<Response> {
  const { world, rateLimits } = services
  if (actor.kind === 'anonymous') throw new Refusal(401, 'This endpoint requires you to be authenticated.')
  const { query = '', variables, operationName } = (body ?? {}) as Partial<GraphqlBody>
  const headers = (): Record<string, string> => rateLimits.headers(actor, 'graphql')
  const document = read(query)
  if (!('kind' in document)) {
    world.violations.push(...document.map((error) => `GraphQL: ${error.message}`))
    return jsonAnswer(200, { errors: document.map(describe) }, headers())
  }
  const operation = getOperationAST(document, operationName)
  const [first] = operation?.selectionSet.selections ?? []
  log.operation = operation?.name?.value ?? (first?.kind === Kind.FIELD ? first.name.value : '')
  let cost
  try {
    cost = queryCost(document, variables ?? {})
  } catch (thrown) {
    if (thrown instanceof GraphQLError) return jsonAnswer(200, { errors: [describe(thrown)] }, headers())
    throw thrown
  }
  const context: Context = { ...services, actor, things }
  const rootValue =
    operation?.operation === OperationTypeNode.MUTATION ? mutationThing(context) : queryThing(context, cost)
  const result = await execute({
    schema: schema(),
    document,
    rootValue,
    contextValue: context,
    variableValues: variables ?? {},
    operationName: operationName ?? null,
    fieldResolver: fieldOf,
  })
  rateLimits.charge(actor, 'graphql', cost.points)
  for (const error of result.errors ?? [])
    if (error.extensions.type === undefined)
      world.violations.push(`GraphQL: ${error.originalError?.stack ?? error.message}`)
  const errors = result.errors === undefined ? {} : { errors: result.errors.map(describe) }
  return jsonAnswer(200, { data: result.data, ...errors }, headers())
}
