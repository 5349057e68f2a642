/** The neutral page before anything is known: no words, because the language is not known either. */
export function BusyPage() {
  return <main aria-busy="true" className="min-h-dvh" />;
}
