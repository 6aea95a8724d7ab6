export type { CliContext } from "./command.ts";
export type {
  Composition,
  DoctorCheck,
  ExerciseRequest,
  RunningDaemon,
  RunningWitness,
  RunOptions,
  SafeSigning,
  VenueExercise,
  VenueTypeView,
  WitnessOptions,
} from "./composition.ts";
export { type Io, processIo } from "./io.ts";
export { createProgram, runCli } from "./run_cli.ts";
