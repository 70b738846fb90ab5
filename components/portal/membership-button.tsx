'use client'

import { Check, Plus } from 'lucide-react'
import { useTransition } from 'react'
import { Button } from '../ui/button.tsx'
import { toast } from '../ui/toaster.tsx'

/** Puts somebody into a group at once; pressed again it takes them out. What is refused is said. */
export function MembershipButton({
  who,
  isIn,
  change,
}: {
  who: string
  isIn: boolean
  change: () => Promise<{ ok: true } | { ok: false; message: string }>
}) {
  const [pending, startTransition] = useTransition()
  return (
    <Button
      size="sm"
      variant={isIn ? 'quiet' : 'secondary'}
      pending={pending}
      aria-pressed={isIn}
      aria-label={isIn ? `Added: ${who}` : `Add ${who}`}
      icon={isIn ? <Check aria-hidden="true" /> : <Plus aria-hidden="true" />}
      onClick={() =>
        startTransition(async () => {
          const outcome = await change()
          if (!outcome.ok) toast.bad(outcome.message)
        })
      }
    >
      {isIn ? 'Added' : 'Add'}
    </Button>
  )
}
