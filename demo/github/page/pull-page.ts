import { html } from 'hono/html'
import { comparedCommits, emptyTree, judgeMergeability } from '../operations/mergeability.ts'
import { latestRuns } from '../operations/suite-result.ts'
import { mergeBlockers, opinions } from '../rules/merge-gate.ts'
import type { Account, CheckRun, CommitStatus, Pull, TimelineEvent } from '../world/model.ts'
import { atLeast, roleOf } from '../world/people.ts'
import type { World } from '../world/world.ts'
import { ago, markdown, type Html } from './layout.ts'

const stateOf = (pull: Pull): { word: string; kind: string } =>
  pull.mergedAt !== null
    ? { word: 'Merged', kind: 'merged' }
    : pull.state === 'closed'
      ? { word: 'Closed', kind: 'closed' }
      : { word: pull.draft ? 'Draft' : 'Open', kind: pull.draft ? 'draft' : 'open' }

export const badge = (pull: Pull): Html =>
  html`<span class="badge ${stateOf(pull).kind}">${stateOf(pull).word}</span>`

const reviewWords = {
  APPROVED: 'approved these changes',
  CHANGES_REQUESTED: 'requested changes',
  COMMENTED: 'reviewed',
  DISMISSED: 'gave a review that was dismissed',
  PENDING: 'started a review',
} as const

function said(who: Account, words: string, at: string, body: string, now: string): Html {
  const bot = who.type === 'Bot' ? html`<span class="pill">bot</span>` : ''
  const head = html`<div class="head">
    <strong>${who.login}</strong>${bot}<span>${words} ${ago(at, now)}</span>
  </div>`
  return html`<div class="box">
    ${head}${body === '' ? '' : html`<div class="body">${markdown(body)}</div>`}
  </div>`
}

function eventWords(event: TimelineEvent): string | null {
  switch (event.type) {
    case 'HeadRefForcePushedEvent':
      return `force-pushed from ${event.before.slice(0, 7)} to ${event.after.slice(0, 7)}`
    case 'ReviewDismissedEvent':
      return `dismissed the review of ${event.review.user.login}${event.message === null ? '' : `: ${event.message}`}`
    case 'BaseRefChangedEvent':
      return `changed the base branch from ${event.before} to ${event.after}`
    case 'ReviewRequestedEvent':
      return `asked ${'slug' in event.reviewer ? event.reviewer.slug : event.reviewer.login} to review`
    case 'ReviewRequestRemovedEvent':
      return `withdrew the request to ${'slug' in event.reviewer ? event.reviewer.slug : event.reviewer.login}`
    case 'MergedEvent':
      return `merged commit ${event.commit.slice(0, 7)} into ${event.base}`
    case 'ClosedEvent':
      return 'closed this'
    case 'ReopenedEvent':
      return 'reopened this'
    case 'ReadyForReviewEvent':
      return 'marked this as ready for review'
    case 'ConvertToDraftEvent':
      return 'marked this as a draft'
    case 'LabeledEvent':
      return `added the label ${event.label.name}`
    case 'UnlabeledEvent':
      return `removed the label ${event.label.name}`
    case 'RenamedTitleEvent':
      return `changed the title from “${event.before}” to “${event.after}”`
    case 'PullRequestCommit':
    case 'PullRequestReview':
    case 'IssueComment':
      return null
  }
}

async function timelineItem(world: World, pull: Pull, event: TimelineEvent): Promise<Html> {
  const now = world.now()
  if (event.type === 'IssueComment')
    return said(
      event.comment.user,
      `commented${event.comment.lastEditedAt === null ? '' : ' (edited)'}`,
      event.at,
      event.comment.body,
      now,
    )
  if (event.type === 'PullRequestReview')
    return said(event.review.user, reviewWords[event.review.state], event.at, event.review.body, now)
  if (event.type === 'PullRequestCommit') {
    const commit = await pull.repository.git.commit(event.sha)
    const by = world.accountOfEmail(commit.author.email)?.login ?? commit.author.name
    return html`<div class="event">
      <code>${event.sha.slice(0, 7)}</code> ${commit.message.split('\n')[0] ?? ''} — <strong>${by}</strong>
    </div>`
  }
  return html`<div class="event">
    <strong>${event.actor.login}</strong> ${eventWords(event)} ${ago(event.at, now)}
  </div>`
}

const dot = (outcome: string | null): string =>
  outcome === 'success'
    ? 'success'
    : ['neutral', 'skipped'].includes(outcome ?? '')
      ? 'neutral'
      : outcome === null || outcome === 'pending'
        ? ''
        : 'failure'

function checkRow(run: CheckRun): Html {
  const annotations = run.annotations.map(
    (each) => html`<li><code>${each.path}:${each.start_line}</code> ${each.message}</li>`,
  )
  const inside = html`${run.summary === null ? '' : markdown(run.summary)}${run.text === null ? '' : markdown(run.text)}${
    annotations.length === 0
      ? ''
      : html`<ul>
          ${annotations}
        </ul>`
  }`
  const line = html`<span class="dot ${dot(run.conclusion)}"></span> <strong>${run.name}</strong>
    <span>${run.title ?? run.conclusion ?? run.status.replace('_', ' ')}</span>
    <span class="mute">${run.suite.app.name}</span>`
  if (run.summary === null && run.text === null && annotations.length === 0)
    return html`<div class="row">${line}</div>`
  return html`<details class="row" style="display:block">
    <summary>${line}</summary>
    <div class="body">${inside}</div>
  </details>`
}

const statusRow = (status: CommitStatus): Html =>
  html`<div class="row">
    <span class="dot ${dot(status.state)}"></span><strong>${status.context}</strong
    ><span>${status.description ?? status.state}</span>
  </div>`

function checksBox(pull: Pull): Html {
  const { repository, headSha } = pull
  const runs = repository.suites
    .filter((suite) => suite.headSha === headSha)
    .flatMap((suite) => latestRuns(suite.runs))
  const statuses = [
    ...new Map(
      repository.statuses
        .filter((status) => status.sha === headSha)
        .map((status) => [status.context, status]),
    ).values(),
  ]
  if (runs.length + statuses.length === 0) return html``
  return html`<div class="box">
    <div class="head"><strong>Checks</strong> at <code>${headSha.slice(0, 7)}</code></div>
    ${runs.map(checkRow)}${statuses.map(statusRow)}
  </div>`
}

async function mergeBox(world: World, pull: Pull, me: Account | null): Promise<Html> {
  const base = `/${pull.repository.fullName}/pull/${pull.number}`
  const { mergeable } = await judgeMergeability(world, pull)
  const blockers = await mergeBlockers(
    world,
    pull,
    me === null ? { kind: 'anonymous' } : { kind: 'person', account: me },
  )
  const writes = me !== null && atLeast(roleOf(me, pull.repository), 'write')
  const reasons = [
    ...(mergeable ? [] : ['This branch has conflicts with the base branch.']),
    ...(pull.draft ? ['This pull request is still a draft.'] : []),
    ...blockers.map((blocker) => blocker.message),
    ...(writes ? [] : ['Only people with write access can merge.']),
  ]
  const opinionRows = opinions(pull).map(
    (review) =>
      html`<div class="row">
        <strong>${review.user.login}</strong
        ><span class="${review.state === 'APPROVED' ? 'approved' : 'changes'}"
          >${reviewWords[review.state]}</span
        ><span class="mute end"
          >${review.commitId === pull.headSha ? '' : `at ${review.commitId.slice(0, 7)}`}</span
        >
      </div>`,
  )
  const verdict =
    reasons.length === 0
      ? html`<div class="row"><span class="dot success"></span><strong>Ready to merge</strong></div>`
      : html`<div class="row">
          <span class="dot failure"></span><span>${reasons.map((reason) => html`<div>${reason}</div>`)}</span>
        </div>`
  const draft = pull.draft
    ? html`<button formaction="${base}/ready">Ready for review</button>`
    : html`<button formaction="${base}/draft">Convert to draft</button>`
  return html`<div class="box">
    <div class="head"><strong>Merge</strong></div>
    ${opinionRows}${verdict}
    <form method="post" action="${base}/merge" class="body actions">
      <input type="hidden" name="sha" value="${pull.headSha}" />
      <select name="method" aria-label="Merge method">
        <option value="squash">Squash and merge</option>
        <option value="merge">Create a merge commit</option>
        <option value="rebase">Rebase and merge</option>
      </select>
      <button class="primary" ${reasons.length === 0 ? '' : 'disabled'}>Merge</button>${draft}
    </form>
  </div>`
}

function writeBox(pull: Pull, me: Account | null): Html {
  if (me === null) return html`<p class="mute">Choose who you are, at the top, to take part.</p>`
  const base = `/${pull.repository.fullName}/pull/${pull.number}`
  const own = me === pull.user || pull.state === 'closed' ? 'disabled' : ''
  return html`<div class="box">
    <div class="head"><strong>${me.login}</strong></div>
    <form method="post" action="${base}/comment" class="body">
      <textarea
        name="body"
        aria-label="Comment"
        placeholder="A comment, a slash command, or the words of a review"
      ></textarea>
      <div class="actions">
        <button class="primary">Comment</button>
        <button formaction="${base}/review?event=APPROVE" ${own}>Approve</button>
        <button formaction="${base}/review?event=REQUEST_CHANGES" ${own}>Request changes</button>
        <button formaction="${base}/review?event=COMMENT" ${pull.state === 'closed' ? 'disabled' : ''}>
          Review without a verdict
        </button>
        <button
          formaction="${base}/${pull.state === 'open' ? 'close' : 'reopen'}"
          ${pull.mergedAt === null ? '' : 'disabled'}
        >
          ${pull.state === 'open' ? 'Close' : 'Reopen'}
        </button>
      </div>
    </form>
  </div>`
}

const heading = (pull: Pull, tab: 'talk' | 'files', files: number): Html => {
  const base = `/${pull.repository.fullName}/pull/${pull.number}`
  return html`<p class="mute"><a href="/${pull.repository.fullName}">${pull.repository.fullName}</a></p>
    <h1>${pull.title} <span class="number">#${pull.number}</span></h1>
    <p>
      ${badge(pull)} <strong>${pull.user.login}</strong>
      <span class="mute">wants to merge <code>${pull.headRef}</code> into <code>${pull.baseRef}</code></span>
      ${pull.labels.map((label) => html`<span class="pill">${label.name}</span> `)}
    </p>
    <nav class="tabs">
      <a href="${base}" class="${tab === 'talk' ? 'here' : ''}">Conversation</a
      ><a href="${base}/files" class="${tab === 'files' ? 'here' : ''}">Files changed (${files})</a>
    </nav>`
}

/** A pull request as people see it: what was said, checks, and what stands in the way of merging. */
export async function pullPage(world: World, pull: Pull, me: Account | null): Promise<Html> {
  const items = await Promise.all(pull.timeline.map((event) => timelineItem(world, pull, event)))
  const { changes } = await comparedCommits(pull)
  const merge = pull.state === 'open' ? await mergeBox(world, pull, me) : html``
  return html`${heading(pull, 'talk', changes.length)}${said(pull.user, 'opened this', pull.createdAt, pull.body ?? '', world.now())}${items}${checksBox(pull)}${merge}${writeBox(pull, me)}`
}

/** What a pull request changes, file by file. */
export async function filesPage(pull: Pull): Promise<Html> {
  const { git } = pull.repository
  const { changes, mergeBase } = await comparedCommits(pull)
  const patches = await git.patches(mergeBase ?? emptyTree, pull.headSha)
  const lines = (patch: string): Html[] =>
    patch
      .split('\n')
      .map(
        (line) =>
          html`<span
            class="${line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : line.startsWith('@@') ? 'hunk' : ''}"
            >${line}</span
          > `,
      )
  const files = changes.map(
    (change, index) =>
      html`<div class="box">
        <div class="head">
          <strong>${change.previousPath === null ? '' : `${change.previousPath} → `}${change.path}</strong
          ><span class="approved">+${change.additions}</span><span class="changes">−${change.deletions}</span>
        </div>
        <pre class="code" style="margin:0;border-radius:0"><code>${lines(patches[index] ?? '')}</code></pre>
      </div>`,
  )
  return html`${heading(pull, 'files', changes.length)}${files}`
}
