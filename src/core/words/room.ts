/** How much of each resource is shown; each step shrinks further, in the order of design: bodies of the largest resources, then the list. */
export interface Room {
  /** Lines of diff per resource. */
  readonly linesPerResource: number
  /** Resources with a body, per environment. */
  readonly bodies: number
  /** Resources named at all, per environment. */
  readonly names: number
  readonly findings: number
}
