import Link from 'next/link'
import { connectionPath, tenantPath, userPath } from '../portal/addresses.ts'
import { fullName } from '../portal/user-views.ts'
import { Badge } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { Id } from '../ui/facts.tsx'
import { Time } from '../ui/time.tsx'
import type { ActionResult } from './action-result.ts'
import { RejectRequest } from './reject-request.tsx'

export type JoinRequestStatus = 'pending' | 'approved' | 'rejected'

/** Somebody who asks to come in. Instants as RFC 3339. */
export type JoinRequestSummary = {
  id: string
  /** Slug. */
  tenant: string
  email: string
  firstName: string | null
  lastName: string | null
  username: string | null
  note: string | null
  status: JoinRequestStatus
  source: 'sign-in' | 'page'
  connection: { clientId: string; name: string } | null
  subject: string | null
  userId: string | null
  decidedBy: string | null
  decidedAt: string | null
  decisionNote: string | null
  createdAt: string
}

/** What may be done about a request; absent for those who may only look. */
export type JoinRequestDeeds = {
  approve(id: string): Promise<ActionResult>
  reject(id: string, values: { note: string }): Promise<ActionResult>
  remove(id: string): Promise<ActionResult>
}

/** Requests to join: who, where to, through what, and what they say. */
export function JoinRequestList({
  requests,
  deeds,
}: {
  requests: JoinRequestSummary[]
  deeds: JoinRequestDeeds | null
}) {
  return (
    <ul className="divide-y divide-line">
      {requests.map((request) => (
        <li
          key={request.id}
          className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6"
        >
          <div className="grid min-w-0 flex-1 basis-72 gap-1">
            <Who request={request} />
            <p className="text-muted text-sm">
              <Whence request={request} />
            </p>
            {request.note !== null && <Quote words={request.note} />}
            {request.status !== 'pending' && <Decision request={request} />}
          </div>
          {deeds && <Deeds request={request} deeds={deeds} />}
        </li>
      ))}
    </ul>
  )
}

function Who({ request }: { request: JoinRequestSummary }) {
  const name = fullName(request) ?? request.email
  return (
    <div className="grid min-w-0">
      <p className="flex flex-wrap items-center gap-2">
        {request.userId === null ? (
          <span className="break-words font-medium">{name}</span>
        ) : (
          <Link href={userPath(request.userId)} className="break-words font-medium hover:underline">
            {name}
          </Link>
        )}
        {request.status === 'approved' && <Badge tone="good">Approved</Badge>}
        {request.status === 'rejected' && <Badge>Rejected</Badge>}
      </p>
      {name !== request.email && <p className="break-all text-muted text-sm">{request.email}</p>}
      {request.username && <p className="break-words text-muted text-sm">{request.username}</p>}
    </div>
  )
}

/** Where somebody wants to, and how they came to ask. */
function Whence({ request }: { request: JoinRequestSummary }) {
  const { tenant, connection, subject, source, createdAt } = request
  return (
    <>
      To{' '}
      <Link href={tenantPath({ slug: tenant })} className="text-ink underline underline-offset-2">
        {tenant}
      </Link>
      , <Time at={createdAt} />.{' '}
      {source === 'page' ? (
        'Asked at the page to join, and has read mail at this address.'
      ) : connection ? (
        <>
          Signed in through{' '}
          <Link href={connectionPath(connection.clientId)} className="text-ink underline underline-offset-2">
            {connection.name}
          </Link>
          {subject !== null && (
            <>
              , which knows them as <Id>{subject}</Id>
            </>
          )}
          .
        </>
      ) : (
        'Signed in through a connection that is gone.'
      )}
    </>
  )
}

function Quote({ words }: { words: string }) {
  return <blockquote className="break-words border-line border-l-2 pl-3">{words}</blockquote>
}

function Decision({ request: { decidedBy, decidedAt, decisionNote } }: { request: JoinRequestSummary }) {
  return (
    <div className="grid gap-1 text-muted text-sm">
      <p>
        Decided by {decidedBy}
        {decidedAt && (
          <>
            , <Time at={decidedAt} />
          </>
        )}
        {decisionNote === null ? '.' : ', with these words:'}
      </p>
      {decisionNote !== null && <Quote words={decisionNote} />}
    </div>
  )
}

function Deeds({ request, deeds }: { request: JoinRequestSummary; deeds: JoinRequestDeeds }) {
  if (request.status === 'pending') {
    return (
      <div className="flex flex-wrap gap-2">
        <Approve request={request} run={deeds.approve.bind(null, request.id)} />
        <RejectRequest who={nameOf(request)} reject={deeds.reject.bind(null, request.id)} />
      </div>
    )
  }
  return request.status === 'rejected' ? (
    <LetAskAgain request={request} run={deeds.remove.bind(null, request.id)} />
  ) : null
}

function nameOf(request: JoinRequestSummary): string {
  return fullName(request) ?? request.email
}

function Approve({ request, run }: { request: JoinRequestSummary; run: () => Promise<ActionResult> }) {
  const who = nameOf(request)
  return (
    <ConfirmButton
      variant="primary"
      size="sm"
      label="Approve"
      title={`Let ${who} in?`}
      confirmLabel="Approve"
      done={`${who} is let in, and told by mail.`}
      run={run}
    >
      <p>
        <strong>{who}</strong>
        {who !== request.email && (
          <>
            {' '}
            (<strong>{request.email}</strong>)
          </>
        )}{' '}
        becomes a user of <strong>{request.tenant}</strong> and can sign in at once. A mail tells them.
      </p>
    </ConfirmButton>
  )
}

function LetAskAgain({ request, run }: { request: JoinRequestSummary; run: () => Promise<ActionResult> }) {
  const who = nameOf(request)
  return (
    <ConfirmButton
      variant="secondary"
      size="sm"
      label="Let them ask again"
      title={`Let ${who} ask again?`}
      confirmLabel="Delete the request"
      done={`${who} can ask again.`}
      run={run}
    >
      <p>
        The rejected request is deleted. Until then, whenever <strong>{who}</strong> tries to come in, they
        are turned away without being asked.
      </p>
    </ConfirmButton>
  )
}
