/** The shapes that pull-query.ts asks for. https://docs.github.com/en/graphql/reference/objects */
export interface Page<Node> {
  readonly totalCount: number
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly nodes: readonly (Node | null)[] | null
}

export interface ActorNode {
  readonly __typename: string
  readonly login: string
}

export interface GitActorNode {
  readonly name: string | null
  readonly email: string | null
  readonly user: ActorNode | null
}

export interface CommitNode {
  readonly commit: {
    readonly oid: string
    readonly parents: {
      readonly totalCount: number
      readonly nodes: readonly { readonly oid: string }[] | null
    }
    readonly author: GitActorNode | null
    readonly committer: GitActorNode | null
    /** The author first, then the co-authors named by trailers. */
    readonly authors: { readonly totalCount: number; readonly nodes: readonly GitActorNode[] | null }
  }
}

export interface ReviewNode {
  readonly id: string
  readonly state: string
  readonly submittedAt: string | null
  readonly body: string
  readonly lastEditedAt: string | null
  /** Who edited it last; null also when that account is gone. */
  readonly editor: ActorNode | null
  readonly author: ActorNode | null
  readonly commit: { readonly oid: string } | null
}

export interface CommentNode {
  readonly databaseId: number
  readonly body: string
  readonly viewerDidAuthor: boolean
}

export type CheckNode =
  | {
      readonly __typename: 'CheckRun'
      readonly databaseId: number
      readonly name: string
      readonly status: string
      readonly conclusion: string | null
      readonly startedAt: string | null
      readonly completedAt: string | null
      readonly externalId: string | null
      readonly checkSuite: { readonly app: { readonly databaseId: number; readonly slug: string } | null }
    }
  | {
      readonly __typename: 'StatusContext'
      readonly context: string
      readonly state: string
      readonly createdAt: string
      readonly creator: ActorNode | null
    }

/** Null: the account is gone. */
export type RequestedReviewer = {
  readonly login?: string | undefined
  readonly combinedSlug?: string | undefined
} | null

export interface PullNode {
  readonly title: string
  readonly url: string
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED'
  readonly isDraft: boolean
  readonly mergeable: string
  /** `BEHIND`: a rule wants the branch up to date, and it is not. */
  readonly mergeStateStatus: string
  readonly isCrossRepository: boolean
  readonly changedFiles: number
  readonly baseRefName: string
  /** The tip that GitHub last compared with: it may be behind the branch. */
  readonly baseRefOid: string
  /** The branch as it is now; null when it is gone. */
  readonly baseRef: { readonly target: { readonly oid: string } | null } | null
  readonly headRefName: string
  readonly headRefOid: string
  readonly author: ActorNode | null
  readonly headRepository: { readonly nameWithOwner: string } | null
  readonly mergedAt: string | null
  readonly mergedBy: { readonly login: string } | null
  readonly mergeCommit: { readonly oid: string } | null
  readonly commits: Page<CommitNode>
  readonly reviews: Page<ReviewNode>
  readonly comments: Page<CommentNode>
  readonly timelineItems: { readonly nodes: readonly ({ readonly actor: ActorNode | null } | null)[] | null }
  readonly baseEvents: { readonly nodes: readonly ({ readonly createdAt: string } | null)[] | null }
  readonly reviewRequests: {
    readonly nodes: readonly ({ readonly requestedReviewer: RequestedReviewer } | null)[] | null
  } | null
  readonly requestEvents: {
    readonly nodes:
      | readonly ({ readonly __typename: string; readonly requestedReviewer: RequestedReviewer } | null)[]
      | null
  }
  readonly headCommit: {
    readonly nodes:
      | readonly {
          readonly commit: {
            readonly oid: string
            readonly checkSuites: {
              readonly nodes: readonly ({ readonly createdAt: string } | null)[] | null
            } | null
            readonly statusCheckRollup: { readonly contexts: Page<CheckNode> } | null
          }
        }[]
      | null
  }
}
