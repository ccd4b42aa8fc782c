/**
 * Everything about one pull request in one request. https://docs.github.com/en/graphql/reference/objects#pullrequest
 * Pages: commits 100, reviews 100, comments 100, checks 100. More than one page of commits, reviews or checks is read by `…Page` queries.
 */
export const pullQuery = /* GraphQL */ `
  query ReadPull($owner: String!, $name: String!, $number: Int!) {
    repository(owner: $owner, name: $name) {
      nameWithOwner
      defaultBranchRef {
        name
      }
      pullRequest(number: $number) {
        title
        url
        state
        isDraft
        mergeable
        mergeStateStatus
        isCrossRepository
        changedFiles
        baseRefName
        baseRefOid
        baseRef {
          target {
            oid
          }
        }
        headRefName
        headRefOid
        author {
          ...actor
        }
        headRepository {
          nameWithOwner
        }
        mergedAt
        mergedBy {
          login
        }
        mergeCommit {
          oid
        }
        commits(first: 100) {
          ...commitPage
        }
        reviews(first: 100) {
          ...reviewPage
        }
        comments(first: 100) {
          ...commentPage
        }
        timelineItems(last: 100, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) {
          nodes {
            ... on HeadRefForcePushedEvent {
              actor {
                ...actor
              }
            }
          }
        }
        baseEvents: timelineItems(
          last: 1
          itemTypes: [
            BASE_REF_CHANGED_EVENT
            BASE_REF_FORCE_PUSHED_EVENT
            AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT
          ]
        ) {
          nodes {
            ... on BaseRefChangedEvent {
              createdAt
            }
            ... on BaseRefForcePushedEvent {
              createdAt
            }
            ... on AutomaticBaseChangeSucceededEvent {
              createdAt
            }
          }
        }
        reviewRequests(first: 100) {
          nodes {
            requestedReviewer {
              __typename
              ... on User {
                login
              }
              ... on Team {
                combinedSlug
              }
            }
          }
        }
        requestEvents: timelineItems(
          last: 100
          itemTypes: [REVIEW_REQUESTED_EVENT, REVIEW_REQUEST_REMOVED_EVENT]
        ) {
          nodes {
            __typename
            ... on ReviewRequestedEvent {
              requestedReviewer {
                ... on User {
                  login
                }
              }
            }
            ... on ReviewRequestRemovedEvent {
              requestedReviewer {
                ... on User {
                  login
                }
              }
            }
          }
        }
        headCommit: commits(last: 1) {
          nodes {
            commit {
              oid
              checkSuites(first: 20) {
                nodes {
                  createdAt
                }
              }
              statusCheckRollup {
                contexts(first: 100) {
                  ...checkPage
                }
              }
            }
          }
        }
      }
    }
  }
  fragment actor on Actor {
    __typename
    login
  }
  fragment gitActor on GitActor {
    name
    email
    user {
      __typename
      login
    }
  }
  fragment commitPage on PullRequestCommitConnection {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      commit {
        oid
        parents(first: 20) {
          totalCount
          nodes {
            oid
          }
        }
        author {
          ...gitActor
        }
        committer {
          ...gitActor
        }
        authors(first: 20) {
          totalCount
          nodes {
            ...gitActor
          }
        }
      }
    }
  }
  fragment reviewPage on PullRequestReviewConnection {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      state
      submittedAt
      body
      lastEditedAt
      editor {
        ...actor
      }
      author {
        ...actor
      }
      commit {
        oid
      }
    }
  }
  fragment commentPage on IssueCommentConnection {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      databaseId
      body
      viewerDidAuthor
    }
  }
  fragment checkPage on StatusCheckRollupContextConnection {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      __typename
      ... on CheckRun {
        databaseId
        name
        status
        conclusion
        startedAt
        completedAt
        externalId
        checkSuite {
          app {
            databaseId
            slug
          }
        }
      }
      ... on StatusContext {
        context
        state
        createdAt
        creator {
          ...actor
        }
      }
    }
  }
`

/** The fragments above, for the queries that read further pages. */
const fragments = pullQuery.slice(pullQuery.indexOf('fragment actor'))

function pageQuery(connection: string, fragment: string): string {
  const used = fragmentsFor(fragment)
  return `query ReadPage($owner: String!, $name: String!, $number: Int!, $after: String!) {
    repository(owner: $owner, name: $name) {
      pullRequest(number: $number) { page: ${connection}(first: 100, after: $after) { ...${fragment} } }
    }
  }
  ${used}`
}

/** GraphQL refuses unused fragments, so a page query carries only those it needs. */
function fragmentsFor(name: string): string {
  const all = new Map(
    fragments
      .split(/^ {2}(?=fragment )/m)
      .filter((text) => text.trim() !== '')
      .map((text) => [/fragment (\w+)/.exec(text)?.[1] ?? '', text] as const),
  )
  const needed = new Set<string>()
  const visit = (fragment: string): void => {
    if (needed.has(fragment)) return
    const text = all.get(fragment)
    if (text === undefined) return
    needed.add(fragment)
    for (const match of text.matchAll(/\.\.\.(\w+)/g)) visit(match[1] ?? '')
  }
  visit(name)
  return [...needed].map((fragment) => all.get(fragment)).join('\n')
}

export const commitsPageQuery = pageQuery('commits', 'commitPage')
export const reviewsPageQuery = pageQuery('reviews', 'reviewPage')
export const commentsPageQuery = pageQuery('comments', 'commentPage')
export const checksPageQuery = `query ReadPage($owner: String!, $name: String!, $oid: GitObjectID!, $after: String!) {
    repository(owner: $owner, name: $name) {
      object(oid: $oid) { ... on Commit { statusCheckRollup { contexts(first: 100, after: $after) { ...checkPage } } } }
    }
  }
  ${fragmentsFor('checkPage')}`
