/** One HTML page that shows a series of QR codes in turn, without a network and without a script from elsewhere. */
import encodeQR from "qr";

/** Milliseconds that each code is shown. */
const FRAME_MS = 250;
/** Light modules around a code, so that a camera finds it. */
const MARGIN = 3;

/** A code as one SVG path: a square of `size` by `size` modules with its margin, dark where the path is. */
export interface DrawnCode {
  readonly size: number;
  readonly path: string;
}

export function drawCode(part: string): DrawnCode {
  const rows = encodeQR(part, "raw", { ecc: "low", border: MARGIN });
  const runs = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { size: rows.length, path: runs.join("") };
}

/** @param title plain text @example qrPage("trf_1", toBbqr(psbt, "P")) */
export function qrPage(title: string, parts: readonly string[]): string {
  const frames = parts.map((part) => encodeQR(part, "svg", { ecc: "low", border: MARGIN }));
  const name = title.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  const hidden = frames.map((svg, at) => `<div class="frame"${at === 0 ? "" : " hidden"}>${svg}</div>`).join("\n");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${name}</title>
<style>
  body { margin: 0; min-height: 100vh; display: grid; place-content: center; justify-items: center; background: #fff; color: #111; font: 16px system-ui }
  svg { width: min(90vw, 80vh); height: min(90vw, 80vh) }
</style>
<h1>${name}</h1>
${hidden}
<p><output>1</output> of ${frames.length}</p>
<script>
  const frames = document.querySelectorAll(".frame");
  let at = 0;
  setInterval(() => {
    frames[at].hidden = true;
    at = (at + 1) % frames.length;
    frames[at].hidden = false;
    document.querySelector("output").textContent = at + 1;
  }, ${FRAME_MS});
</script>
</html>
`;
}
