/** The mark of the product: a doorway within a doorway. */
export function BrandMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent-solid" />
      <path
        d="M9 25V14.5a7 7 0 0 1 14 0V25"
        className="fill-transparent stroke-white"
        strokeWidth="2.5"
        strokeLinecap="round"
      />
      <path d="M13.5 25v-9.8a2.5 2.5 0 0 1 5 0V25" className="fill-white" />
    </svg>
  )
}
