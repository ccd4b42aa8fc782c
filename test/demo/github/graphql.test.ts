import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChange, startGround, type Ground } from './ground.ts'

const pullQuery = `
  query Pull($owner: String!, $name: String!, $number: Int!, $app: Int) {
    rateLimit { cost limit remaining nodeCount resetAt }
    repository(owner: $owner, name: $name) {
      nameWithOwner isPrivate defaultBranchRef { name target { oid } }
      pullRequest(number: $number) {
        id number title body url state isDraft merged mergedAt mergedBy { login } mergeCommit { oid }
        mergeable mergeStateStatus reviewDecision author { __typename login }
        baseRefName baseRefOid headRefName headRefOid isCrossRepository changedFiles
        headRepository { nameWithOwner } baseRef { target { oid } } headRef { name }
        files(first: 100) { nodes { path changeType } pageInfo { hasNextPage endCursor } }
        labels(first: 10) { nodes { name } }
        commits(first: 100) {
          totalCount
          nodes { commit {
            oid message committedDate parents(first: 10) { nodes { oid } }
            author { name email user { login } } committer { user { login } }
            authors(first: 10) { nodes { email user { login } } }
            signature { isValid }
            statusCheckRollup { state contexts(first: 100) { nodes {
              __typename
              ... on CheckRun { name status conclusion checkSuite { app { slug databaseId } } }
              ... on StatusContext { context state creator { login } }
            } } }
            checkSuites(first: 10, filterBy: { appId: $app }) { nodes { checkRuns(first: 10) { nodes { name databaseId } } } }
          } }
        }
        reviews(first: 100) { nodes { id state body submittedAt author { __typename login } commit { oid } } }
        latestReviews(first: 10) { nodes { state author { login } } }
        latestOpinionatedReviews(first: 10, writersOnly: true) { nodes { state author { login } } }
        reviewRequests(first: 10) { nodes { requestedReviewer { __typename ... on User { login } ... on Team { slug } } } }
        comments(first: 100) { nodes { databaseId body viewerDidAuthor createdAt lastEditedAt includesCreatedEdit author { __typename login } } }
        timelineItems(first: 100, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT, REVIEW_DISMISSED_EVENT, PULL_REQUEST_COMMIT, REVIEW_REQUESTED_EVENT]) {
          nodes { __typename ... on HeadRefForcePushedEvent { actor { login } } ... on PullRequestCommit { commit { oid } } }
        }
      }
    }
  }`

interface PullAnswer {
  readonly repository: {
    readonly pullRequest: Readonly<Record<string, unknown>> & {
      readonly commits: { readonly nodes: readonly { readonly commit: Readonly<Record<string, unknown>> }[] }
    }
  }
}

/** What GraphQL said was wrong: kinds and words. */
async function errorsOf(promise: Promise<unknown>): Promise<unknown[]> {
  try {
    await promise
  } catch (thrown) {
    return ((thrown as { errors?: { type?: string; message: string }[] }).errors ?? []).map(
      ({ type, message }) => [type, message],
    )
  }
  return []
}

describe('local GitHub: GraphQL on the public schema', () => {
  let ground: Ground
  let number: number
  let head: string
  beforeAll(async () => {
    ground = await startGround()
    await openChange(ground, { branch: 'big' })
    number = 1
    for (let index = 0; index < 9; index += 1)
      head = await ground.github.commit(
        'acme/shop',
        { [`file-${index}.txt`]: 'x' },
        { by: 'bob', branch: 'big', message: `Commit ${index}`, coAuthors: index === 8 ? ['erin'] : [] },
      )
    const pull = ground.github.pull('acme/shop', number)
    const acme = ground.github.services.world.organization('acme')
    if (acme === undefined) throw new Error('no acme')
    const platform = ground.github.createTeam(acme, 'Platform', { members: ['alice'] })
    ground.github.createTeam(acme, 'Release', { parent: platform, members: ['carol'] })
    await ground.github.review(pull, 'carol', { event: 'APPROVE' })
    await ground.github.review(pull, 'dave', { event: 'REQUEST_CHANGES', body: 'I may only read.' })
    ground.github.comment(pull, 'carol', 'Fine')
    await ground.github.check('acme/shop', head, ground.app, { name: 'countersign', conclusion: 'success' })
    await ground.github.status('acme/shop', head, 'bob', { context: 'ci/build', state: 'failure' })
  })
  afterAll(async () => {
    await ground.close()
  })

  it('answers one query for a whole pull request', async () => {
    const app = ground.asInstallation()
    const variables = { owner: 'acme', name: 'shop', number, app: ground.app.id }
    const { repository } = await app.graphql<PullAnswer>(pullQuery, variables)
    const { commits, ...pull } = repository.pullRequest
    expect(pull).toMatchObject({
      title: 'Take shop 1.1',
      state: 'OPEN',
      author: { __typename: 'User', login: 'bob' },
      mergeable: 'MERGEABLE',
      mergeStateStatus: 'UNSTABLE',
      reviewDecision: null,
      headRefOid: head,
      changedFiles: 10,
      latestReviews: {
        nodes: [
          { state: 'APPROVED', author: { login: 'carol' } },
          { state: 'CHANGES_REQUESTED', author: { login: 'dave' } },
        ],
      },
      latestOpinionatedReviews: { nodes: [{ state: 'APPROVED', author: { login: 'carol' } }] },
      comments: {
        nodes: [{ body: 'Fine', viewerDidAuthor: false, lastEditedAt: null, includesCreatedEdit: false }],
      },
    })
    expect(commits.nodes).toHaveLength(10)
    expect(commits.nodes.at(-1)?.commit).toMatchObject({
      oid: head,
      author: { email: 'bob@example.com', user: { login: 'bob' } },
      committer: { user: { login: 'web-flow' } },
      authors: { nodes: [{ user: { login: 'bob' } }, { user: { login: 'erin' } }] },
      statusCheckRollup: {
        state: 'FAILURE',
        contexts: {
          nodes: [
            {
              __typename: 'CheckRun',
              name: 'countersign',
              conclusion: 'SUCCESS',
              checkSuite: { app: { slug: 'countersign', databaseId: ground.app.id } },
            },
            { __typename: 'StatusContext', context: 'ci/build', state: 'FAILURE', creator: { login: 'bob' } },
          ],
        },
      },
      checkSuites: { nodes: [{ checkRuns: { nodes: [{ name: 'countersign' }] } }] },
    })
    expect(ground.github.violations.splice(0)).toEqual([])
  })

  it('knows teams, their children and members, and who may do what', async () => {
    const query = `query { organization(login: "acme") { team(slug: "platform") {
        slug parentTeam { slug } childTeams(first: 10) { nodes { slug parentTeam { slug } } }
        all: members(first: 10) { nodes { login } } own: members(first: 10, membership: IMMEDIATE) { nodes { login } } below: members(first: 10, membership: CHILD_TEAM) { nodes { login } }
      } nobody: team(slug: "nobody") { slug } }
      repository(owner: "acme", name: "shop") { collaborators(first: 10, affiliation: ALL) { edges { permission node { login } } }
        one: collaborators(first: 1, login: "erin") { edges { permission } }
        object(expression: "main:README.md") { ... on Blob { text } } ref(qualifiedName: "refs/heads/main") { name } refs(first: 10, refPrefix: "refs/heads/") { nodes { name } } } }`
    expect(await ground.asInstallation().graphql(query)).toEqual({
      organization: {
        team: {
          slug: 'platform',
          parentTeam: null,
          childTeams: { nodes: [{ slug: 'release', parentTeam: { slug: 'platform' } }] },
          all: { nodes: [{ login: 'alice' }, { login: 'carol' }] },
          own: { nodes: [{ login: 'alice' }] },
          below: { nodes: [{ login: 'carol' }] },
        },
        nobody: null,
      },
      repository: {
        collaborators: {
          edges: [
            { permission: 'ADMIN', node: { login: 'alice' } },
            { permission: 'WRITE', node: { login: 'bob' } },
            { permission: 'WRITE', node: { login: 'carol' } },
            { permission: 'READ', node: { login: 'dave' } },
            { permission: 'MAINTAIN', node: { login: 'erin' } },
          ],
        },
        one: { edges: [{ permission: 'MAINTAIN' }] },
        object: { text: '# shop\n' },
        ref: { name: 'main' },
        refs: { nodes: [{ name: 'big' }, { name: 'main' }] },
      },
    })
  })

  it('changes things: comments, drafts, dismissals, nodes by id', async () => {
    const app = ground.asInstallation()
    const pull = ground.github.pull('acme/shop', number)
    const added = await app.graphql<{ addComment: { commentEdge: { node: { id: string } } } }>(
      'mutation ($input: AddCommentInput!) { addComment(input: $input) { commentEdge { node { id viewerDidAuthor author { __typename login } } } } }',
      { input: { subjectId: pull.nodeId, body: 'From GraphQL' } },
    )
    expect(added).toMatchObject({
      addComment: {
        commentEdge: { node: { viewerDidAuthor: true, author: { __typename: 'Bot', login: 'countersign' } } },
      },
    })
    const { id } = added.addComment.commentEdge.node
    expect(
      await app.graphql(
        'mutation ($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { minimizedComment { isMinimized minimizedReason } } }',
        { id },
      ),
    ).toEqual({ minimizeComment: { minimizedComment: { isMinimized: true, minimizedReason: 'outdated' } } })
    const review = pull.reviews[0]?.nodeId
    expect(
      await app.graphql(
        'mutation ($id: ID!) { dismissPullRequestReview(input: { pullRequestReviewId: $id, message: "moved" }) { pullRequestReview { state } } }',
        { id: review },
      ),
    ).toEqual({ dismissPullRequestReview: { pullRequestReview: { state: 'DISMISSED' } } })
    const draft =
      'mutation ($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } } }'
    const ready =
      'mutation ($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }'
    expect(await app.graphql(draft, { id: pull.nodeId })).toEqual({
      convertPullRequestToDraft: { pullRequest: { isDraft: true } },
    })
    expect(await app.graphql(ready, { id: pull.nodeId })).toEqual({
      markPullRequestReadyForReview: { pullRequest: { isDraft: false } },
    })
    expect(
      await app.graphql('query ($id: ID!) { node(id: $id) { ... on PullRequest { number } } }', {
        id: pull.nodeId,
      }),
    ).toEqual({ node: { number } })
    expect(ground.github.violations.splice(0)).toEqual([])
  })

  it('pages by cursor', async () => {
    const app = ground.asInstallation()
    const query =
      'query ($after: String) { repository(owner: "acme", name: "shop") { pullRequest(number: 1) { commits(first: 4, after: $after) { nodes { commit { message } } pageInfo { hasNextPage endCursor } } } } }'
    interface Page {
      repository: {
        pullRequest: { commits: { nodes: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }
      }
    }
    const sizes: number[] = []
    for (let after: string | null = null, more = true; more;) {
      const page: Page = await app.graphql<Page>(query, { after })
      const { nodes, pageInfo } = page.repository.pullRequest.commits
      sizes.push(nodes.length)
      more = pageInfo.hasNextPage
      after = pageInfo.endCursor
    }
    expect(sizes).toEqual([4, 4, 2])
  })

  it.each([
    [
      'a field that GitHub does not have',
      'query { repository(owner: "acme", name: "shop") { colour } }',
      [[undefined, 'Cannot query field "colour" on type "Repository".']],
    ],
    [
      'a field that is not answered here',
      'query { repository(owner: "acme", name: "shop") { stargazerCount } }',
      [['UNPROCESSABLE', 'The local GitHub does not answer Repository.stargazerCount.']],
    ],
    [
      'a repository that does not exist',
      'query { repository(owner: "acme", name: "nothing") { name } }',
      [['NOT_FOUND', "Could not resolve to a Repository with the name 'acme/nothing'."]],
    ],
    [
      'more than a hundred at once',
      'query { repository(owner: "acme", name: "shop") { pullRequests(first: 101) { totalCount } } }',
      [
        [
          'EXCESSIVE_PAGINATION',
          'Requesting 101 records on the `PullRequest` connection exceeds the `first` limit of 100 records.',
        ],
      ],
    ],
    [
      'no number of records',
      'query { repository(owner: "acme", name: "shop") { pullRequests { totalCount } } }',
      [
        [
          'MISSING_PAGINATION_BOUNDARIES',
          'You must provide a `first` or `last` value to properly paginate the `PullRequest` connection.',
        ],
      ],
    ],
  ])('names what is wrong with %s', async (_, query, errors) => {
    expect(await errorsOf(ground.asInstallation().graphql(query))).toEqual(errors)
    ground.github.violations.length = 0
  })

  it('shows nothing to a stranger, and little to an App without the permission', async () => {
    const query =
      'query { repository(owner: "acme", name: "shop") { pullRequests(first: 1) { totalCount } } }'
    expect(await errorsOf(ground.as('mallory').graphql(query))).toEqual([
      ['NOT_FOUND', "Could not resolve to a Repository with the name 'acme/shop'."],
    ])
    const acme = ground.github.account('acme')
    const narrow = ground.github.registerApp(
      { name: 'narrow', permissions: { contents: 'read' }, events: [] },
      { owner: acme },
    )
    const token = ground.github.installationToken(ground.github.install(narrow, acme))
    const answer = await fetch(`${ground.github.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: `bearer ${token}` },
      body: JSON.stringify({ query }),
    })
    expect(await answer.json()).toMatchObject({
      errors: [
        {
          type: 'FORBIDDEN',
          message: 'Resource not accessible by integration',
          path: ['repository', 'pullRequests'],
        },
      ],
    })
  })
})
