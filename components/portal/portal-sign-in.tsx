import Link from 'next/link'
import { Badge } from '../ui/badge.tsx'
import { buttonClass } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'

export type PortalSignInView = {
  connection: { clientID: string; name: string; tenant: string; active: boolean } | null
  required: boolean
}

type Change = (change: {
  connection?: string | null
  required?: boolean
}) => Promise<{ ok: true } | { ok: false; message: string }>

/** How members sign in to the portal. `change` is null for those who may only look. */
export function PortalSignInSection({
  signIn: { connection, required },
  connectionPath,
  change,
}: {
  signIn: PortalSignInView
  connectionPath: string | null
  change: Change | null
}) {
  return (
    <Section
      title="How members sign in"
      lead="With a password, and a second factor where they have one; and through a connection of your own company, if you choose one."
    >
      {connection === null ? (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="min-w-0 flex-1 basis-60">
            With passwords alone.{' '}
            <span className="text-muted">
              To use your company’s identity provider, set up a connection for it, test it, and choose “Use
              for this portal” in its settings.
            </span>
          </p>
          {change && (
            <Link href="/connections" className={buttonClass()}>
              Choose a connection
            </Link>
          )}
        </div>
      ) : (
        <div className="grid gap-4">
          {!connection.active && (
            <Notice tone="warn" title="The connection is deactivated">
              Nobody comes in through it until it is active again.
            </Notice>
          )}
          <div className="flex flex-wrap items-center justify-between gap-3">
            <div className="min-w-0 flex-1 basis-60">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {connectionPath && (
                  <Link href={connectionPath} className="break-words underline underline-offset-2">
                    {connection.name}
                  </Link>
                )}
                <Badge tone={required ? 'good' : 'neutral'}>{required ? 'Required' : 'Optional'}</Badge>
              </p>
              <p className="text-muted text-sm">
                {required
                  ? 'Members must sign in through it. Owners keep their password for an emergency, which is written down and told to all owners.'
                  : 'Members may sign in through it once they have linked themselves, under Your account. Passwords work too.'}
              </p>
            </div>
            {change && <Changes required={required} change={change} />}
          </div>
        </div>
      )}
    </Section>
  )
}

function Changes({ required, change }: { required: boolean; change: Change }) {
  if (required)
    return (
      <ConfirmButton
        label="Allow passwords"
        title="Allow passwords again?"
        confirmLabel="Allow passwords"
        done="Passwords work again."
        run={change.bind(null, { required: false })}
      >
        <p>Members who have a password can sign in with it, past your company’s identity provider.</p>
      </ConfirmButton>
    )
  return (
    <div className="flex flex-wrap gap-2">
      <ConfirmButton
        variant="primary"
        label="Require it"
        title="Must every member sign in through it?"
        confirmLabel="Require it"
        done="Required from now on."
        run={change.bind(null, { required: true })}
      >
        <p>
          Passwords open the portal for <strong>owners alone</strong>, in an emergency. What happens at once:
        </p>
        <ul>
          <li>every member but you is signed out</li>
          <li>members who have not linked themselves get in no more: an owner can allow passwords again</li>
        </ul>
      </ConfirmButton>
      <ConfirmButton
        label="Stop using it"
        title="Stop using the connection for this portal?"
        confirmLabel="Stop using it"
        done="Members sign in with passwords alone."
        run={change.bind(null, { connection: null })}
      >
        <p>Members without a password cannot sign in until they have asked for one at the sign-in page.</p>
      </ConfirmButton>
    </div>
  )
}
