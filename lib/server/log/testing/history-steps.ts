import fc from "fast-check";

/** What happens next in a random history. */
export type Step =
  | { readonly type: "say"; readonly who: number; readonly where: number; readonly what: What }
  | { readonly type: "together"; readonly where: number; readonly whats: readonly What[] }
  | { readonly type: "resend"; readonly which: number }
  | { readonly type: "seal" }
  | { readonly type: "fault"; readonly fault: Fault }
  | { readonly type: "restart" };

/** Of one commit: nothing was stored, or all of it and only the answer was lost. */
export type Fault = "lost" | "storedUnheard";

export type What =
  | {
      readonly type: "write";
      readonly manifest: number;
      readonly isStale: boolean;
      readonly isTombstone: boolean;
    }
  | { readonly type: "read"; readonly manifest: number }
  | {
      readonly type: "role";
      readonly target: number;
      readonly role: "reader" | "contributor" | "owner" | null;
    }
  | { readonly type: "ack" };

const small = fc.nat({ max: 2 });
const what: fc.Arbitrary<What> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("write" as const),
      manifest: small,
      isStale: fc.boolean(),
      isTombstone: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("read" as const), manifest: small }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("role" as const),
      target: small,
      role: fc.constantFrom("reader" as const, "contributor" as const, "owner" as const, null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("ack" as const) }) },
);
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ type: fc.constant("say" as const), who: small, where: fc.nat({ max: 1 }), what }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("together" as const),
      where: fc.nat({ max: 1 }),
      whats: fc.array(what, { minLength: 3, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("resend" as const), which: fc.nat({ max: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("seal" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("fault" as const),
      fault: fc.constantFrom("lost" as const, "storedUnheard" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("restart" as const) }) },
);
