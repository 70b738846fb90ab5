'use client'

import { KeyRound } from 'lucide-react'
import { useState, useTransition } from 'react'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import type { ActionResult } from './action-result.ts'
import { answerWithPasskey } from './passkeys.ts'

/** The button that uses a passkey. `take` opens the page `from` when it was accepted. */
export function PasskeySignIn({
  from,
  ask,
  take,
}: {
  from: string
  ask: () => Promise<ActionResult<object>>
  take: (answer: string, from: string) => Promise<ActionResult>
}) {
  const [refusal, setRefusal] = useState<string | null>(null)
  const [pending, startTransition] = useTransition()

  function use() {
    setRefusal(null)
    startTransition(async () => {
      const asked = await ask()
      if (!asked.ok) return setRefusal(asked.message)
      const answer = await answerWithPasskey(asked.value)
      if (answer === null) return setRefusal('The passkey was not used. Try again, or use a code.')
      const taken = await take(answer, from)
      if (taken && !taken.ok) setRefusal(taken.message)
    })
  }

  return (
    <div className="grid gap-4">
      {refusal && (
        <Notice tone="bad" live>
          {refusal}
        </Notice>
      )}
      <Button
        variant="primary"
        size="lg"
        icon={<KeyRound aria-hidden="true" />}
        pending={pending}
        onClick={use}
      >
        Use a passkey
      </Button>
    </div>
  )
}
