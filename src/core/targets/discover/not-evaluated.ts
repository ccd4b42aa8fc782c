/** Thrown while an ApplicationSet is expanded: what of it is not evaluated here, in words. Becomes a `notEvaluated` entry. */
export class NotEvaluated extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NotEvaluated'
  }
}
