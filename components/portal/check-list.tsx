import { Check, X } from 'lucide-react'
import { cx } from '../ui/cx.ts'
import type { CheckView } from './trace-views.ts'

/** The checks of a sign-in in the order they were made; the one that failed is the last and stands out. */
export function CheckList({ checks }: { checks: CheckView[] }) {
  return (
    <ol className="py-1">
      {checks.map((check, place) => (
        // The order is the identity: a trace never changes.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={place}>{check.ok ? <Passed check={check} /> : <Failed check={check} />}</li>
      ))}
    </ol>
  )
}

/** One line: what was looked at and what was there. */
function Passed({ check }: { check: CheckView }) {
  return (
    <div className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 px-4 py-1.5 sm:px-6 md:grid-cols-[1rem_12rem_minmax(0,1fr)]">
      <Check className="mt-0.5 size-4 text-good" aria-label="Passed" />
      <p>{check.name}</p>
      {check.received !== undefined && (
        <p className="break-all font-mono text-muted text-sm leading-5.25 max-md:col-start-2">
          {check.received}
        </p>
      )}
    </div>
  )
}

function Failed({ check }: { check: CheckView }) {
  return (
    <div className="my-1 grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 gap-y-2 bg-bad-tint px-4 py-3 sm:px-6">
      <X className="mt-0.5 size-4 text-bad" aria-label="Failed" />
      <p className="font-medium">{check.name}</p>
      <dl className="col-start-2 grid gap-x-4 gap-y-1.5 text-sm empty:hidden sm:grid-cols-[5rem_1fr]">
        {check.expected !== undefined && <Side label="Expected" text={check.expected} />}
        {check.received !== undefined && <Side label="Received" text={check.received} wrong />}
      </dl>
    </div>
  )
}

function Side({ label, text, wrong }: { label: string; text: string; wrong?: boolean }) {
  return (
    <div className="grid sm:col-span-2 sm:grid-cols-subgrid">
      <dt className="text-muted">{label}</dt>
      <dd className={cx('min-w-0 break-all font-mono', wrong && 'text-bad')}>{text}</dd>
    </div>
  )
}
