import { Badge } from '../ui/badge.tsx'
import { buttonClass } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { Id } from '../ui/facts.tsx'
import { Section } from '../ui/section.tsx'
import { Time } from '../ui/time.tsx'
import type { KeysView, KeyView } from './signing-key-views.ts'

type Outcome = { ok: true } | { ok: false; message: string }

export type KeyActions = {
  makeNext: (purpose: KeysView['purpose']) => Promise<Outcome>
  switchTo: (purpose: KeysView['purpose'], id: string) => Promise<Outcome>
  removeRetired: (id: string) => Promise<Outcome>
}

const words = {
  'id-token': {
    title: 'ID tokens',
    lead: 'Signs the ID tokens your applications receive. They read the public keys here by themselves, so a change needs nobody’s hands: it happens once a year.',
    made: 'The next key is published with the others, so that applications know it before it is used. Nothing else changes yet.',
    switched:
      'New ID tokens are signed with the next key at once. The key used until now stays published for seven days, so that ID tokens it has signed still verify.',
    removed:
      'ID tokens it has signed are refused from now on, and people whose application still shows one may have to sign in again. By itself it is removed when nothing signed with it is alive.',
  },
  saml: {
    title: 'SAML',
    lead: 'Signs the requests to your customers’ identity providers, and opens what they encrypt for us. Their admins hold the certificate, so it is changed in steps: make the next key, let them add its certificate, then switch.',
    made: 'Its certificate is added to your SAML metadata. Identity providers that read the metadata by themselves take it over; for the others, send it to their admins. Requests are signed with the current key until you switch.',
    switched:
      'Requests are signed with the next key at once. An identity provider that checks signatures and has not been given the new certificate refuses its people from then on. What is still encrypted for the old certificate is opened for thirty more days.',
    removed:
      'Sign-ins through identity providers that still encrypt for its certificate fail from now on. By itself it is removed thirty days after the switch.',
  },
} as const

/** The keys for one purpose, each with what can be done about it. `certificateUrl` is where ours is downloaded. */
export function SigningKeys({
  keys,
  now,
  certificateUrl,
  actions,
}: {
  keys: KeysView
  now: Date
  certificateUrl: string
  /** Absent for those who may only look. */
  actions?: KeyActions
}) {
  const { purpose, current, next, retired } = keys
  const text = words[purpose]
  const download = (query: string) => (purpose === 'saml' ? `${certificateUrl}${query}` : undefined)
  return (
    <Section
      title={text.title}
      lead={text.lead}
      flush
      action={
        actions &&
        !next && (
          <ConfirmButton
            variant="secondary"
            label="Make next key"
            title={`Make the next key for ${text.title}?`}
            confirmLabel="Make next key"
            done="The next key is published."
            run={actions.makeNext.bind(null, purpose)}
          >
            <p>{text.made}</p>
          </ConfirmButton>
        )
      }
    >
      <ul className="divide-y divide-line">
        <KeyRow value={current} tone="good" state="Current" download={download('')}>
          {current.activatedAt ? (
            <>
              In use since <Time at={current.activatedAt} />.{' '}
            </>
          ) : (
            <>
              In use since it was made, <Time at={current.createdAt} precision="day" />.{' '}
            </>
          )}
          <CurrentEnd keys={keys} />
        </KeyRow>
        {next && (
          <KeyRow
            value={next}
            tone="accent"
            state="Next"
            download={download(`?key=${next.id}`)}
            action={
              actions &&
              new Date(next.switchableAt) <= now && (
                <ConfirmButton
                  variant="secondary"
                  size="sm"
                  label="Switch now"
                  title={`Switch to the next key for ${text.title}?`}
                  confirmLabel="Switch now"
                  done="The next key is in use."
                  run={actions.switchTo.bind(null, purpose, next.id)}
                >
                  <p>{text.switched}</p>
                </ConfirmButton>
              )
            }
          >
            Published since <Time at={next.createdAt} />. <NextStart next={next} now={now} />
          </KeyRow>
        )}
        {retired.map((key) => (
          <KeyRow
            key={key.id}
            value={key}
            state="Retired"
            action={
              actions && (
                <ConfirmButton
                  size="sm"
                  label="Remove"
                  title="Remove this retired key?"
                  confirmLabel="Remove key"
                  done="The key is gone."
                  run={actions.removeRetired.bind(null, key.id)}
                >
                  <p>{text.removed}</p>
                </ConfirmButton>
              )
            }
          >
            {key.retiredAt && (
              <>
                Retired <Time at={key.retiredAt} />.{' '}
              </>
            )}
            Removed by itself on <Time at={key.removedAt} precision="day" />.
          </KeyRow>
        ))}
      </ul>
    </Section>
  )
}

function CurrentEnd({ keys: { purpose, endsAt, nextMadeAt } }: { keys: KeysView }) {
  const end = <Time at={endsAt} precision="day" />
  const made = nextMadeAt && <Time at={nextMadeAt} precision="day" />
  if (purpose === 'saml') {
    return (
      <>
        Its certificate expires on {end}.{made && <> The next key is made by itself on {made}.</>}
      </>
    )
  }
  return made ? <>The next key is made by itself on {made}.</> : <>Its year ends on {end}.</>
}

function NextStart({ next, now }: { next: NonNullable<KeysView['next']>; now: Date }) {
  const waiting = new Date(next.switchableAt) > now
  return (
    <>
      {waiting && (
        <>
          It can be switched to from <Time at={next.switchableAt} /> on, when everybody has read it.{' '}
        </>
      )}
      If nobody switches, it takes over on <Time at={next.switchesAt} precision="day" />.
    </>
  )
}

function KeyRow({
  value,
  state,
  tone = 'neutral',
  download,
  action,
  children,
}: {
  value: KeyView
  state: string
  tone?: 'neutral' | 'good' | 'accent'
  download?: string
  action?: React.ReactNode
  children: React.ReactNode
}) {
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6">
      <div className="grid min-w-0 flex-1 basis-80 gap-1.5">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge tone={tone}>{state}</Badge>
          <Id>{value.id}</Id>
        </div>
        <p className="text-pretty text-muted">{children}</p>
        {value.certificate && (
          <p className="text-muted text-sm">
            SHA-256 <Id>{value.certificate.sha256Fingerprint}</Id>
          </p>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {download && (
          <a href={download} download className={buttonClass('secondary', 'sm')}>
            Download certificate
          </a>
        )}
        {action}
      </div>
    </li>
  )
}
