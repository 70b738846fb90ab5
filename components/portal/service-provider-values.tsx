import { Download } from 'lucide-react'
import { buttonClass } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import type { ServiceProviderValues } from './connection-views.ts'

/** The values to carry into the identity provider's console, under the names it uses for them. */
export function ServiceProviderValueList({ values }: { values: ServiceProviderValues }) {
  return (
    <div className="grid max-w-2xl gap-5">
      <CopyField
        label="ACS URL"
        value={values.acsUrl}
        hint="Also called single sign-on URL, reply URL or recipient."
      />
      <CopyField
        label="Entity ID"
        value={values.entityId}
        hint="Also called audience, identifier or SP entity ID."
      />
      <CopyField
        label="Single logout URL"
        value={values.logoutUrl}
        hint="Also called SLO or logout URL. Optional; redirect and POST both work, and messages must be signed."
      />
      <CopyField
        label="Metadata URL"
        value={values.metadataUrl}
        hint="Many identity providers read everything else from here."
      />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="min-w-0 flex-1 basis-60">
          <p className="font-medium">Certificate</p>
          <p className="text-muted text-sm">
            Needed only where the identity provider checks our requests or encrypts its answers.
          </p>
        </div>
        <a href={values.certificateUrl} download className={buttonClass('secondary')}>
          <Download aria-hidden="true" />
          Download
        </a>
      </div>
    </div>
  )
}
