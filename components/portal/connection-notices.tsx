import Link from 'next/link'
import { buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { certificateAge, inDays } from './certificate-age.ts'
import type { CertificateView } from './connection-views.ts'

type Noticed = {
  tenantName: string
  provider: string
  deactivated: boolean
  certificates: CertificateView[]
}

/** How it stands with the address of its metadata. */
type MetadataNotice = { metadataUrl: string | null; problem: string | null }

/** Whether all is right with a connection, and if not, what to do. */
export function ConnectionNotices({
  connection,
  now,
  used,
  created,
  settingsPath,
  metadata,
}: {
  connection: Noticed
  metadata: MetadataNotice | null
  now: Date
  used: boolean
  created: boolean
  settingsPath: string
}) {
  const polled = metadata?.metadataUrl != null && metadata.problem === null
  const certificates = certificateNotice(connection, polled, now)
  return (
    <>
      {created && !used && (
        <Notice tone="good" live title="The connection is ready to be tested">
          “Test sign-in” sends you to {connection.provider} and shows every check when you are back. Nothing
          reaches your application.
        </Notice>
      )}
      {connection.deactivated && (
        <Notice
          title="Deactivated: nobody can sign in through this connection"
          action={
            <Link href={settingsPath} className={buttonClass('secondary', 'sm')}>
              Open settings
            </Link>
          }
        >
          Whoever tries is told that sign-in is not available, and a trace is kept.
        </Notice>
      )}
      {metadata?.problem && (
        <Notice tone="warn" title="Its metadata is not what it should be">
          {metadata.problem} Nothing has changed here. If {connection.tenantName} has moved to another
          identity provider, make a new connection; if only the address of its metadata has changed, replace
          the metadata below.
        </Notice>
      )}
      {certificates}
    </>
  )
}

/** The certificate that holds longest decides: older ones beside it do no harm. */
function certificateNotice(connection: Noticed, polled: boolean, now: Date) {
  const [last] = connection.certificates
    .map((certificate) => certificateAge(certificate, now))
    .sort((a, b) => remaining(b) - remaining(a))
  if (last?.state === 'ended') {
    return (
      <Notice tone="bad" title={`The signing certificate expired ${inDays(last)}`}>
        Sign-ins still work while {connection.provider} keeps signing with it, but it should be renewed: ask{' '}
        {connection.tenantName} for current metadata and replace it below.
      </Notice>
    )
  }
  if (last?.state === 'ending') {
    return (
      <Notice tone="warn" title={`The signing certificate expires ${inDays(last)}`}>
        {polled ? (
          <>
            A new one is taken over by itself as soon as the metadata of {connection.provider} names it. If
            that takes long, ask {connection.tenantName}.
          </>
        ) : (
          <>
            When {connection.provider} changes to a new one, sign-ins stop until it is known here. Ask{' '}
            {connection.tenantName} for the new metadata and replace it below.
          </>
        )}
      </Notice>
    )
  }
  return null
}

function remaining(age: ReturnType<typeof certificateAge>): number {
  return age.state === 'ended' ? -age.days - 1 : age.days
}
