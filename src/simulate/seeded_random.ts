/** Chance for the simulated world. */
export { between, chance, createSeededRandom, createStream } from "../ports/index.ts";
