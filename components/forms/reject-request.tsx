'use client'

import { useState } from 'react'
import { z } from 'zod'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { TextArea } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { FormFrame } from './form-frame.tsx'
import { useActionForm } from './use-action-form.ts'

type Reject = (values: { note: string }) => Promise<ActionResult>

/** The rule of the API, without what it makes of the words: the form holds them as they were written. */
const schema = z.object({ note: z.string().trim().max(1000, 'must not be longer than 1000 characters') })

/** The button "Reject" with its dialog: why, in words for the person. */
export function RejectRequest({ who, reject }: { who: string; reject: Reject }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="danger-quiet" size="sm" onClick={() => setOpen(true)}>
        Reject
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`Turn ${who} away?`}
        description="They are told by mail, and cannot ask again until you delete the request. The user who waits with it is removed."
      >
        <RejectForm who={who} reject={reject} close={() => setOpen(false)} />
      </Dialog>
    </>
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
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <DialogButtons>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="danger" pending={pending}>
            Reject
          </Button>
        </DialogButtons>
      }
    >
      <TextArea
        label="A note to them"
        optional
        rows={3}
        placeholder="Please ask with the address of your company."
        hint="It stands in the mail as you write it."
        {...field('note')}
      />
    </FormFrame>
  )
}
