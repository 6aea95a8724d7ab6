/** Careful reading of event payloads: an event of an older version may lack a field, and is still shown. */
import type { TreasuryConfig } from "../../config/types.ts";
import type { Json } from "../../store/index.ts";
import type { Money } from "../schemas/index.ts";
import type { Printer } from "./printer.ts";

export interface PayloadReader {
  text(name: string): string | null;
  number(name: string): number | null;
  texts(name: string): readonly string[];
  object(name: string): PayloadReader | null;
  /** Base units in the field, of the payload's own asset or of `asset`. */
  money(name: string, asset?: string): Money | null;
}

export function readPayload(payload: Json, printer: Printer, inherited_asset: string | null = null): PayloadReader {
  const fields = isObject(payload) ? payload : {};
  const text = (name: string): string | null => {
    const value = fields[name];
    return typeof value === "string" ? value : null;
  };
  const own_asset = text("asset") ?? inherited_asset;
  return {
    text,
    number(name) {
      const value = fields[name];
      return typeof value === "number" ? value : null;
    },
    texts(name) {
      const value = fields[name];
      return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
    },
    object(name) {
      const value = fields[name];
      return isObject(value) ? readPayload(value, printer, own_asset) : null;
    },
    money(name, asset = own_asset ?? "") {
      const value = text(name);
      if (value === null || !/^-?\d{1,78}$/.test(value) || !isKnown(printer.config, asset)) return null;
      return printer.money(asset, BigInt(value));
    },
  };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isKnown(config: TreasuryConfig, asset: string): boolean {
  return config.assets.has(asset) || config.currency.id === asset;
}
