'use client'

import { useTransition } from 'react'
import { Button } from '../ui/button.tsx'
import { toast } from '../ui/toaster.tsx'

type Outcome = { ok: true } | { ok: false; message: string }

/** The switch between preparation and earnest. */
export function TenantLiveness({
  live,
  save,
}: {
  live: boolean
  save: (change: { live: boolean }) => Promise<Outcome>
}) {
  const [pending, startTransition] = useTransition()

  function change() {
    startTransition(async () => {
      const outcome = await save({ live: !live })
      if (outcome.ok) toast.good(live ? 'In preparation again.' : 'Marked live.')
      else toast.bad(outcome.message)
    })
  }

  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-line border-t pt-5">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium">{live ? 'This tenant is live' : 'In preparation'}</p>
        <p className="text-muted text-sm">
          {live
            ? 'Only its own identity providers can sign people in.'
            : 'The built-in test identity provider can sign in anyone as anyone, for trying things out. Mark the tenant live before its people sign in for real: that ends it.'}
        </p>
      </div>
      <Button pending={pending} onClick={change}>
        {live ? 'Back to preparation' : 'Mark as live'}
      </Button>
    </div>
  )
}
