import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { connectionPath } from './addresses.ts'
import { certificateAge, inDays } from './certificate-age.ts'
import { connectionTitle } from './connection-views.ts'

/** A connection that needs somebody. Instants as RFC 3339. */
export type ConnectionInNeed = {
  clientID: string
  name: string | null
  tenantName: string
  product: string
  provider: string
  /** When the last of its certificates runs out; null when it has none. */
  certificatesEndAt: string | null
  /** Whether its metadata is read from an address every day, and what was wrong with that. */
  polled: boolean
  metadataProblem: string | null
}

/** Our own SAML certificate, when it is about to expire. */
export type OwnCertificate = { endsAt: string; nextIsReady: boolean }

/** What will stop sign-ins, or may already have, unless somebody acts; and who waits to be let in. */
export function AttentionList({
  requests,
  connections,
  ownCertificate,
  now,
}: {
  /** How many people have asked to join. */
  requests: number
  connections: ConnectionInNeed[]
  ownCertificate: OwnCertificate | null
  now: Date
}) {
  return (
    <ul className="divide-y divide-line">
      {requests > 0 && (
        <Item href="/users/requests" title="Requests to join">
          {requests === 1 ? 'One person waits' : `${requests > 99 ? 'More than 99' : requests} people wait`}{' '}
          to be let in.
        </Item>
      )}
      {ownCertificate && (
        <Item href="/settings/signing-keys" title="Your own SAML certificate">
          {ownSentence(ownCertificate, now)}
        </Item>
      )}
      {connections.map((connection) => (
        <Item
          key={connection.clientID}
          href={connectionPath(connection.clientID)}
          title={`${connectionTitle(connection)} of ${connection.tenantName}`}
        >
          {sentence(connection, now)}
        </Item>
      ))}
    </ul>
  )
}

function Item({ href, title, children }: { href: string; title: string; children: ReactNode }) {
  return (
    <li className="flex gap-3 px-4 py-3 sm:px-6">
      <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
      <div className="min-w-0">
        <Link href={href} className="break-words font-medium hover:underline">
          {title}
        </Link>
        <p className="break-words text-muted">{children}</p>
      </div>
    </li>
  )
}

function sentence(connection: ConnectionInNeed, now: Date): string {
  const { certificatesEndAt, metadataProblem, tenantName, provider, polled } = connection
  if (certificatesEndAt === null) return 'It has no signing certificate, so nobody can sign in through it.'
  const age = certificateAge({ notAfter: certificatesEndAt }, now)
  const isOver = age.state === 'ended' || age.state === 'ending'
  if (metadataProblem !== null && !isOver) return metadataProblem
  const when = age.state === 'ended' ? `expired ${inDays(age)}` : `expires ${inDays(age)}`
  const certificate = `Its last signing certificate ${when}.`
  if (metadataProblem !== null) return `${certificate} ${metadataProblem}`
  return polled
    ? `${certificate} A new one is taken over as soon as the metadata of ${provider} names it; if that takes long, ask ${tenantName}.`
    : `${certificate} Ask ${tenantName} for current metadata of ${provider} and replace it here.`
}

function ownSentence({ endsAt, nextIsReady }: OwnCertificate, now: Date): string {
  const age = certificateAge({ notAfter: endsAt }, now)
  const when = age.state === 'ended' ? `It expired ${inDays(age)}.` : `It expires ${inDays(age)}.`
  return nextIsReady
    ? `${when} The next one is ready: give it to the admins of the identity providers, then switch.`
    : `${when} Make the next key, and give its certificate to the admins of the identity providers.`
}
