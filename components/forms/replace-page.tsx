'use client'

import { DialogButton } from '../ui/dialog-button.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { pageForm } from './connection-schemas.ts'
import { DialogForm } from './dialog-form.tsx'
import { PageFields } from './page-fields.tsx'
import { useActionForm } from './use-action-form.ts'

export type PageValues = { ssoUrl: string; audience: string }

type Props = { page: PageValues; save: (values: PageValues) => Promise<ActionResult> }

/** The button "Change page or audience" with its dialog: for a login page that has moved. */
export function ReplacePage(props: Props) {
  return (
    <DialogButton
      label="Change page or audience"
      title="Change page or audience"
      description="Secrets stay as they are. Another audience has to be in the customer’s code at the same moment."
    >
      {(close) => <ReplaceForm {...props} close={close} />}
    </DialogButton>
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
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={close} label="Save">
      <PageFields field={field} audience={page.audience} />
    </DialogForm>
  )
}
