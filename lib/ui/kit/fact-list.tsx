import type { ReactNode } from "react";

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
}

/** Names and values, one under the other where the window is narrow. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="flex flex-col divide-y divide-line text-sm">
      {facts.map((fact) => (
        <div key={fact.name} className="flex flex-wrap gap-x-4 py-2.5">
          <dt className="w-36 shrink-0 text-muted">{fact.name}</dt>
          <dd className="min-w-0 flex-1 basis-40 [overflow-wrap:anywhere]">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
