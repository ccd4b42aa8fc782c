import type { Probot } from 'probot'
import type { GitHub, GitHubApp } from '../../ports/github.ts'
import { ensureCheck } from './ensure-check.ts'
import { findCheck } from './find-check.ts'
import { ensureDeployment, ensureDeploymentStatus } from './ensure-deployment.ts'
import { ensureNote } from './ensure-note.ts'
import { ensureProposal } from './ensure-proposal.ts'
import { requestReviews, withdrawRequests } from './ask-reviewers.ts'
import { mergePull } from './merge-pull.ts'
import { githubError, once, splitRepository, type Octokit } from './octokit.ts'
import { PeopleCache } from './people-cache.ts'
import { readPeople } from './read-people.ts'
import { readProtection } from './protection.ts'
import { readPull } from './read-pull.ts'
import { updateBranch } from './update-branch.ts'

export interface GitHubAppOptions {
  readonly appId: number
  /** `https://github.com`, or the server's: where git fetches from. */
  readonly gitUrl: string
}

/** GitHub through Probot's authenticated clients. */
export function createGitHubApp(probot: Probot, options: GitHubAppOptions): GitHubApp {
  const people = new PeopleCache()
  return {
    async installation(id) {
      return createInstallation(await probot.auth(id), id, people, options)
    },

    async installations() {
      try {
        const octokit = await probot.auth()
        const all = await octokit.paginate(octokit.rest.apps.listInstallations, { per_page: 100 })
        return all
          .filter((each) => each.suspended_at === null || each.suspended_at === undefined)
          .map((each) => each.id)
      } catch (thrown) {
        throw githubError('list the installations', thrown)
      }
    },

    async redeliverFailed(since) {
      try {
        const octokit = await probot.auth()
        const { data } = await octokit.rest.apps.listWebhookDeliveries({ per_page: 100 })
        const recent = data.filter((each) => each.delivered_at >= since)
        const arrived = new Set(recent.filter((each) => each.status_code < 400).map((each) => each.guid))
        const failed = new Map(
          recent.filter((each) => !arrived.has(each.guid)).map((each) => [each.guid, each.id]),
        )
        for (const id of failed.values())
          await octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: id })
        return failed.size
      } catch (thrown) {
        throw githubError('ask for failed deliveries again', thrown)
      }
    },

    forgetPeople: (owner) => people.forget(owner),
  }
}

function createInstallation(
  octokit: Octokit,
  id: number,
  people: PeopleCache,
  options: GitHubAppOptions,
): GitHub {
  return {
    readPull: (repository, number) => readPull(octokit, options.appId, repository, number),

    async readPeople(repository, needed, maximumAgeMs) {
      const now = Date.now()
      const missing = people.missing(repository, needed, maximumAgeMs, now)
      const read = await readPeople(octokit, repository, missing)
      people.keep(repository, read, now)
      return people.facts(repository, needed, read)
    },

    ensureCheck: (repository, check, existing) => ensureCheck(octokit, repository, check, existing),

    findCheck: (repository, head, name) => findCheck(octokit, options.appId, repository, { head, name }),

    async ensureComment(repository, number, body, existing) {
      const at = splitRepository(repository)
      try {
        if (existing === undefined)
          await octokit.rest.issues.createComment({ ...at, issue_number: number, body, ...once })
        else await octokit.rest.issues.updateComment({ ...at, comment_id: existing, body })
      } catch (thrown) {
        throw githubError(`write the comment on #${number}`, thrown)
      }
    },

    async reply(repository, number, body) {
      try {
        await octokit.rest.issues.createComment({
          ...splitRepository(repository),
          issue_number: number,
          body,
          ...once,
        })
      } catch (thrown) {
        throw githubError(`reply on #${number}`, thrown)
      }
    },

    ensureNote: (repository, number, marker, body) =>
      ensureNote(octokit, { appId: options.appId, repository, number }, marker, body),
    requestReviews: (repository, number, asked) => requestReviews(octokit, repository, number, asked),
    withdrawRequests: (repository, number, asked) => withdrawRequests(octokit, repository, number, asked),

    async ensureReaction(repository, commentId, content) {
      try {
        await octokit.rest.reactions.createForIssueComment({
          ...splitRepository(repository),
          comment_id: commentId,
          content,
        })
      } catch (thrown) {
        throw githubError(`react to comment ${commentId}`, thrown)
      }
    },

    mergePull: (repository, number, request) => mergePull(octokit, repository, number, request),
    updateBranch: (repository, number, head) => updateBranch(octokit, repository, number, head),
    ensureProposal: (repository, proposal) => ensureProposal(octokit, repository, proposal),
    ensureDeployment: (repository, request) => ensureDeployment(octokit, repository, request),
    ensureDeploymentStatus: (repository, deployment, status) =>
      ensureDeploymentStatus(octokit, repository, deployment, status),

    readProtection: (repository, branch) => readProtection(octokit, repository, branch),

    async gitAccess(repository) {
      const auth = (await octokit.auth({ type: 'installation', installationId: id })) as { token: string }
      return { url: `${options.gitUrl}/${repository}.git`, token: auth.token }
    },

    async openPulls() {
      try {
        const repositories = await octokit.paginate(octokit.rest.apps.listReposAccessibleToInstallation, {
          per_page: 100,
        })
        const found: { repository: string; number: number; head: string }[] = []
        for (const repository of repositories.filter((each) => !each.archived)) {
          const at = splitRepository(repository.full_name)
          const pulls = await octokit.paginate(octokit.rest.pulls.list, {
            ...at,
            state: 'open',
            per_page: 100,
          })
          found.push(
            ...pulls.map((pull) => ({
              repository: repository.full_name,
              number: pull.number,
              head: pull.head.sha,
            })),
          )
        }
        return found
      } catch (thrown) {
        throw githubError('list the open pull requests', thrown)
      }
    },
  }
}
