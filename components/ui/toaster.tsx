'use client'

import { Toast } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { IconButton } from './icon-button.tsx'

const messages = Toast.createToastManager()

/** Says in passing that something was done or could not be done. */
export const toast = {
  good: (sentence: string) => messages.add({ title: sentence, type: 'good' }),
  bad: (sentence: string) =>
    messages.add({ title: sentence, type: 'bad', timeout: 10_000, priority: 'high' }),
}

/** The corner where they appear; once per page. */
export function Toaster() {
  return (
    <Toast.Provider toastManager={messages} limit={3}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-60 flex w-[calc(100vw-2rem)] max-w-sm flex-col-reverse gap-2">
          <Messages />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function Messages() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((message) => (
    <Toast.Root
      key={message.id}
      toast={message}
      swipeDirection="right"
      className="rounded-lg bg-raised shadow-popup transition-[opacity,translate] duration-200 data-ending-style:translate-y-2 data-starting-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:opacity-0 data-limited:hidden"
    >
      <Toast.Content className="flex items-center gap-3 py-2 pr-2 pl-4">
        {message.type === 'bad' ? (
          <CircleAlert className="size-4 shrink-0 text-bad" aria-hidden="true" />
        ) : (
          <CircleCheck className="size-4 shrink-0 text-good" aria-hidden="true" />
        )}
        <Toast.Title className="min-w-0 flex-1 break-words" render={<p />} />
        <Toast.Close
          render={
            <IconButton label="Dismiss">
              <X aria-hidden="true" />
            </IconButton>
          }
        />
      </Toast.Content>
    </Toast.Root>
  ))
}
