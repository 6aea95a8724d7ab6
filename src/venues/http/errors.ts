/** No whole answer came: what the line did, without a guess at what the venue did. Callers of a connector see a VenueError. */
export type LineReason = "timeout" | "line" | "too_large";

export class HttpLineError extends Error {
  override readonly name = "HttpLineError";
  readonly reason: LineReason;

  constructor(message: string, reason: LineReason, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
