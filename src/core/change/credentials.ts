/**
 * What looks like a credential, in one place: names of fields and variables, and shapes of values.
 * Masking too much costs a look into the file; masking too little leaks. In doubt it is a credential.
 */
const secretWords =
  /(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|credentials?|creds|(?:api|access|private|signing|encryption|secret|master|account|license|auth|tls|ssl|ssh|rsa|shared|storage)-?key|authorization|cookie|dsn|connection-?string|htpasswd|salt|hmac|pem|id-rsa|dockerconfigjson|auth)$/

/** No credential name is without one of these letters in this order: most names need no closer look. */
const hint = /pass|pwd|secret|token|cred|key|auth|cookie|dsn|connection|salt|hmac|pem|id.?rsa|dockerconfig/i

/** False: no credential has its name in this text. */
export function mayNameCredential(text: string): boolean {
  return hint.test(text)
}

/** These name a Secret object, not its content. */
const namesOfSecrets = /(?:^|-)(?:existing|pull|image-pull)-?secrets?$/

/** `DB_PASSWORD`, `apiKey`, `client-secret`: names whose value must not be shown. `passwordFile` and `secretName` are none. */
export function isCredentialName(name: string): boolean {
  if (!hint.test(name)) return false
  const words = name
    .slice(-200)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[_.\s/]+/g, '-')
    .replace(/-(?:\d+|b64|base64|value|hash|data)$/, '')
  return secretWords.test(words) && !namesOfSecrets.test(words)
}

/** PEM blocks of private keys, whatever stands around them. https://www.rfc-editor.org/rfc/rfc7468 */
export const privateKeyBlock =
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g

/** `user:password@` in a URL; the password is group 2. https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1 */
export const urlPassword = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@?#"'<>]*:)([^\s/@"'<>]+(?:@[^\s/@"'<>]+)*)(?=@)/gi

/** Tokens that say what they are: GitHub, AWS, Slack, Stripe and OpenAI, Google, GitLab, npm, JSON Web Tokens. */
export const knownToken =
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|(?:AKIA|ASIA)[A-Z0-9]{16}|xox[abeoprs]-[A-Za-z0-9-]{10,}|[sr]k[_-](?:live|test|proj|ant)[_-][A-Za-z0-9_-]{10,}|sk-[A-Za-z0-9]{20,}|AIza[A-Za-z0-9_-]{30,}|glpat-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}|eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)/g

/** `Bearer …`, `Basic …` as in an Authorization header; the credential is group 2. */
export const authorizationValue = /\b((?:Bearer|Basic|Token)\s+)([A-Za-z0-9+/_.~=-]{8,})/g

/** `name: `, `NAME=`, `--name=`, `"name": ` within a text, the name is group 1; what follows is its value. */
export const assignmentStart =
  /(?<![A-Za-z0-9_.-])["']?-{0,2}([A-Za-z][A-Za-z0-9_.-]*)["']?[ \t]*(?::(?!\/\/)|=)[ \t]*/g

/** A value after an assignment in the middle of a text: quoted, or up to the next space, `&` or `;`. */
export const inlineValue = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^\s"'&;,][^\s&;]*/y

/** A value of an assignment that stands on a line by itself: quoted, or the rest of the line. */
export const lineValue = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^\s"'][^\n]*/y

/** `name: DB_PASSWORD` and its `value:` beside it, as environment variables are written; name is group 2, value group 3. */
export const namedValue =
  /(\bname["']?[ \t]*:[ \t]*["']?([\w.-]{1,200})["']?[ \t]*,?\s{1,200}["']?value["']?[ \t]*:[ \t]*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"'][^\n,}]*)/g

/** A flag and its value as two items of a list; the flag is group 2, its value group 3. */
export const flagItem =
  /((--?[A-Za-z][\w.-]{0,200})["']?[ \t]*(?:,|\n[ \t]*-)[ \t]*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"',\]-][^\s,\]]*)/g
