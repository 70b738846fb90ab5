import { Building2 } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { textParam } from '#app/(portal)/list-params.ts'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { findMember } from '#app/(portal)/session.ts'
import { SignInForm } from '#components/forms/sign-in-form.tsx'
import { EntryFrame } from '#components/portal/entry-frame.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { Disclosure } from '#components/ui/disclosure.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { describePortalSignIn } from '#lib/members/portal-sign-in.ts'
import { house } from '#server/house-access.ts'
import { signIn } from './actions.ts'

export const metadata: Metadata = {
  title: 'Sign in',
  // Under `no-referrer` a plain form is posted with `Origin: null`, which no server action accepts.
  referrer: 'same-origin',
}

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  if (await findMember()) redirect('/')
  const [params, site] = await Promise.all([searchParams, loadSite()])
  const from = textParam(params, 'from', 2000)
  const { connection, required } = await describePortalSignIn(house(), site.id)
  return (
    <EntryFrame
      title="Sign in to Vestibule"
      lead={`The portal of ${site.name}, for its members.`}
      foot="Looking for the product itself? Open it directly: it brings you to your own company’s sign-in."
    >
      <What params={params} />
      {connection?.active && (
        <CompanySignIn name={connection.name} from={from} variant={required ? 'primary' : 'secondary'} />
      )}
      {required ? (
        <Disclosure summary="Company sign-in not working?" open={connection?.active !== true}>
          <div className="grid gap-4">
            <p className="text-muted text-sm">
              Owners may come in with their password. It is written down, and all owners are told at once.
            </p>
            <SignInForm from={from} emergency action={signIn} />
          </div>
        </Disclosure>
      ) : (
        <SignInForm from={from} action={signIn} />
      )}
      <p className="text-center text-sm">
        <Link href="/sign-in/forgot" className="text-muted underline underline-offset-2 hover:text-ink">
          Forgot your password?
        </Link>
      </p>
    </EntryFrame>
  )
}

/** A plain link: the way leads out of the portal, which a form of the portal must not. */
function CompanySignIn({
  name,
  from,
  variant,
}: {
  name: string
  from: string | undefined
  variant: 'primary' | 'secondary'
}) {
  const query = from ? `?${new URLSearchParams({ from })}` : ''
  return (
    <a href={`/portal-login${query}`} className={buttonClass(variant, 'lg')}>
      <Building2 aria-hidden="true" />
      <span className="min-w-0 truncate">Sign in with {name}</span>
    </a>
  )
}

/** What has just happened, where it led here. */
function What({ params }: { params: Record<string, string | string[] | undefined> }) {
  if (textParam(params, 'done') === 'reset')
    return (
      <Notice tone="good" live>
        Your new password is set. Sign in with it.
      </Notice>
    )
  if (textParam(params, 'step') === 'over')
    return (
      <Notice tone="warn" live>
        That took too long, or was finished before. Sign in again.
      </Notice>
    )
  const company = textParam(params, 'company')
  if (company !== 'refused' && company !== 'over') return null
  const trace = textParam(params, 'trace')
  return (
    <Notice
      tone="bad"
      live
      title={company === 'over' ? 'That sign-in is over' : 'Your company’s sign-in did not open the portal'}
    >
      {company === 'over' ? (
        'It took too long, was finished before, or was begun in another browser. Start again.'
      ) : (
        <>
          Either it was refused, or it has not been linked to a member yet: members link it under Settings →
          Your account, or by the link of their invitation.
          {trace && /^trc_[a-z0-9]+$/.test(trace) && (
            <>
              {' '}
              An admin finds what happened as <code className="break-all">{trace}</code>.
            </>
          )}
        </>
      )}
    </Notice>
  )
}
