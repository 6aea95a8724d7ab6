/** Starts what several test files share, once: a real PostgreSQL. Its address goes on through the environment. */
import { startPostgres } from "./parts/postgres.ts";

export default async function setup(): Promise<() => Promise<void>> {
  const server = await startPostgres();
  process.env.TIDEGATE_TEST_DATABASE_URL = server.url;
  return server.stop;
}
