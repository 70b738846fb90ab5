import { cx } from '../ui/cx.ts'

/** The head of an end user's page, on the grounds it can have there. */
export function BrandPreview({ name, logo }: { name: string; logo: string | null }) {
  return (
    <div className="grid max-w-2xl gap-3 sm:grid-cols-2">
      <Ground caption="On a light screen" colours="bg-[#ffffff] text-[#585b66]" name={name} logo={logo} />
      <Ground caption="On a dark screen" colours="bg-[#131418] text-[#a4a7b3]" name={name} logo={logo} />
    </div>
  )
}

/** Colours and sizes are those of public/end-user.css, whatever the portal's own theme. */
function Ground({
  caption,
  colours,
  name,
  logo,
}: {
  caption: string
  colours: string
  name: string
  logo: string | null
}) {
  return (
    <figure className="grid min-w-0 content-start gap-1.5">
      <div
        className={cx(colours, 'flex h-24 items-center overflow-hidden rounded-lg border border-line px-6')}
      >
        {logo ? (
          // biome-ignore lint/performance/noImgElement: no picture is resized here, and this one may be a data: address
          <img src={logo} alt={name} className="block max-h-12 max-w-[min(12rem,100%)]" />
        ) : (
          <p className="truncate font-medium text-sm">{name}</p>
        )}
      </div>
      <figcaption className="text-muted text-sm">{caption}</figcaption>
    </figure>
  )
}
