import { defineConfig } from "vitest/config";

/** Tests that need a real PostgreSQL; it is started once for all of them. */
const WITH_POSTGRES = ["src/**/postgres*.test.ts", "test/postgres/**/*.test.ts"];
const shared = {
  pool: "forks" as const,
  testTimeout: 30_000,
  hookTimeout: 120_000,
  setupFiles: ["test/fast_check.ts"],
};

/** Unit, property and contract tests live beside their files; scenarios and the browser live in `test/`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "house",
          include: ["src/**/*.test.ts", "test/**/*.test.ts", "web/src/**/*.test.ts", "bench/**/*.test.ts"],
          exclude: ["**/node_modules/**", "test/powercut/**", ...WITH_POSTGRES],
        },
      },
      { test: { ...shared, name: "postgres", include: WITH_POSTGRES, globalSetup: ["test/setup.ts"] } },
    ],
  },
});
