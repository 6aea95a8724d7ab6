import { CHAIN_CANNOT, startChainHarness } from "../../../test/parts/chain_harness.ts";
import { describeVenue } from "../conformance/suite.ts";

describeVenue("evm", () => startChainHarness("evm"), { not_applicable: CHAIN_CANNOT });
