import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Command, mightBeCommand, parseCommands } from '../../../src/core/commands/parse-commands.ts'

const merge = [{ kind: 'merge' }]

describe('core/commands/parse-commands', () => {
  it.each([
    ['alone', '/merge', merge],
    ['on a later line', 'Looks good.\n/merge\nThanks.', merge],
    ['with CRLF', 'Looks good.\r\n/merge\r\n', merge],
    ['in capitals', '/MERGE', merge],
    ['with trailing spaces', '/merge  \t', merge],
    [
      'several',
      '/hold waiting for dana\n/status',
      [{ kind: 'hold', reason: 'waiting for dana' }, { kind: 'status' }],
    ],
    ['after a code block', '```\n/hold\n```\n/merge', merge],
    ['after a closed HTML comment', '<!-- /hold -->\n/merge', merge],
    ['approve', '/lgtm', [{ kind: 'approve' }]],
    ['before an HTML comment', '/merge <!-- now -->', merge],
    ['request, nobody named', '/request', [{ kind: 'request', logins: [], teams: [] }]],
    [
      'request with names',
      '/request @Dana, @acme/Release @dana',
      [{ kind: 'request', logins: ['dana'], teams: ['acme/release'] }],
    ],
    [
      'freeze',
      '/freeze production because database migration',
      [{ kind: 'freeze', environment: 'production', until: undefined, reason: 'database migration' }],
    ],
    [
      'freeze with an end',
      '/freeze production until 2026-12-24 18:00 Europe/Berlin because we rest, because we can',
      [
        {
          kind: 'freeze',
          environment: 'production',
          until: '2026-12-24 18:00 Europe/Berlin',
          reason: 'we rest, because we can',
        },
      ],
    ],
    ['unfreeze', '/unfreeze production', [{ kind: 'unfreeze', environment: 'production' }]],
    [
      'break-glass',
      '/break-glass production because checkout is down',
      [{ kind: 'break-glass', environment: 'production', reason: 'checkout is down' }],
    ],
    ['confirm', '/confirm', [{ kind: 'confirm' }]],
    [
      'misspelt break-glass',
      '/breakglass production because x',
      [{ kind: 'unknown', word: 'breakglass', suggestion: 'break-glass' }],
    ],
    ['misspelt', '/mrege', [{ kind: 'unknown', word: 'mrege', suggestion: 'merge' }]],
    ['unknown', '/frobnicate now', [{ kind: 'unknown', word: 'frobnicate', suggestion: undefined }]],
  ])('reads a command %s', (_, body, expected) => {
    expect(parseCommands(body)).toEqual(expected)
  })

  it.each([
    ['not at the start of a line', 'please /merge'],
    ['indented', ' /merge'],
    ['indented as code', '    /merge'],
    ['quoted', '> /merge'],
    ['in a fence', '```\n/merge\n```'],
    ['in a fence with a language', '```sh\n/merge\n```'],
    ['in a longer fence', '````\n```\n/merge\n```\n````'],
    ['in a fence of tildes', '~~~\n/merge\n~~~'],
    ['in a fence that is never closed', '```\n/merge'],
    ['in an HTML comment', '<!--\n/merge\n-->'],
    ['in an HTML comment that is never closed', 'text <!-- \n/merge'],
    ['as a path', '/usr/bin/merge'],
    ['as a path in one segment', '/merge/now'],
    ['with a full-width slash', '／merge'],
    ['with a Cyrillic letter', '/mеrge'],
    ['after a zero-width space', '\u200b/merge'],
    ['in inline code', '`/merge`'],
    ['with a dot', '/merge.'],
    ['after an HTML comment in its line', '<!-- seen -->/merge'],
    ['inside an HTML comment that ends in its line', '<!--\n/merge -->'],
    ['in a fence of tildes with backticks in it', '~~~\n```\n~~~~ x\n/merge\n~~~'],
  ])('reads nothing %s', (_, body) => {
    expect(parseCommands(body)).toEqual([])
  })

  it('asks for the plain form where words do not belong', () => {
    expect(parseCommands('/merge the other one')).toEqual([
      {
        kind: 'misused',
        word: 'merge',
        problem: '`/merge` stands alone on its line.',
        usage: '`/merge`: merge as soon as every gate is satisfied; stays asked until the head changes',
      },
    ])
  })

  it.each([
    ['/freeze production', /^A freeze needs a reason/],
    ['/freeze production until 18:00', /^A freeze needs a reason/],
    ['/freeze production because', /^A freeze needs a reason/],
    ['/freeze because I say so', /takes one environment/],
    ['/freeze production tomorrow because x', /takes one environment/],
    ['/unfreeze', /takes the name of one environment/],
    ['/unfreeze a b', /takes the name of one environment/],
    ['/break-glass production', /needs a reason/],
    ['/break-glass because x', /takes the name of one environment/],
    ['/confirm production', /stands alone/],
    ['/request dana', /names such as @user or @org\/team/],
    [`/request ${'@dana '.repeat(11)}`, /up to 10 names/],
  ])('says what is wrong with %s', (body, problem) => {
    const [command] = parseCommands(body)
    expect(command).toMatchObject({ kind: 'misused', problem: expect.stringMatching(problem) as string })
  })

  it('reads a reason as it stands, whatever it says, and never past its line', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9@<>`*_.,:-]{1,12}$/).filter((each) => !each.includes('<!--'))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.string(), (words, rest) => {
        const reason = words.join(' ')
        expect(
          parseCommands(`/freeze production because ${reason}\n> ${rest.replaceAll(/[\r\n]/g, ' ')}`),
        ).toEqual([{ kind: 'freeze', environment: 'production', until: undefined, reason }])
      }),
    )
  })

  it('reads a comment of 60 kB quickly and at most ten commands of it', () => {
    expect(parseCommands('/status\n'.repeat(7_500))).toHaveLength(10)
    expect(parseCommands(`${'<!-- '.repeat(12_000)}\n/merge`)).toEqual([])
  })

  it('never finds a command in quoted or fenced text, whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const quoted = text.split(/\r\n|\r|\n/).map((line) => `> ${line}`)
        expect(parseCommands(quoted.join('\n'))).toEqual([])
        const fence = '`'.repeat(
          Math.max(3, ...[...text.matchAll(/`+/g)].map((match) => match[0].length + 1)),
        )
        expect(parseCommands(`${fence}\n${text}\n/merge\n${fence}`)).toEqual([])
      }),
    )
  })

  it('looks only where the cheap test saw something', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (parseCommands(text).length > 0) expect(mightBeCommand(text)).toBe(true)
      }),
    )
  })

  it.each<[string, Command]>([
    ['/attest load-test', { kind: 'attest', item: 'load-test', note: '' }],
    ['/attest Load-Test p99 is 80 ms', { kind: 'attest', item: 'load-test', note: 'p99 is 80 ms' }],
    ['/unattest load-test', { kind: 'unattest', item: 'load-test' }],
    [
      '/waive replicas Deployment/worker until 2027-01-31 because single writer',
      {
        kind: 'waive',
        rule: 'replicas',
        resource: 'Deployment/worker',
        until: '2027-01-31',
        reason: 'single writer',
      },
    ],
    [
      '/waive pdb-missing until 2027-01-31 because until then nobody drains',
      {
        kind: 'waive',
        rule: 'pdb-missing',
        resource: undefined,
        until: '2027-01-31',
        reason: 'until then nobody drains',
      },
    ],
    ['/unwaive replicas', { kind: 'unwaive', rule: 'replicas', resource: undefined }],
  ])('%s', (text, command) => {
    expect(parseCommands(text)).toEqual([command])
  })

  it.each([
    '/attest',
    '/unattest load-test now',
    '/waive replicas',
    '/waive until 2027-01-31 because x',
    '/waive replicas a b until 2027-01-31 because x',
    '/unwaive',
  ])('%s is misused', (text) => {
    expect(parseCommands(text)).toMatchObject([{ kind: 'misused' }])
  })
})
