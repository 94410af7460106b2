import { t as runKeeper } from "./hot.js";
// src/entry/keeper.ts
runKeeper();
export {};
