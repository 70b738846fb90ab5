import Link from 'next/link'
import { Badge, type Tone } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'
import { tenantPath, userPath } from './addresses.ts'

export type InvitationStatus = 'pending' | 'accepted' | 'expired' | 'revoked'

/** An invitation as a row of a list. Instants as RFC 3339. */
export type InvitationSummary = {
  id: string
  /** Slug. */
  tenant: string
  /** Null once they are deleted. */
  userId: string | null
  email: string
  namespaces: string[]
  status: InvitationStatus
  invitedBy: string
  mail: { state: 'kept' | 'waiting' | 'sent' | 'failed'; lastError: string | null } | null
  sentAt: string
  expiresAt: string
  acceptedAt: string | null
  revokedAt: string | null
}

type Outcome = { ok: true } | { ok: false; message: string }

/** What may be done about an invitation; absent for those who may only look. */
export type InvitationDeeds = {
  resend(id: string): Promise<Outcome>
  revoke(id: string): Promise<Outcome>
}

export const invitationStatusWords: Record<InvitationStatus, { label: string; tone: Tone }> = {
  pending: { label: 'Pending', tone: 'accent' },
  accepted: { label: 'Accepted', tone: 'good' },
  expired: { label: 'Expired', tone: 'warn' },
  revoked: { label: 'Revoked', tone: 'neutral' },
}

const person: Column<InvitationSummary> = {
  label: 'Person',
  bare: true,
  className: 'md:min-w-52',
  cell: (row) => (
    <div className="grid min-w-0">
      {row.userId === null ? (
        <span className="break-all font-medium">{row.email}</span>
      ) : (
        <Link href={userPath(row.userId)} className="break-all font-medium hover:underline">
          {row.email}
        </Link>
      )}
      {row.namespaces.length > 0 && (
        <span className="break-words text-muted text-sm">into {row.namespaces.join(', ')}</span>
      )}
    </div>
  ),
}

const tenant: Column<InvitationSummary> = {
  label: 'Tenant',
  cell: (row) => (
    <Link href={tenantPath({ slug: row.tenant })} className="break-words hover:underline">
      {row.tenant}
    </Link>
  ),
}

const state: Column<InvitationSummary> = {
  label: 'Status',
  cell: (row) => (
    <div className="grid justify-items-start gap-1">
      <Badge tone={invitationStatusWords[row.status].tone}>{invitationStatusWords[row.status].label}</Badge>
      <span className="text-muted text-sm">
        <Since row={row} />
      </span>
      {row.status === 'pending' && row.mail && <MailOf mail={row.mail} email={row.email} />}
    </div>
  ),
}

const sent: Column<InvitationSummary> = {
  label: 'Sent',
  cell: (row) => (
    <div className="grid">
      <Time at={row.sentAt} />
      <span className="break-words text-muted text-sm">by {row.invitedBy}</span>
    </div>
  ),
}

/** Invitations, newest first. */
export function InvitationTable({
  invitations,
  deeds,
}: {
  invitations: InvitationSummary[]
  deeds: InvitationDeeds | null
}) {
  const columns = [person, tenant, state, sent, ...(deeds ? [deedsOf(deeds)] : [])]
  return <DataTable caption="Invitations" columns={columns} rows={invitations} rowKey={(row) => row.id} />
}

function Since({ row }: { row: InvitationSummary }) {
  if (row.acceptedAt) return <Time at={row.acceptedAt} />
  if (row.revokedAt) return <Time at={row.revokedAt} />
  return (
    <>
      {row.status === 'expired' ? 'since' : 'until'} <Time at={row.expiresAt} />
    </>
  )
}

/** What became of the mail, where somebody has to do something about it. */
function MailOf({ mail, email }: { mail: NonNullable<InvitationSummary['mail']>; email: string }) {
  if (mail.state === 'sent' || (mail.state === 'waiting' && mail.lastError === null)) return null
  const words = {
    kept: 'No mail server: give them the link yourself, from the outbox',
    waiting: 'The mail server did not take the mail yet',
    failed: 'The mail could not be sent',
  }[mail.state]
  return (
    <Link
      href={`/settings/outbox?${new URLSearchParams({ query: email })}`}
      className="max-w-xs text-sm text-warn underline underline-offset-2"
    >
      {words}
    </Link>
  )
}

function deedsOf(deeds: InvitationDeeds): Column<InvitationSummary> {
  return {
    label: 'What to do',
    bare: true,
    className: 'md:w-52',
    cell: (row) =>
      (row.status === 'pending' || row.status === 'expired') && (
        <div className="flex flex-wrap gap-2 md:justify-end">
          <Resend row={row} run={deeds.resend.bind(null, row.id)} />
          <Revoke row={row} run={deeds.revoke.bind(null, row.id)} />
        </div>
      ),
  }
}

function Resend({ row, run }: { row: InvitationSummary; run: () => Promise<Outcome> }) {
  return (
    <ConfirmButton
      variant="secondary"
      size="sm"
      label="Send again"
      title="Send this invitation again?"
      confirmLabel="Send again"
      done={`${row.email} gets a new link.`}
      run={run}
    >
      <p>
        <strong>{row.email}</strong> gets a new link, good for seven days from now. The one before opens
        nothing any more.
      </p>
    </ConfirmButton>
  )
}

function Revoke({ row, run }: { row: InvitationSummary; run: () => Promise<Outcome> }) {
  return (
    <ConfirmButton
      size="sm"
      label="Revoke"
      title="Revoke this invitation?"
      confirmLabel="Revoke"
      done={`The invitation of ${row.email} is revoked.`}
      run={run}
    >
      <p>
        The link that <strong>{row.email}</strong> was sent opens nothing any more, and the user who was made
        with the invitation is removed. They are not told.
      </p>
    </ConfirmButton>
  )
}
