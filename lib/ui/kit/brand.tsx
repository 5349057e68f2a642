/** The mark: a holdfast, the root by which seaweed grips the rock. */
export function BrandMark({ className = "size-7" }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <path
        d="M16 6v11M16 17c0 4-2.6 7.2-7 8.5M16 17c0 4 2.6 7.2 7 8.5M16 17v9M10.5 10.5c2 0 5.5 1 5.5 5M21.5 8c-2.5 0-5.5 1.5-5.5 6"
        className="fill-none stroke-on-accent"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
    </svg>
  );
}
