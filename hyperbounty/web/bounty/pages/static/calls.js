// The calls of the contract that has contests.

import { calls, withdraw } from "../abi.js";

const TERMS = "(address,uint96,uint96,uint96,uint96,uint96,uint24,uint16[],uint40,uint32,uint32,uint32,uint32,address,"
  + "bytes32,uint16,uint16,uint32,bytes32,bytes32,(address[],uint96,uint96,uint96,uint24,uint32,uint32))";

export const CALLS = { withdraw, ...calls({
  accept: ["09358479", "uint256,uint256"],
  acceptSeat: ["df053bf4", "uint256,uint256"],
  cancel: ["40e58ee5", "uint256"],
  challenge: ["ab82d9a0", "uint256"],
  claim: ["b1b66652", "uint256,uint256[]"],
  open: ["35082322", TERMS],
  reclaim: ["28ed4f6c", "uint256,address"],
  resolve: ["4f896d4f", "uint256"],
  reveal: ["d864909a", "uint256,uint256,bytes32,bytes32"],
  settle: ["8df82800", "uint256"],
  sponsor: ["e3516241", "uint256,uint96"],
  submit: ["c2b68536", "uint256,uint256,bytes32"],
  withdrawSubmission: ["76b49e05", "uint256,uint256"],
  priceOf: ["b9186d7d", "uint256"],
  submissionOf: ["d9a179fb", "uint256,address,uint256"],
}) };
