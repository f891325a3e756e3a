// Brings the buttons of a model's page where a wallet is in this browser.

import { withWallet } from "../waiting.js";

await withWallet(() => import("./model.js"));
