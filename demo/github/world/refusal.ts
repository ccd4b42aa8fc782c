/** One entry of `errors` in a refusal. https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api */
export type RefusalDetail =
  | string
  | { readonly resource: string; readonly field: string; readonly code: string; readonly message?: string }

/** What GitHub answers when it does not do what was asked: an HTTP status and GitHub's own words. */
export class Refusal extends Error {
  readonly status: number
  readonly errors: readonly RefusalDetail[] | undefined
  constructor(status: number, message: string, errors?: readonly RefusalDetail[]) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.errors = errors
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found')
/** A person who can see it, but not do this. */
export const forbidden = (message = 'Must have admin rights to Repository.'): Refusal =>
  new Refusal(403, message)
/** An App beyond the permissions that it was given. */
export const beyondPermissions = (): Refusal => new Refusal(403, 'Resource not accessible by integration')
export const invalid = (message: string, errors?: readonly RefusalDetail[]): Refusal =>
  new Refusal(422, message, errors)
export const invalidField = (resource: string, field: string, code: string, message?: string): Refusal =>
  new Refusal(422, 'Validation Failed', [
    message === undefined ? { resource, field, code } : { resource, field, code, message },
  ])
