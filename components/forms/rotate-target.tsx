'use client'

import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { rotateTargetForm } from './target-schemas.ts'
import { useActionForm } from './use-action-form.ts'

type Rotate = (values: { secret: string }) => Promise<ActionResult<{ secret: string }>>

/** Exchanges the secret of a target, and shows the new one this once. */
export function RotateTarget({ rotate }: { rotate: Rotate }) {
  const [open, setOpen] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  function close() {
    setOpen(false)
    setSecret(null)
  }
  return (
    <>
      <Button icon={<RefreshCw aria-hidden="true" />} onClick={() => setOpen(true)}>
        Exchange secret
      </Button>
      <Dialog
        open={open}
        onOpenChange={(next) => (next ? setOpen(true) : close())}
        title={secret === null ? 'Exchange the secret?' : 'The new secret'}
        description={
          secret === null
            ? 'The next person who goes there has a token signed with the new one.'
            : 'It is shown this once. The product refuses our tokens until it knows it.'
        }
      >
        {secret === null ? (
          <Ask rotate={rotate} close={close} done={setSecret} />
        ) : (
          <>
            <CopyField label="Secret" value={secret} />
            <DialogButtons>
              <Button variant="primary" onClick={close}>
                I have copied it
              </Button>
            </DialogButtons>
          </>
        )}
      </Dialog>
    </>
  )
}

function Ask({ rotate, close, done }: { rotate: Rotate; close: () => void; done: (secret: string) => void }) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: rotateTargetForm,
    defaults: { secret: '' },
    action: rotate,
    done: (value) => done(value.secret),
  })
  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={close} label="Exchange it">
      <p className="text-muted">
        If the product can hold two secrets at a time, let it make a second one, enter that here, and delete
        the first one there afterwards: then nobody is refused in between.
      </p>
      <TextField
        label="Secret of the product"
        optional
        mono
        autoComplete="off"
        spellCheck={false}
        hint="At least 64 bytes. Leave it empty, and one is made."
        {...field('secret')}
      />
    </DialogForm>
  )
}
