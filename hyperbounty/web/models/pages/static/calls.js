// The calls of the contract that has shared models.

import { calls } from "../abi.js";

const ENTRIES = "uint256,(address,uint40,uint16,uint8,bytes)[]";

export const CALLS = calls({
  add: ["e9bdce94", "uint256,uint96,(uint8,bytes)[]"],
  claim: ["3e9ff426", ENTRIES],
  refund: ["7c10d9e1", ENTRIES],
  report: ["4a9bd96b", ENTRIES],
  modelOf: ["57759fc6", "uint256"],
  priceOf: ["816d0f7c", "uint256,uint256"],
});
