// What this browser keeps in IndexedDB: specs and salts before the wallet is asked, and transactions until their end.

const open = () => new Promise((done, failed) => {
  const asked = indexedDB.open("hyperbounty", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("entries", { keyPath: "commitment" });
    asked.result.createObjectStore("sent", { keyPath: "id" });
  };
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});

async function run(store, mode, work) {
  const database = await open();
  try {
    return await new Promise((done, failed) => {
      // On the disk before the wallet is asked, not only with the system.
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const asked = work(transaction.objectStore(store));
      transaction.oncomplete = () => done(asked.result);
      transaction.onabort = () => failed(transaction.error ?? new Error("the browser keeps nothing"));
    });
  } finally {
    database.close();
  }
}

// What has all these values; addresses are written in capitals or not.
const has = (values) => (each) => Object.entries(values).every(([name, value]) =>
  String(each[name]).toLowerCase() === String(value).toLowerCase());
const all = (store) => run(store, "readonly", (of) => of.getAll());

/** Keep a value in `entries` or `sent`; it is on the disk afterwards. */
export const keep = (store, value) => run(store, "readwrite", (of) => of.put(value));
export const forget = (id) => run("sent", "readwrite", (of) => of.delete(id));

/** Entries with these values, as of an account: by contest and slot, of each the newest first. */
export const entriesOf = async (values) => (await all("entries")).filter(has(values))
  .sort((a, b) => a.contest - b.contest || a.slot - b.slot || b.made - a.made);

/** Transactions with these values whose end is not known yet. */
export const sentBy = async (values) => (await all("sent")).filter(has(values));

/** Offers a text as a file. Whether it was really kept, no page can know. */
export function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
