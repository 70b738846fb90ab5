import { Button } from '../ui/button.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'

/** A second factor that was added; with the first one come recovery codes, to be shown once. */
export type AddedFactor = { name: string; recoveryCodes: string[] | null }

/** Recovery codes, this once. */
export function RecoveryCodes({ codes, close }: { codes: string[] | null; close: () => void }) {
  return (
    <Dialog
      open={codes !== null}
      onOpenChange={(next) => !next && close()}
      title="Your recovery codes"
      description="Each stands in for a second factor once. They are shown this once: print them, or keep them where your passwords are."
    >
      {codes && <CodeBlock text={codes.join('\n')} what="the recovery codes" />}
      <DialogButtons>
        <Button variant="primary" onClick={close}>
          I have kept them
        </Button>
      </DialogButtons>
    </Dialog>
  )
}
