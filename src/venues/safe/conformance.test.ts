import { CHAIN_CANNOT, startChainHarness } from "../../../test/parts/chain_harness.ts";
import { describeVenue } from "../conformance/suite.ts";

describeVenue("safe", () => startChainHarness("safe"), { not_applicable: CHAIN_CANNOT });
describeVenue("safe_allowance", () => startChainHarness("safe_allowance"), { not_applicable: CHAIN_CANNOT });
