'use client'

import { Send } from 'lucide-react'
import { useTransition } from 'react'
import { Button } from '../ui/button.tsx'
import { toast } from '../ui/toaster.tsx'

/** Sends a mail to whoever presses it. */
export function TestMail({ send }: { send: () => Promise<{ ok: true } | { ok: false; message: string }> }) {
  const [pending, startTransition] = useTransition()
  return (
    <Button
      pending={pending}
      icon={<Send aria-hidden="true" />}
      className="mb-4"
      onClick={() =>
        startTransition(async () => {
          const outcome = await send()
          if (outcome.ok) toast.good('A mail to yourself is in the outbox.')
          else toast.bad(outcome.message)
        })
      }
    >
      Send me a test
    </Button>
  )
}
