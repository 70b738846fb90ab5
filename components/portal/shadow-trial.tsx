import Link from 'next/link'
import type { UserPolicies } from '#lib/matching/user-policies.ts'
import { Badge } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Facts } from '../ui/facts.tsx'
import { Pager, type SearchParams } from '../ui/pager.tsx'
import { Section } from '../ui/section.tsx'
import { Time } from '../ui/time.tsx'
import { causeInWords, fieldInWords, foundBy, policyFacts } from './people-words.ts'

/** Policies that are tried on live sign-ins, and what they would have changed. */
export type ShadowTrialView = {
  userPolicies: UserPolicies
  since: string
  counts: { signIns: number; people: number; differingSignIns: number; differingPeople: number }
  data: DifferingView[]
  nextCursor: string | null
}

type DifferingView = {
  traceId: string
  at: string
  person: { subject: string | null; email: string | null; username: string | null }
  outcome: string
  cause: string | null
  shadow: {
    kind: string
    by: string | null
    user: { id: string; email: string } | null
    cause: string | null
    fields: string[]
  }
}

type Outcome = { ok: true } | { ok: false; message: string }

export function ShadowTrialSection({
  trial,
  path,
  params,
  actions,
}: {
  trial: ShadowTrialView
  path: string
  params: SearchParams
  /** Null for those who may look and not change. */
  actions: { adopt: () => Promise<Outcome>; discard: () => Promise<Outcome> } | null
}) {
  const { counts, userPolicies } = trial
  return (
    <Section
      title="Being tried in the shadow"
      lead="Sign-ins go on under the rules above. Each records what these would have done instead."
      action={actions && <Decision {...actions} differing={counts.differingSignIns} />}
    >
      <div className="grid gap-4">
        <Facts
          facts={[
            { label: 'Since', value: <Time at={trial.since} /> },
            ...policyFacts(userPolicies),
            { label: 'Sign-ins so far', value: `${counts.signIns} of ${people(counts.people)}` },
            {
              label: 'Would have differed',
              value:
                counts.differingSignIns === 0
                  ? 'None'
                  : `${counts.differingSignIns} of ${people(counts.differingPeople)}`,
            },
          ]}
        />
        {trial.data.length > 0 && (
          <div className="overflow-clip rounded-lg border border-line">
            <DataTable
              caption="Sign-ins that would have differed"
              columns={columns}
              rows={trial.data}
              rowKey={({ traceId }) => traceId}
            />
            <Pager path={path} params={params} nextCursor={trial.nextCursor} />
          </div>
        )}
      </div>
    </Section>
  )
}

function Decision({
  adopt,
  discard,
  differing,
}: {
  adopt: () => Promise<Outcome>
  discard: () => Promise<Outcome>
  differing: number
}) {
  return (
    <div className="flex flex-wrap gap-2">
      <ConfirmButton
        variant="primary"
        label="Adopt"
        title="Adopt the rules that are being tried?"
        confirmLabel="Adopt them"
        done="They hold from the next sign-in."
        run={adopt}
      >
        <p>
          They take the place of today’s, from the next sign-in on.{' '}
          {differing === 0
            ? 'No sign-in so far would have gone otherwise.'
            : `So far ${differing === 1 ? 'one sign-in' : `${differing} sign-ins`} would have gone otherwise.`}
        </p>
      </ConfirmButton>
      <ConfirmButton
        label="Discard"
        title="Stop trying these rules?"
        confirmLabel="Stop"
        done="No longer tried. Nothing has changed."
        run={discard}
      >
        <p>Today’s rules stay as they are. What the trial has shown stays with the traces of the sign-ins.</p>
      </ConfirmButton>
    </div>
  )
}

const columns: Column<DifferingView>[] = [
  {
    label: 'Person',
    bare: true,
    cell: ({ person, traceId }) => (
      <Link
        href={`/traces/${traceId}`}
        className="break-all font-medium text-accent underline-offset-2 hover:underline"
      >
        {person.email ?? person.username ?? person.subject ?? 'Somebody'}
      </Link>
    ),
  },
  { label: 'When', cell: ({ at }) => <Time at={at} /> },
  {
    label: 'What happened',
    cell: ({ outcome, cause }) => (
      <span className="grid justify-items-start gap-1">
        {cause === 'provision_waiting' ? (
          <Badge>Waits</Badge>
        ) : (
          <Badge tone={outcome === 'success' ? 'good' : 'warn'}>
            {outcome === 'success' ? 'Got in' : 'Refused'}
          </Badge>
        )}
        {cause && <span className="text-muted text-sm">{causeInWords(cause)}</span>}
      </span>
    ),
  },
  {
    label: 'What would have',
    cell: ({ shadow }) => (
      <span className="grid gap-1">
        <span>{verdictInWords(shadow)}</span>
        {shadow.fields.length > 0 && (
          <span className="text-muted text-sm">Updated: {shadow.fields.map(fieldInWords).join(', ')}</span>
        )}
      </span>
    ),
  },
]

function verdictInWords({ kind, by, user, cause }: DifferingView['shadow']): string {
  if (kind === 'sign-in') return `Got in as ${user?.email ?? 'a user'}, by ${foundBy(by).toLowerCase()}`
  if (kind === 'create') return 'A user would have been made'
  if (kind === 'wait') return 'Would have waited for approval'
  return `Refused. ${causeInWords(cause) ?? ''}`
}

function people(count: number): string {
  return count === 1 ? 'one person' : `${count} people`
}
