import { Badge } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Time } from '../ui/time.tsx'
import { splitLinks } from './split-links.ts'

/** A mail of the outbox. Instants as RFC 3339. */
export type MailRow = {
  id: string
  recipient: string
  subject: string
  state: 'kept' | 'waiting' | 'sent' | 'failed'
  attempts: number
  lastError: string | null
  nextAttemptAt: string | null
  sentAt: string | null
  createdAt: string
  text: string | null
}

type Outcome = { ok: true } | { ok: false; message: string }

const columns = (resend: ((id: string) => Promise<Outcome>) | null): Column<MailRow>[] => [
  { label: 'Mail', bare: true, cell: (row) => <Message row={row} /> },
  { label: 'State', cell: (row) => <State row={row} /> },
  { label: 'Written', cell: (row) => <Time at={row.createdAt} /> },
  ...(resend
    ? [{ label: 'Again', bare: true, cell: (row: MailRow) => <Resend row={row} resend={resend} /> }]
    : []),
]

/** Mails, newest first. `resend` is null where there is no mail server to give them to. */
export function MailTable({
  mails,
  resend,
}: {
  mails: MailRow[]
  resend: ((id: string) => Promise<Outcome>) | null
}) {
  return <DataTable caption="Outbox" columns={columns(resend)} rows={mails} rowKey={(row) => row.id} />
}

function Message({ row }: { row: MailRow }) {
  return (
    <div className="grid min-w-0 gap-1">
      <span className="break-words font-medium">{row.subject}</span>
      <span className="break-all text-muted text-sm">{row.recipient}</span>
      {row.state === 'kept' && row.text === null && (
        <span className="text-muted text-sm">To another member: owners alone read it here.</span>
      )}
      {row.text !== null && (
        <div className="text-sm">
          <Disclosure summary="Read it">
            <p className="max-w-2xl whitespace-pre-wrap break-words rounded-md border border-line bg-sunken px-3 py-2.5">
              {splitLinks(row.text).map(({ text, url, at }) =>
                url ? (
                  <a key={at} href={url} className="text-accent underline underline-offset-2">
                    {text}
                  </a>
                ) : (
                  text
                ),
              )}
            </p>
          </Disclosure>
        </div>
      )}
    </div>
  )
}

function State({ row }: { row: MailRow }) {
  if (row.state === 'sent') {
    return (
      <div className="grid gap-1">
        <span>
          <Badge tone="good">Sent</Badge>
        </span>
        <span className="text-muted text-sm">{row.sentAt && <Time at={row.sentAt} />}</span>
      </div>
    )
  }
  if (row.state === 'kept') return <Badge tone="warn">Not sent: no mail server</Badge>
  return (
    <div className="grid min-w-0 max-w-md gap-1">
      <span>
        {row.state === 'failed' ? (
          <Badge tone="bad">Given up</Badge>
        ) : (
          <Badge tone={row.attempts > 0 ? 'warn' : 'neutral'}>
            {row.attempts > 0 ? 'Trying again' : 'On its way'}
          </Badge>
        )}
      </span>
      {row.lastError && <span className="break-words text-muted text-sm">{row.lastError}</span>}
      {row.attempts > 0 && (
        <span className="text-muted text-sm">
          {row.attempts === 1 ? '1 attempt' : `${row.attempts} attempts`}
          {row.nextAttemptAt && (
            <>
              , the next at <Time at={row.nextAttemptAt} />
            </>
          )}
        </span>
      )}
    </div>
  )
}

function Resend({ row, resend }: { row: MailRow; resend: (id: string) => Promise<Outcome> }) {
  return (
    <ConfirmButton
      variant="secondary"
      size="sm"
      label="Send again"
      title="Send this mail again?"
      confirmLabel="Send again"
      done="It is on its way."
      run={resend.bind(null, row.id)}
    >
      <p>
        <strong>{row.recipient}</strong> gets “{row.subject}”
        {row.state === 'sent' ? ' a second time.' : ' as soon as the mail server takes it.'}
      </p>
    </ConfirmButton>
  )
}
