import { Check } from 'lucide-react'
import Link from 'next/link'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'

export type Step = { title: string; text: string; href: string; action: string; done: boolean }

/** The way from an empty installation to the first sign-in; the first step that is not done is the one to take. */
export function FirstSteps({ steps }: { steps: Step[] }) {
  const next = steps.findIndex((step) => !step.done)
  return (
    <ol className="divide-y divide-line">
      {steps.map((step, place) => (
        <li key={step.title} className="flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-4 sm:px-6">
          <span
            className={cx(
              'flex size-6 shrink-0 items-center justify-center rounded-full text-xs tabular-nums',
              step.done ? 'bg-good-tint text-good' : 'bg-sunken text-muted',
            )}
          >
            {step.done ? <Check className="size-3.5" aria-label="Done" /> : place + 1}
          </span>
          <div className="min-w-0 flex-1 basis-56">
            <p className={cx('font-medium', step.done && 'text-muted')}>{step.title}</p>
            <p className="text-muted">{step.text}</p>
          </div>
          {!step.done && (
            <Link href={step.href} className={buttonClass(place === next ? 'primary' : 'secondary')}>
              {step.action}
            </Link>
          )}
        </li>
      ))}
    </ol>
  )
}
