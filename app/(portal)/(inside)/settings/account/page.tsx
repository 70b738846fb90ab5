import type { Metadata } from 'next'
import { textParam } from '#app/(portal)/list-params.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { ChangePassword } from '#components/forms/change-password.tsx'
import { CompanyLink } from '#components/forms/company-link.tsx'
import { type FactorActions, SecondFactors } from '#components/forms/second-factors.tsx'
import { SessionList } from '#components/portal/session-list.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Section } from '#components/ui/section.tsx'
import { loadMember } from '#lib/members/list-members.ts'
import { listSessions } from '#lib/members/list-sessions.ts'
import { listOwnFactors } from '#lib/members/own-factors.ts'
import { loadLink } from '#lib/members/portal-identity.ts'
import { house } from '#server/house-access.ts'
import {
  beginApp,
  beginCompanyLink,
  beginPasskey,
  changePassword,
  endCompanyLink,
  endOtherSessions,
  endSession,
  finishApp,
  finishPasskey,
  removeFactor,
  renewCodes,
} from './actions.ts'

export const metadata: Metadata = { title: 'Your account' }

const factorActions: FactorActions = {
  beginApp,
  finishApp,
  beginPasskey,
  finishPasskey,
  remove: removeFactor,
  renewCodes,
}

export default async function AccountPage({ searchParams }: PageProps<'/settings/account'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const [sessions, member, factors, link] = await Promise.all([
    listSessions(house(), actor),
    loadMember(house(), actor, { member: actor.id }),
    listOwnFactors(house(), actor),
    loadLink(house(), actor),
  ])
  const others = sessions.filter(({ id }) => id !== actor.sessionId).length
  return (
    <div className="grid gap-6">
      <Linked params={params} />
      <Password email={actor.email} hasPassword={member.hasPassword} />
      <Section
        title="Second factor"
        lead="Asked for after your password. Without one, whoever learns your password is you."
      >
        <div className="max-w-2xl">
          <SecondFactors
            factors={factors.authenticators}
            codesLeft={factors.recoveryCodesLeft}
            hasPassword={member.hasPassword}
            actions={factorActions}
          />
        </div>
      </Section>
      {link && <Company {...link} />}
      <Section
        title="Sessions"
        lead="Where you are signed in. If you do not recognize one, end it and change your password."
        flush
        action={
          others > 1 && (
            <ConfirmButton
              size="sm"
              label="End all others"
              title="End all other sessions?"
              confirmLabel={`End ${others} sessions`}
              done="Only this session is left."
              run={endOtherSessions}
            >
              <p>
                <strong>{others} sessions</strong> are signed out at once. This one stays.
              </p>
            </ConfirmButton>
          )
        }
      >
        <SessionList
          sessions={sessions.map(({ id, address, userAgent, createdAt, lastSeenAt }) => ({
            id,
            address,
            userAgent,
            createdAt,
            lastSeenAt,
          }))}
          currentId={actor.sessionId}
          end={endSession}
        />
      </Section>
    </div>
  )
}

function Password({ email, hasPassword }: { email: string; hasPassword: boolean }) {
  return hasPassword ? (
    <Section title="Password" lead="Changing it ends your other sessions.">
      <div className="max-w-md">
        <ChangePassword email={email} save={changePassword} />
      </div>
    </Section>
  ) : (
    <Section
      title="Password"
      lead="You have none: you sign in through your company. Where members may have one, “Forgot your password?” at the sign-in page sends you a link to choose it."
    />
  )
}

function Company({ linked, required }: { linked: boolean; required: boolean }) {
  return (
    <Section
      title={
        <span className="flex flex-wrap items-center gap-2">
          Company sign-in {linked && <Badge tone="good">Linked</Badge>}
        </span>
      }
      lead={
        linked
          ? 'You open the portal through your company’s sign-in, without a password.'
          : 'Sign in there once, so that the portal knows who you are at your company.'
      }
      action={
        linked ? (
          !required && (
            <ConfirmButton
              size="sm"
              label="Unlink"
              title="Unlink your company sign-in?"
              confirmLabel="Unlink"
              done="Unlinked."
              run={endCompanyLink}
            >
              <p>Your company’s sign-in does not open the portal for you any more.</p>
            </ConfirmButton>
          )
        ) : (
          <CompanyLink begin={beginCompanyLink} />
        )
      }
    />
  )
}

/** What came of going to the company's sign-in. */
function Linked({ params }: { params: Record<string, string | string[] | undefined> }) {
  const company = textParam(params, 'company')
  if (company === 'linked')
    return (
      <Notice tone="good" live>
        Your company sign-in is linked: it opens the portal from now on.
      </Notice>
    )
  if (company !== 'refused') return null
  const trace = textParam(params, 'trace')
  return (
    <Notice tone="bad" live title="Your company sign-in was not linked">
      It was refused.{' '}
      {trace && /^trc_[a-z0-9]+$/.test(trace) && (
        <a href={`/traces/${trace}`} className="underline underline-offset-2">
          See what happened
        </a>
      )}
    </Notice>
  )
}
