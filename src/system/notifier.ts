/** Tells people through the log. A pager or chat is another adapter of the same port. */
import type { Log, Notice, Notifier } from "../ports/index.ts";

export function createLogNotifier(log: Log): Notifier {
  return {
    notify(notice: Notice): void {
      const fields = { notice: notice.code, severity: notice.severity, ref: notice.ref ?? null };
      if (notice.severity === "page") log.error(fields, notice.message);
      else if (notice.severity === "warning") log.warn(fields, notice.message);
      else log.info(fields, notice.message);
    },
  };
}
