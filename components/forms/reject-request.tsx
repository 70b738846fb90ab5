'use client'

import { z } from 'zod'
import { DialogButton } from '../ui/dialog-button.tsx'
import { TextArea } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { useActionForm } from './use-action-form.ts'

type Reject = (values: { note: string }) => Promise<ActionResult>

/** The rule of the API, without what it makes of the words: the form holds them as they were written. */
const schema = z.object({ note: z.string().trim().max(1000, 'must not be longer than 1000 characters') })

/** The button "Reject" with its dialog: why, in words for the person. */
export function RejectRequest({ who, reject }: { who: string; reject: Reject }) {
  return (
    <DialogButton
      variant="danger-quiet"
      size="sm"
      label="Reject"
      title={`Turn ${who} away?`}
      description="They are told by mail, and cannot ask again until you delete the request. The user who waits with it is removed."
    >
      {(close) => <RejectForm who={who} reject={reject} close={close} />}
    </DialogButton>
  )
}

function RejectForm({ who, reject, close }: { who: string; reject: Reject; close: () => void }) {
  const { field, submit, pending, refusal } = useActionForm({
    schema,
    defaults: { note: '' },
    action: reject,
    done: () => {
      toast.good(`${who} is turned away, and told by mail.`)
      close()
    },
  })
  return (
    <DialogForm
      submit={submit}
      refusal={refusal}
      pending={pending}
      close={close}
      label="Reject"
      variant="danger"
    >
      <TextArea
        label="A note to them"
        optional
        rows={3}
        placeholder="Please ask with the address of your company."
        hint="It stands in the mail as you write it."
        {...field('note')}
      />
    </DialogForm>
  )
}
