/** A request that reached this GitHub. */
export interface LoggedRequest {
  /** ISO 8601. */
  readonly at: string
  readonly api: 'rest' | 'graphql' | 'git' | 'page'
  readonly method: string
  /** Below `/api/v3` for REST; as it was sent otherwise. */
  readonly path: string
  /** REST: the path as GitHub's description writes it. GraphQL: the operation's name, or its first field. */
  operation: string
  /** A login, `countersign` for an App itself, `countersign[bot]` for an installation of it, or `anonymous`. */
  actor: string
  /** 0 while it is not answered. */
  status: number
  /** The parsed body, where there is one. */
  readonly body: unknown
}
