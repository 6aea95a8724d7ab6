/** Reads the live stream of a running process as a browser would: server-sent events, resumed by the last id. */

export interface StreamedEvent {
  readonly id: number;
  readonly event: string;
}

const STREAM_TIMEOUT_MS = 60_000;

/**
 * Events from the stream until `enough` of them came, then hangs up.
 * @throws Error when the stream ends or stays silent before
 */
export async function readStream(
  url: string,
  last_event_id: number | null,
  enough: (events: readonly StreamedEvent[]) => boolean,
): Promise<StreamedEvent[]> {
  const hang_up = new AbortController();
  const response = await fetch(`${url}/v1/events`, {
    headers: last_event_id === null ? {} : { "last-event-id": String(last_event_id) },
    signal: AbortSignal.any([hang_up.signal, AbortSignal.timeout(STREAM_TIMEOUT_MS)]),
  });
  const events: StreamedEvent[] = [];
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const end = text.lastIndexOf("\n\n");
    if (end < 0) continue;
    for (const [, id, event] of text.slice(0, end + 2).matchAll(/^id: (\d+)\nevent: (.+)$/gm)) {
      events.push({ id: Number(id), event: event ?? "" });
    }
    text = text.slice(end + 2);
    if (!enough(events)) continue;
    hang_up.abort();
    return events;
  }
  throw new Error(`The stream ended after ${events.length} events.`);
}

/** Every number once and in order from `first` on. */
export function isUnbroken(events: readonly StreamedEvent[], first: number): boolean {
  return events.length > 0 && events.every(({ id }, index) => id === first + index);
}
