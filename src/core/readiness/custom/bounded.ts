/** Runs a function and gives its value; undefined when it took too long and was stopped. What it throws is thrown on. */
export type Bounded = <Value>(run: () => Value) => { readonly value: Value } | undefined

/** Without a limit of time: for rules that are known. */
export const unbounded: Bounded = (run) => ({ value: run() })
