/** Wallets, reconciliation, policy, people, and the sandbox's own page. */

import { z } from "zod";
import { readStandings } from "../../wallets/index.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  IdSchema,
  PeopleSchema,
  PolicySchema,
  ReconciliationSchema,
  SandboxKeySchema,
  SandboxSchema,
  WalletListSchema,
} from "../schemas/index.ts";
import {
  createPrinter,
  printTime,
  readBalances,
  viewPeople,
  viewPolicy,
  viewReconciliation,
  viewWallets,
} from "../views/index.ts";
import { notFound } from "./params.ts";

const PersonParams = z.strictObject({ person: IdSchema });

export const SETTINGS_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/wallets",
    summary: "Wallets with their last known balance, its age and source",
    tag: "wallets",
    permission: "read",
    out: WalletListSchema,
    handler: async ({ deps }) => {
      const { clock, store } = deps.treasury.deps;
      const now = clock.now();
      const plans = await deps.treasury.planNow();
      return store.read("api.wallets", async (tx) => ({
        as_of: printTime(now),
        items: viewWallets(createPrinter(deps.config), {
          balances: await readBalances(tx),
          standings: await readStandings(tx),
          treasury: deps.treasury,
          now,
          plans,
        }),
      }));
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/reconciliation",
    summary: "The books against the venues and the chain, wallet by wallet",
    tag: "wallets",
    permission: "read",
    out: ReconciliationSchema,
    handler: async ({ deps: { treasury, config } }) => {
      const rows = await treasury.reconcile();
      return viewReconciliation(rows, await treasury.lastFull(), createPrinter(config), treasury.deps.clock.now());
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/policy",
    summary: "The policy in force, with its digests",
    tag: "policy",
    permission: "read",
    out: PolicySchema,
    handler: async ({ deps }) => viewPolicy(createPrinter(deps.config), deps.treasury.deps.clock.now()),
  }),
  defineRoute({
    method: "get",
    path: "/v1/people",
    summary: "People with their roles and public keys",
    tag: "policy",
    permission: "read",
    out: PeopleSchema,
    handler: async ({ deps }) => viewPeople(createPrinter(deps.config)),
  }),
  defineRoute({
    method: "get",
    path: "/v1/sandbox",
    summary: "Scenario, speed and demo people; exists in a sandbox only",
    tag: "sandbox",
    permission: "read",
    sandbox_only: true,
    out: SandboxSchema,
    handler: async ({ deps }) => {
      const { sandbox, authority } = deps.config;
      if (sandbox === null) throw notFound("sandbox", "here");
      const people = authority.people.map(({ id, name, roles }) => ({ id, name, roles: [...roles] }));
      const share = deps.sandbox?.speedShare?.() ?? 1;
      return { ...sandbox, speed_reached: sandbox.speed * share, people };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/sandbox/keys/{person}",
    summary: "A demo person's signing key; exists in a sandbox only",
    tag: "sandbox",
    permission: "vote",
    sandbox_only: true,
    params: PersonParams,
    out: SandboxKeySchema,
    handler: async ({ deps, params }) => {
      const key = deps.config.sandbox === null ? null : ((await deps.sandbox?.demoKey(params.person)) ?? null);
      if (key === null) throw notFound("demo key of", params.person);
      return key;
    },
  }),
];
