import type { Decision, MatchCause, MatchedBy } from './decide.ts'

/** What a policy that is only tried would have done with a sign-in; kept with its trace. */
export type ShadowVerdict = {
  kind: Decision['kind']
  by: MatchedBy | null
  user: { id: string; email: string } | null
  cause: MatchCause | null
  /** Fields it would have written. */
  fields: string[]
  /** Whether anything of it is other than what was done. */
  differs: boolean
}

export function shadowVerdict(tried: Decision, today: Decision): ShadowVerdict {
  const verdict = describe(tried)
  return { ...verdict, differs: JSON.stringify(verdict) !== JSON.stringify(describe(today)) }
}

function describe(decision: Decision): Omit<ShadowVerdict, 'differs'> {
  const user = 'user' in decision && decision.user
  return {
    kind: decision.kind,
    by: decision.kind === 'sign-in' ? decision.by : null,
    user: user ? { id: user.id, email: user.email } : null,
    cause: decision.kind === 'refuse' ? decision.cause : null,
    fields: decision.kind === 'sign-in' ? decision.changes.map(({ field }) => field) : [],
  }
}
