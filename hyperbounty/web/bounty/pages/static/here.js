// Brings the button of a contest's page where a wallet is in this browser.

import { withWallet } from "../waiting.js";

await withWallet(() => import("./actions.js"));
