/**
 * A model of what the receipts buy: two honest devices with two operations each on one compare-and-set register,
 * a server that answers as it likes, and the checks that the devices make. Small enough to enumerate entirely.
 *
 * A device's write is based on the newest version it knows. An accepted history is linearizable if some order of
 * the operations respects real time (what was answered before something else was begun comes first) and explains
 * every answer.
 */

export type Variant =
  | "complete"
  | "indexOnlyReceipts"
  | "readsUnlogged"
  | "readsUnbound"
  | "checkpointNotUnique";

type Kind = "write" | "read";
type Device = "p" | "q";
type Operation = "p1" | "p2" | "q1" | "q2";
/** Version read, or the version written; `conflict` for a write that lost. */
type Answer = number | "conflict";
type Event = { readonly operation: Operation; readonly is: "begun" | "answered" };
type Kinds = { readonly [O in Operation]: Kind };
type Answers = Map<Operation, Answer>;

export interface ModelCount {
  readonly accepted: number;
  readonly notLinearizable: number;
}

/** Every distinct history (schedule, kinds, answers) that the variant's checks accept, and how many are wrong. */
export function countHistories(variant: Variant): ModelCount {
  let accepted = 0;
  let notLinearizable = 0;
  for (const kinds of allKinds()) {
    for (const schedule of schedules()) {
      const seen = new Set<string>();
      for (const answers of acceptedAnswers(variant, kinds, schedule)) {
        const name = OPERATIONS.map((operation) => answers.get(operation)).join(",");
        if (seen.has(name)) continue;
        seen.add(name);
        accepted++;
        if (!isLinearizable(kinds, schedule, answers)) notLinearizable++;
      }
    }
  }
  return { accepted, notLinearizable };
}

function* acceptedAnswers(variant: Variant, kinds: Kinds, schedule: readonly Event[]): Generator<Answers> {
  switch (variant) {
    case "complete":
      for (const order of ORDERS) yield* presentable(kinds, schedule, order, order, true);
      return;
    case "indexOnlyReceipts":
      // The receipt fixes the operation's place, not what stands before it: the server fills in later.
      for (const order of ORDERS) yield* presentable(kinds, schedule, order, order, false);
      return;
    case "checkpointNotUnique":
      for (const p of ORDERS) for (const q of ORDERS) yield* presentable(kinds, schedule, p, q, true);
      return;
    case "readsUnlogged":
    case "readsUnbound":
      for (const order of ORDERS) yield* freelyRead(kinds, schedule, order, variant);
      return;
  }
}

/**
 * The answers if each device is shown its own view, cut where the view would name an operation that nobody has
 * begun: `isPrefixBound` says whether a receipt commits to everything before it.
 */
function* presentable(
  kinds: Kinds,
  schedule: readonly Event[],
  viewP: readonly Operation[],
  viewQ: readonly Operation[],
  isPrefixBound: boolean,
): Generator<Answers> {
  if (!isPrefixBound) {
    yield replay(kinds, viewP, new Map());
    return;
  }
  const begun = new Set<Operation>();
  const answers: Answers = new Map();
  for (const { operation, is } of schedule) {
    if (is === "begun") {
      begun.add(operation);
      continue;
    }
    const view = deviceOf(operation) === "p" ? viewP : viewQ;
    const other = deviceOf(operation) === "p" ? viewQ : viewP;
    // In a forked view foreign operations may be missing; in the one true view they stand where they stand.
    const prefix = view.slice(0, view.indexOf(operation) + 1);
    const shown = view === other ? prefix : prefix.filter((before) => begun.has(before));
    if (!shown.every((before) => begun.has(before))) return;
    const answer = replay(kinds, shown, answers).get(operation);
    if (answer !== undefined) answers.set(operation, answer);
  }
  yield answers;
}

/** Writes are logged as in `complete`; a read may be given any version that is not older than the device knows. */
function* freelyRead(
  kinds: Kinds,
  schedule: readonly Event[],
  order: readonly Operation[],
  variant: Variant,
): Generator<Answers> {
  const logged =
    variant === "readsUnlogged" ? order.filter((operation) => kinds[operation] === "write") : order;
  yield* step(0, new Set(), new Map());

  function* step(at: number, begun: ReadonlySet<Operation>, answers: Answers): Generator<Answers> {
    const event = schedule[at];
    if (!event) {
      yield answers;
      return;
    }
    const { operation, is } = event;
    if (is === "begun") {
      yield* step(at + 1, new Set([...begun, operation]), answers);
      return;
    }
    const place = logged.indexOf(operation);
    if (place >= 0 && !logged.slice(0, place).every((before) => begun.has(before))) return;
    if (kinds[operation] === "read") {
      const newest = [...answers.values()].reduce<number>(
        (max, answer) => (answer === "conflict" ? max : Math.max(max, answer)),
        0,
      );
      for (let version = knownTo(operation, answers); version <= newest; version++) {
        yield* step(at + 1, begun, new Map(answers).set(operation, version));
      }
      return;
    }
    const answer = replay(kinds, logged.slice(0, place + 1), answers).get(operation);
    if (answer !== undefined) yield* step(at + 1, begun, new Map(answers).set(operation, answer));
  }
}

/** The register's own rules over an order; earlier answers fix what a device knew, hence what its write is based on. */
function replay(kinds: Kinds, order: readonly Operation[], given: ReadonlyMap<Operation, Answer>): Answers {
  const answers: Answers = new Map(given);
  const replayed: Answers = new Map();
  let version = 0;
  for (const operation of order) {
    const base = knownTo(operation, answers);
    const answer = kinds[operation] === "read" ? version : base === version ? ++version : "conflict";
    replayed.set(operation, answer);
    if (!given.has(operation)) answers.set(operation, answer);
  }
  return replayed;
}

function knownTo(operation: Operation, answers: ReadonlyMap<Operation, Answer>): number {
  if (operation === "p1" || operation === "q1") return 0;
  const before = answers.get(operation === "p2" ? "p1" : "q1");
  return typeof before === "number" ? before : 0;
}

function isLinearizable(kinds: Kinds, schedule: readonly Event[], answers: Answers): boolean {
  const at = (operation: Operation, is: Event["is"]) =>
    schedule.findIndex((event) => event.operation === operation && event.is === is);
  return ORDERS.some((order) => {
    const respectsTime = order.every((later, place) =>
      order.slice(0, place).every((earlier) => at(later, "answered") > at(earlier, "begun")),
    );
    if (!respectsTime) return false;
    const explained = replay(kinds, order, answers);
    return OPERATIONS.every((operation) => explained.get(operation) === answers.get(operation));
  });
}

function deviceOf(operation: Operation): Device {
  return operation === "p1" || operation === "p2" ? "p" : "q";
}

function* allKinds(): Generator<Kinds> {
  const kindOf = (bits: number, bit: number): Kind => (((bits >> bit) & 1) === 1 ? "read" : "write");
  for (let bits = 0; bits < 16; bits++) {
    yield { p1: kindOf(bits, 0), p2: kindOf(bits, 1), q1: kindOf(bits, 2), q2: kindOf(bits, 3) };
  }
}

/** All interleavings of the two devices, each of which waits for an answer before it goes on. */
function schedules(): readonly (readonly Event[])[] {
  const eventsOf = (operations: readonly Operation[]): Event[] =>
    operations.flatMap((operation) => [
      { operation, is: "begun" },
      { operation, is: "answered" },
    ]);
  return interleave(eventsOf(["p1", "p2"]), eventsOf(["q1", "q2"]));
}

function interleave<T>(a: readonly T[], b: readonly T[]): T[][] {
  const [firstA, ...restA] = a;
  const [firstB, ...restB] = b;
  if (firstA === undefined || firstB === undefined) return [[...a, ...b]];
  return [
    ...interleave(restA, b).map((rest) => [firstA, ...rest]),
    ...interleave(a, restB).map((rest) => [firstB, ...rest]),
  ];
}

const OPERATIONS: readonly Operation[] = ["p1", "p2", "q1", "q2"];
/** Orders of the log in which each device's own operations stand in its own order (seq, prev). */
const ORDERS: readonly (readonly Operation[])[] = interleave<Operation>(["p1", "p2"], ["q1", "q2"]);
