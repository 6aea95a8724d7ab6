import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** `vite build` in this folder writes `web/dist`, which the daemon's API serves; `vite` proxies to a running daemon. */
export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: { outDir: "dist", emptyOutDir: true, target: "es2023", assetsInlineLimit: 0, reportCompressedSize: true },
  server: { port: 8421, proxy: { "/v1": "http://127.0.0.1:8420", "/readyz": "http://127.0.0.1:8420" } },
});
