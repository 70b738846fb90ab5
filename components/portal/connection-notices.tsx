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

/** Whether all is right with a connection, and if not, what to do. */
export function ConnectionNotices({
  connection,
  now,
  used,
  created,
  settingsPath,
}: {
  connection: Noticed
  now: Date
  used: boolean
  created: boolean
  settingsPath: string
}) {
  const certificates = certificateNotice(connection, now)
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
      {certificates}
    </>
  )
}

/** The certificate that holds longest decides: older ones beside it do no harm. */
function certificateNotice(connection: Noticed, now: Date) {
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
        When {connection.provider} changes to a new one, sign-ins stop until it is known here. Ask{' '}
        {connection.tenantName} for the new metadata and replace it below.
      </Notice>
    )
  }
  return null
}

function remaining(age: ReturnType<typeof certificateAge>): number {
  return age.state === 'ended' ? -age.days - 1 : age.days
}
