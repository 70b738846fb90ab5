import Link from 'next/link'
import type { ReactNode } from 'react'
import { tracesPath } from './addresses.ts'

/** How the sign-ins of the last 24 hours went. */
export function SignInFigures({ success, failure }: { success: number; failure: number }) {
  const total = success + failure
  const rate = total === 0 ? '–' : `${formatRate(success / total)} %`
  return (
    <dl className="grid overflow-clip rounded-xl border border-line bg-surface max-sm:divide-y sm:grid-cols-3 sm:divide-x divide-line">
      <Figure label="Sign-ins in 24 hours" value={total.toLocaleString('en')}>
        {total === 0 ? 'Tests by admins do not count.' : `${success.toLocaleString('en')} got in.`}
      </Figure>
      <Figure label="Success rate" value={rate}>
        {total === 0
          ? 'Shown with the first sign-in.'
          : failure === 0
            ? 'Everybody got in.'
            : 'Includes people who gave up.'}
      </Figure>
      <Figure label="Refused" value={failure.toLocaleString('en')}>
        {failure === 0 ? (
          'Nothing to look at.'
        ) : (
          <Link
            href={tracesPath({ outcome: 'failure' })}
            className="text-accent underline-offset-2 hover:underline"
          >
            See why
          </Link>
        )}
      </Figure>
    </dl>
  )
}

function Figure({ label, value, children }: { label: string; value: string; children: ReactNode }) {
  return (
    <div className="grid gap-1 border-line px-4 py-4 sm:px-6 sm:py-5">
      <dt className="text-muted">{label}</dt>
      <dd className="font-semibold text-3xl tabular-nums tracking-tight">{value}</dd>
      <dd className="text-muted text-sm">{children}</dd>
    </div>
  )
}

/** One decimal, and never rounded up to a hundred that was not reached. */
function formatRate(share: number): string {
  const percent = Math.floor(share * 1000) / 10
  return percent % 1 === 0 ? String(percent) : percent.toFixed(1)
}
