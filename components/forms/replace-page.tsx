'use client'

import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { pageForm } from './connection-schemas.ts'
import { FormFrame } from './form-frame.tsx'
import { PageFields } from './page-fields.tsx'
import { useActionForm } from './use-action-form.ts'

export type PageValues = { ssoUrl: string; audience: string }

type Props = { page: PageValues; save: (values: PageValues) => Promise<ActionResult> }

/** The button "Change page or audience" with its dialog: for a login page that has moved. */
export function ReplacePage(props: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Change page or audience</Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Change page or audience"
        description="Secrets stay as they are. Another audience has to be in the customer’s code at the same moment."
      >
        <ReplaceForm {...props} close={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function ReplaceForm({ page, save, close }: Props & { close: () => void }) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: pageForm,
    defaults: page,
    action: save,
    done: () => {
      close()
      toast.good('It holds from the next sign-in.')
    },
  })
  return (
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <DialogButtons>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending}>
            Save
          </Button>
        </DialogButtons>
      }
    >
      <PageFields field={field} audience={page.audience} />
    </FormFrame>
  )
}
