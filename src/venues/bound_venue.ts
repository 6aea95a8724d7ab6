/**
 * A limit on the time of every call to a venue, whatever the connector does: a call that hangs must not hold up the others. What
 * became of a call that was given up is not known, so a submit is `unknown`, a look-up `unreadable`, a read an error.
 */
import type { Clock, Instant } from "../ports/index.ts";
import { Counters } from "./counters.ts";
import { VenueError } from "./errors.ts";
import type { OrderFindOutcome, OrderOutcome, VenueOrders } from "./orders.ts";
import type { CancelOutcome, CreateWalletOutcome, FindOutcome, SubmitOutcome, Venue } from "./port.ts";

/** Longest time of one call, of the clock that is given; connectors have shorter limits of their own on each request. */
export const CALL_MS_MAX = 60_000;

/** Of a venue whose transport says nothing of itself, only the calls are known. */
const NO_TRANSPORT = {
  breaker: "closed",
  retry_in_ms: 0,
  budget_left_ppm: null,
  clock_skew_ms: null,
  credentials_expire_at: null,
} as const;

/** @example boundVenue(createEvmVenue(input), createSystemClock()) */
export function boundVenue(venue: Venue, clock: Clock, call_ms_max: number = CALL_MS_MAX): Venue {
  const counters = new Counters();
  const late = `${venue.id} did not answer within ${call_ms_max} ms.`;
  const within = async <T>(work: Promise<T>, otherwise: () => T): Promise<T> => {
    const done = new AbortController();
    try {
      return await Promise.race([work, clock.sleep(call_ms_max, done.signal).then(otherwise)]);
    } finally {
      done.abort();
    }
  };
  const read = async <T>(work: Promise<T>): Promise<T> => {
    const began = clock.now();
    try {
      const answer = await within(work, () => {
        throw new VenueError("venue_transient", late, { venue: venue.id });
      });
      counters.succeeded(clock.now(), realMs(clock, began));
      return answer;
    } catch (error) {
      countFailure(counters, error, clock, began);
      throw error;
    }
  };
  const boundOrders = (orders: VenueOrders): VenueOrders => ({
    references_fills: orders.references_fills,
    listMarkets: () => read(orders.listMarkets()),
    quote: (request) => read(orders.quote(request)),
    place: (order) => within<OrderOutcome>(orders.place(order), () => ({ outcome: "unknown", message: late })),
    find: (query) => within<OrderFindOutcome>(orders.find(query), () => ({ outcome: "unreadable", message: late })),
    cancel: (query) => within<CancelOutcome>(orders.cancel(query), () => ({ outcome: "unknown", message: late })),
  });
  return {
    id: venue.id,
    capabilities: () => venue.capabilities(),
    verify: () => read(venue.verify()),
    listWallets: () => read(venue.listWallets()),
    getBalance: (wallet) => read(venue.getBalance(wallet)),
    getAddress: (wallet, network) => read(venue.getAddress(wallet, network)),
    listNetworks: (wallet) => read(venue.listNetworks(wallet)),
    ...(venue.requestSigning && { requestSigning: (plan) => read(requireSigning(venue)(plan)) }),
    ...(venue.readSignatures && {
      readSignatures: (request, signatures) => read(requireStanding(venue)(request, signatures)),
    }),
    ...(venue.readSigned && { readSigned: venue.readSigned.bind(venue) }),
    ...(venue.readAllowance && { readAllowance: (wallet) => read(requireAllowance(venue)(wallet)) }),
    ...(venue.offerSelfPayment && { offerSelfPayment: (wallet, wish) => read(requireSelf(venue)(wallet, wish)) }),
    ...(venue.remember && { remember: venue.remember.bind(venue) }),
    prepare: async (plan, context) => {
      assertAnswering(venue);
      return read(venue.prepare(plan, context));
    },
    ...(venue.prepareReplacement && {
      prepareReplacement: async (plan, prepared, context) => {
        assertAnswering(venue);
        return read(requireReplacement(venue)(plan, prepared, context));
      },
    }),
    decode: (prepared) => venue.decode(prepared),
    submit: (prepared) => within<SubmitOutcome>(venue.submit(prepared), () => ({ outcome: "unknown", message: late })),
    find: (query) => within<FindOutcome>(venue.find(query), () => ({ outcome: "unreadable", message: late })),
    cancel: (ref) => within<CancelOutcome>(venue.cancel(ref), () => ({ outcome: "unknown", message: late })),
    listMovements: (wallet, cursor) => read(venue.listMovements(wallet, cursor)),
    ...(venue.readChain && { readChain: (wallet, height) => read(requireChain(venue)(wallet, height)) }),
    ...(venue.verifyWebhook && { verifyWebhook: venue.verifyWebhook.bind(venue) }),
    ...(venue.readSigningQuestion && { readSigningQuestion: venue.readSigningQuestion.bind(venue) }),
    ...(venue.subscribe && { subscribe: venue.subscribe.bind(venue) }),
    ...(venue.createWallet && {
      createWallet: (request) =>
        within<CreateWalletOutcome>(requireCreation(venue)(request), () => ({ outcome: "unknown", message: late })),
    }),
    ...(venue.orders && { orders: boundOrders(venue.orders) }),
    ...(venue.doubts && { doubts: venue.doubts.bind(venue) }),
    health: () => venue.health?.() ?? { ...NO_TRANSPORT, ...counters.figures() },
    close: () => venue.close(),
  };
}

/** Since `began`, in real milliseconds however fast the clock runs. */
function realMs(clock: Clock, began: Instant): number {
  return Math.round((clock.now() - began) / (clock.rate ?? 1));
}

/** A venue that answers "no" has answered. */
function countFailure(counters: Counters, error: unknown, clock: Clock, began: Instant): void {
  const now = clock.now();
  const broken = !(error instanceof VenueError) || error.code === "venue_transient";
  if (broken) counters.failed(now, realMs(clock, began), error instanceof Error ? error.message : "No answer.");
  else counters.succeeded(now, realMs(clock, began));
}

/**
 * While a venue is known not to answer, nothing is made ready for it: what is approved waits, and no submit is attempted whose
 * outcome would only be unknown. @throws VenueError venue_transient
 */
function assertAnswering(venue: Venue): void {
  const health = venue.health?.();
  if (health?.breaker !== "open") return;
  const message = `"${venue.id}" does not answer now; the transfer waits until it does.`;
  throw new VenueError("venue_transient", message, { venue: venue.id }, { retry_after_ms: health.retry_in_ms });
}

function requireSigning(venue: Venue): NonNullable<Venue["requestSigning"]> {
  if (venue.requestSigning === undefined)
    throw new VenueError("venue_unsupported", `${venue.id} has no owners to ask.`);
  return venue.requestSigning.bind(venue);
}

function requireStanding(venue: Venue): NonNullable<Venue["readSignatures"]> {
  if (venue.readSignatures === undefined)
    throw new VenueError("venue_unsupported", `${venue.id} has no owners whose signatures could be judged.`);
  return venue.readSignatures.bind(venue);
}

function requireAllowance(venue: Venue): NonNullable<Venue["readAllowance"]> {
  if (venue.readAllowance === undefined)
    throw new VenueError("venue_unsupported", `${venue.id} has no owners who allow anything in advance.`);
  return venue.readAllowance.bind(venue);
}

function requireSelf(venue: Venue): NonNullable<Venue["offerSelfPayment"]> {
  if (venue.offerSelfPayment === undefined)
    throw new VenueError("venue_unsupported", `A wallet of ${venue.id} cannot pay itself.`);
  return venue.offerSelfPayment.bind(venue);
}

function requireReplacement(venue: Venue): NonNullable<Venue["prepareReplacement"]> {
  if (venue.prepareReplacement === undefined)
    throw new VenueError("venue_unsupported", `${venue.id} cannot replace what it was sent.`);
  return venue.prepareReplacement.bind(venue);
}

function requireChain(venue: Venue): NonNullable<Venue["readChain"]> {
  if (venue.readChain === undefined)
    throw new VenueError("venue_unsupported", `${venue.id} has no second reader of the chain.`);
  return venue.readChain.bind(venue);
}

function requireCreation(venue: Venue): NonNullable<Venue["createWallet"]> {
  if (venue.createWallet === undefined)
    throw new VenueError("venue_unsupported", `${venue.id} opens no wallets through its interface.`);
  return venue.createWallet.bind(venue);
}
