/**
 * The built terminal, read into memory at start and served by exact path: there is no path to walk out of. Paths without a
 * file answer the page itself, because the terminal routes in the browser.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

const FILES_MAX = 500;
const MEDIA: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/** Everything comes from here; nothing may frame it, and it talks to nobody else. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

interface WebFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface WebFiles {
  /** Null when there is nothing to show at this path. */
  answer(request: Request): Response | null;
}

/** An empty directory, or none, serves nothing. */
export function loadWebFiles(dir: string | undefined): WebFiles {
  const files = dir !== undefined && existsSync(dir) ? readFiles(dir) : new Map<string, WebFile>();
  const page = files.get("/index.html");
  return {
    answer(request) {
      const path = new URL(request.url).pathname;
      const wants_page = (request.headers.get("accept") ?? "").includes("text/html");
      const file = files.get(path) ?? (path === "/" || wants_page ? page : undefined);
      if (file === undefined) return null;
      const fresh = request.headers.get("if-none-match") === file.headers.etag;
      return new Response(fresh || request.method === "HEAD" ? null : file.body, {
        status: fresh ? 304 : 200,
        headers: { ...SECURITY_HEADERS, ...file.headers },
      });
    },
  };
}

function readFiles(dir: string): Map<string, WebFile> {
  const files = new Map<string, WebFile>();
  for (const item of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    const media = MEDIA[extname(item.name)];
    if (!item.isFile() || media === undefined || files.size >= FILES_MAX) continue;
    const full = join(item.parentPath, item.name);
    const path = `/${relative(dir, full).split(sep).join("/")}`;
    const body = new Uint8Array(readFileSync(full));
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`;
    // Names under /assets carry their own digest and never change their content.
    const cache = path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
    files.set(path, { body, headers: { "content-type": media, "cache-control": cache, etag } });
  }
  return files;
}
