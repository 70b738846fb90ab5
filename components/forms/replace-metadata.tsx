'use client'

import { DialogButton } from '../ui/dialog-button.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { metadataForm } from './connection-schemas.ts'
import { DialogForm } from './dialog-form.tsx'
import { MetadataField, type MetadataValue, type ReadMetadata } from './metadata-field.tsx'
import { useActionForm } from './use-action-form.ts'

type Props = {
  metadataUrl: string | null
  read: ReadMetadata
  save: (value: MetadataValue) => Promise<ActionResult>
}

/** The button "Replace metadata" with its dialog: for a new certificate or a moved sign-on address. */
export function ReplaceMetadata(props: Props) {
  return (
    <DialogButton
      label="Replace metadata"
      title="Replace metadata"
      description="It has to be of the same identity provider. Certificates that are not in it stop being accepted."
    >
      {(close) => <ReplaceForm {...props} close={close} />}
    </DialogButton>
  )
}

function ReplaceForm({ metadataUrl, read, save, close }: Props & { close: () => void }) {
  const { form, field, submit, pending, refusal } = useActionForm({
    schema: metadataForm,
    defaults: { source: metadataUrl ? 'url' : 'text', rawMetadata: '', metadataUrl: metadataUrl ?? '' },
    action: save,
    done: () => {
      close()
      toast.good('The new metadata holds from the next sign-in.')
    },
  })
  const value = form.watch()
  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={close} label="Replace">
      <MetadataField
        value={value}
        errors={{ rawMetadata: field('rawMetadata').error, metadataUrl: field('metadataUrl').error }}
        onChange={(change) => {
          for (const [name, next] of Object.entries(change)) form.setValue(name as keyof MetadataValue, next)
          form.clearErrors()
        }}
        read={read}
      />
    </DialogForm>
  )
}
