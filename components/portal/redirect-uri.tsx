import { CopyField } from '../ui/copy-field.tsx'

/** The one value an OpenID provider needs of us, under the names it has there. */
export function RedirectUri({ value }: { value: string }) {
  return (
    <div className="max-w-2xl">
      <CopyField
        label="Redirect URI"
        value={value}
        hint="Also called callback URL or sign-in redirect URI. It belongs to this connection."
      />
    </div>
  )
}
