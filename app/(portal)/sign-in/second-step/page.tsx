import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { textParam } from '#app/(portal)/list-params.ts'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { EntryForm } from '#components/forms/entry-form.tsx'
import { PasskeySignIn } from '#components/forms/passkey-sign-in.tsx'
import { EntryFrame } from '#components/portal/entry-frame.tsx'
import { TextField } from '#components/ui/field.tsx'
import { findSecondStep } from '#lib/members/second-step.ts'
import { house } from '#server/house-access.ts'
import { askPasskey, takeCode, takePasskey } from './actions.ts'
import { readStepCookie } from './step-cookie.ts'

export const metadata: Metadata = { title: 'Second step', referrer: 'same-origin' }

export default async function SecondStepPage({ searchParams }: PageProps<'/sign-in/second-step'>) {
  const [params, site, token] = await Promise.all([searchParams, loadSite(), readStepCookie()])
  const waiting = await findSecondStep(house(), { organizationId: site.id, token })
  if (!waiting) redirect('/sign-in?step=over')
  const from = textParam(params, 'from', 2000)
  const { email, hasApp, hasPasskey } = waiting
  return (
    <EntryFrame
      title="One more step"
      lead={`For ${email}, in the portal of ${site.name}.`}
      foot={
        <>
          Lost it all? An owner of the organization can remove your second factors.{' '}
          <Link href="/sign-in" className="underline underline-offset-2 hover:text-ink">
            Sign in as somebody else
          </Link>
        </>
      }
    >
      {hasPasskey && <PasskeySignIn from={from ?? '/'} ask={askPasskey} take={takePasskey} />}
      <EntryForm action={takeCode} submit="Continue" hidden={{ from }}>
        <TextField
          label={hasApp ? 'Code' : 'Recovery code'}
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          mono
          maxLength={100}
          hint={
            hasApp
              ? 'The six digits your authenticator app shows now, or one of your recovery codes.'
              : 'One of those you were shown when you set up your passkey.'
          }
          required
          autoFocus={!hasPasskey}
        />
      </EntryForm>
    </EntryFrame>
  )
}
