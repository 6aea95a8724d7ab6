import { defineConfig } from "vitest/config";

/** The architecture test alone: it reads source text and needs no server. */
export default defineConfig({ test: { include: ["test/architecture/**/*.test.ts"] } });
