'use client'

import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { metadataForm } from './connection-schemas.ts'
import { FormFrame } from './form-frame.tsx'
import { MetadataField, type MetadataValue, type ReadMetadata } from './metadata-field.tsx'
import { useActionForm } from './use-action-form.ts'

type Props = {
  metadataUrl: string | null
  read: ReadMetadata
  save: (value: MetadataValue) => Promise<ActionResult>
}

/** The button "Replace metadata" with its dialog: for a new certificate or a moved sign-on address. */
export function ReplaceMetadata(props: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Replace metadata</Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Replace metadata"
        description="It has to be of the same identity provider. Certificates that are not in it stop being accepted."
      >
        <ReplaceForm {...props} close={() => setOpen(false)} />
      </Dialog>
    </>
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
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <DialogButtons>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending}>
            Replace
          </Button>
        </DialogButtons>
      }
    >
      <MetadataField
        value={value}
        errors={{ rawMetadata: field('rawMetadata').error, metadataUrl: field('metadataUrl').error }}
        onChange={(change) => {
          for (const [name, next] of Object.entries(change)) form.setValue(name as keyof MetadataValue, next)
          form.clearErrors()
        }}
        read={read}
      />
    </FormFrame>
  )
}
