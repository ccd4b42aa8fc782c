import { devNull } from 'node:os'

/** Configuration that holds for every call: nothing a repository or this machine configures makes git run a program. */
const safeConfiguration: readonly (readonly [string, string])[] = [
  ['safe.directory', '*'],
  ['core.hooksPath', devNull],
  ['core.fsmonitor', 'false'],
  ['core.pager', 'cat'],
  ['core.quotePath', 'false'],
  ['credential.helper', ''],
  ['protocol.ext.allow', 'never'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['submodule.recurse', 'false'],
  ['advice.detachedHead', 'false'],
  ['http.followRedirects', 'initial'],
]

const identity = {
  GIT_AUTHOR_NAME: 'countersign',
  GIT_AUTHOR_EMAIL: 'countersign@localhost',
  GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_NAME: 'countersign',
  GIT_COMMITTER_EMAIL: 'countersign@localhost',
  GIT_COMMITTER_DATE: '1700000000 +0000',
}

/** Where git may talk to. `file` is for repositories that this machine was told of by its own operator. */
export type Protocols = 'none' | 'https' | 'http' | 'https:http' | 'https:http:file'

/**
 * The whole environment of a git process. No system or user configuration, no prompts, no replacement objects, an allow-list of
 * protocols. A token goes in here, never into arguments, which every user of the machine can read.
 * https://git-scm.com/docs/git-config#ENVIRONMENT
 */
export function gitEnvironment(
  path: string,
  protocols: Protocols,
  token?: string,
  more: readonly (readonly [string, string])[] = [],
): Record<string, string> {
  // What comes later holds.
  const configuration = [...safeConfiguration, ...more]
  if (token !== undefined) {
    const credentials = Buffer.from(`x-access-token:${token}`).toString('base64')
    configuration.push(['http.extraHeader', `Authorization: Basic ${credentials}`])
  }
  return {
    PATH: path,
    HOME: devNull,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_ALLOW_PROTOCOL: protocols === 'none' ? '' : protocols,
    // For commits that nothing refers to (a merge needs them as ancestors): the same content gives the same commit.
    ...identity,
    GIT_CONFIG_COUNT: String(configuration.length),
    ...Object.fromEntries(
      configuration.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  }
}
