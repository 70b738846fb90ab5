import type { Decision, MatchCause, MatchedBy } from './decide.ts'
import { describeDecision, isDifferent } from './trial.ts'

/** What a policy that is only tried would have done with a sign-in; kept with its trace. */
export type ShadowVerdict = {
  kind: Decision['kind']
  by: MatchedBy | null
  user: { id: string; email: string } | null
  cause: MatchCause | null
  /** Fields it would have written. */
  fields: string[]
  /** Whether people would notice; the same word as in a dry run. */
  differs: boolean
}

export function shadowVerdict(tried: Decision, today: Decision): ShadowVerdict {
  const user = 'user' in tried && tried.user
  return {
    kind: tried.kind,
    by: tried.kind === 'sign-in' ? tried.by : null,
    user: user ? { id: user.id, email: user.email } : null,
    cause: tried.kind === 'refuse' ? tried.cause : null,
    fields: tried.kind === 'sign-in' ? tried.changes.map(({ field }) => field) : [],
    differs: isDifferent(describeDecision(tried), describeDecision(today)),
  }
}
