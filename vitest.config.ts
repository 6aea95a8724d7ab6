import { defineConfig } from "vitest/config";

/** Beside the rooms, these too have no clock and no process of their own. */
const OF_THE_HOUSE = ["test/architecture/**/*.test.ts", "test/docs/**/*.test.ts", "test/simulation/mutants.test.ts"];
/** Runs in the background from the first moment on, and is judged last. */
const AT_LENGTH = ["test/simulation/assurance.test.ts"];
/** Tests that need a real PostgreSQL; it is started once for all of them. */
const WITH_POSTGRES = ["src/**/postgres*.test.ts", "test/postgres/**/*.test.ts"];
const shared = {
  pool: "forks" as const,
  testTimeout: 30_000,
  hookTimeout: 120_000,
  setupFiles: ["test/fast_check.ts"],
};

/**
 * Tests of one room stand beside its files (`house`): two files at a time, in processes that keep what they have loaded, because
 * rooms have no state of their own. Stories of the whole product have limits in real time and processes of their own (`stories`,
 * `postgres`): one file at a time. The simulator at length (`assurance`) takes what the others leave of the machine.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "house",
          include: ["src/**/*.test.ts", "web/src/**/*.test.ts", "bench/**/*.test.ts", ...OF_THE_HOUSE],
          exclude: ["**/node_modules/**", ...WITH_POSTGRES],
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: "stories",
          include: ["test/**/*.test.ts"],
          exclude: ["**/node_modules/**", "test/powercut/**", ...OF_THE_HOUSE, ...AT_LENGTH, ...WITH_POSTGRES],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...shared,
          name: "postgres",
          include: WITH_POSTGRES,
          globalSetup: ["test/setup.ts"],
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...shared,
          name: "assurance",
          include: AT_LENGTH,
          globalSetup: ["test/simulation/setup.ts"],
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
