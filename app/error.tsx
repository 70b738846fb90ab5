'use client'

import { Button } from '#components/ui/button.tsx'
import { FullPageMessage } from '#components/ui/full-page-message.tsx'

/** What no page foresaw. The reference is the one the log carries. */
export default function ErrorPage({
  error,
  retry,
}: {
  error: Error & { digest?: string }
  retry: () => void
}) {
  return (
    <FullPageMessage
      title="This page could not be shown"
      actions={
        <Button variant="primary" onClick={() => retry()}>
          Try again
        </Button>
      }
    >
      <p>Something went wrong on our side; nothing you entered has been changed. Trying again may help.</p>
      {error.digest && (
        <p className="mt-2 text-sm">
          If it stays, look for <code className="font-mono">{error.digest}</code> in the log of the server.
        </p>
      )}
    </FullPageMessage>
  )
}
