import { ConfirmButton } from '../ui/confirm-button.tsx'
import { Notice } from '../ui/notice.tsx'

type Outcome = { ok: true } | { ok: false; message: string }

/** Takes away, or gives back, the right to sign in. */
export function UserAccess({
  who,
  disabled,
  disable,
  enable,
}: {
  who: string
  disabled: boolean
  disable: () => Promise<Outcome>
  enable: () => Promise<Outcome>
}) {
  if (disabled) {
    return (
      <ConfirmButton
        variant="secondary"
        label="Enable"
        title={`Enable ${who}?`}
        confirmLabel="Enable"
        done={`${who} can sign in again.`}
        run={enable}
      >
        <p>
          <strong>{who}</strong> can sign in again, with the password and the identities they had. Sessions
          that were ended stay so.
        </p>
      </ConfirmButton>
    )
  }
  return (
    <ConfirmButton
      label="Disable"
      title={`Disable ${who}?`}
      confirmLabel="Disable"
      done={`${who} is signed out everywhere and cannot sign in.`}
      run={disable}
    >
      <p>
        <strong>{who}</strong> cannot sign in until enabled again. At once:
      </p>
      <ul>
        <li>every session ends, on all devices</li>
        <li>tokens of applications stop working, also those for offline access</li>
      </ul>
      <p className="mt-2">Password, identities, namespaces and tags are kept.</p>
    </ConfirmButton>
  )
}

/** Says that nobody is recognised by an address, and lets those who know better say so. */
export function UnprovenAddress({
  email,
  confirm,
}: {
  email: string
  /** Null for those who may only look. */
  confirm: (() => Promise<Outcome>) | null
}) {
  return (
    <Notice
      tone="warn"
      title="Nobody has proven this address"
      action={
        confirm && (
          <ConfirmButton
            variant="secondary"
            size="sm"
            label="Confirm address"
            title={`Does ${email} belong to this person?`}
            confirmLabel="Confirm address"
            done="The address is confirmed."
            run={confirm}
          >
            <p>
              Confirm it only if you know so. From then on, whoever signs in with <strong>{email}</strong>{' '}
              through a connection that is trusted for it is taken for this person, and a new password can be
              asked for by mail.
            </p>
          </ConfirmButton>
        )
      }
    >
      It came from a connection that is not trusted for addresses. Until somebody confirms it, nobody is
      recognised by it, and no mail to choose a new password goes there.
    </Notice>
  )
}

/** Ends every session of a person. */
export function SignOutEverywhere({ who, run }: { who: string; run: () => Promise<Outcome> }) {
  return (
    <ConfirmButton
      label="Sign out everywhere"
      title={`Sign ${who} out everywhere?`}
      confirmLabel="Sign out everywhere"
      done={`${who} is signed out everywhere.`}
      run={run}
    >
      <p>
        <strong>{who}</strong> has to sign in again, on every device. Tokens issued to applications stop
        working, also those for offline access.
      </p>
    </ConfirmButton>
  )
}

/** Takes what somebody has beside the password, when they have lost it all. */
export function RemoveSecondSteps({ who, run }: { who: string; run: () => Promise<Outcome> }) {
  return (
    <ConfirmButton
      label="Remove second step"
      title={`Remove the second step of ${who}?`}
      confirmLabel="Remove second step"
      done="The second step is removed, and they are told by mail."
      run={run}
    >
      <p>
        Be sure that it is <strong>{who}</strong> who asks you. One-time codes, passkeys and recovery codes
        are gone; the password alone signs them in until they set up another.
      </p>
    </ConfirmButton>
  )
}
