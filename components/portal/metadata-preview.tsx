import { Facts, Id } from '../ui/facts.tsx'
import { CertificateList } from './certificate-list.tsx'
import type { MetadataView } from './connection-views.ts'

/** What Vestibule understood from the metadata, to be compared with the identity provider's console. */
export function MetadataPreview({ metadata, now }: { metadata: MetadataView; now: Date }) {
  return (
    <div className="grid gap-5">
      <Facts
        facts={[
          { label: 'Identity provider', value: metadata.provider },
          { label: 'Entity ID', value: <Id>{metadata.entityId}</Id> },
          { label: 'Sign-on URL', value: <Id>{metadata.ssoUrl}</Id> },
        ]}
      />
      <div className="grid gap-3 border-line border-t pt-4">
        <h3 className="font-medium">
          {metadata.certificates.length === 1
            ? 'Signing certificate'
            : `${metadata.certificates.length} signing certificates`}
        </h3>
        <CertificateList certificates={metadata.certificates} now={now} />
      </div>
    </div>
  )
}
